package io.releve.mysql.server;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a server wrote to its error log, and what it most likely means. */
final class ErrorLog {

    /** The log of a server that ran for years is long; its end is what counts. */
    private static final int TAIL_BYTES = 16_384;

    /**
     * A known cause.
     *
     * @param sign how the server words it, in lower case
     * @param remedy what to do
     */
    private record Cause(String sign, String remedy) {}

    private static final List<Cause> CAUSES = List.of(
            new Cause(
                    "address already in use",
                    "another process listens on the server's port: stop it or choose another port"),
            new Cause("bind on tcp/ip port: cannot assign", "the server's host is not an address of this machine"),
            new Cause("cannot assign requested address", "the server's host is not an address of this machine"),
            new Cause("unable to lock ./ibdata1", "another server uses this data directory: stop it"),
            new Cause("unknown variable", "a setting given to the agent is unknown to this server: remove it"),
            new Cause("unknown option", "a setting given to the agent is unknown to this server: remove it"),
            new Cause("no space left on device", "the disk is full: make room"),
            new Cause("permission denied", "the server's user may not use a file or directory: give it the right"),
            new Cause("can't create/write to file", "the server's user may not write a file: give it the right"),
            new Cause("out of memory", "there is too little memory: lower innodb_buffer_pool_size"),
            new Cause("cannot allocate memory", "there is too little memory: lower innodb_buffer_pool_size"),
            new Cause(
                    "data dictionary initialization failed",
                    "the data directory is damaged, or from a newer version: restore it"),
            new Cause(
                    "upgrade after a crash is not supported", "start once with the older version and stop it cleanly"));

    private ErrorLog() {}

    /** The length of a log now; what is written later starts there. */
    static long length(Path log) {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** What was written from there on, as far as it is not too long. */
    static List<String> lines(Path log, long from) {
        try {
            return read(log, from).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The last lines of a file, or a word on why they cannot be read. */
    static String tail(Path file, int lines) {
        try {
            List<String> all = read(file, 0).lines().toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(" + file + " cannot be read: " + e.getMessage() + ")";
        }
    }

    /**
     * Why a server ended, as far as its log tells.
     *
     * @param from the length of the log when the server was started
     */
    static String explain(Path log, long from) {
        String text;
        try {
            text = read(log, from);
        } catch (IOException e) {
            return "its log " + log + " cannot be read: " + e.getMessage();
        }
        Optional<String> error = text.lines()
                .filter(line -> line.contains("[ERROR]"))
                .filter(line -> !line.contains("Aborting"))
                .findFirst();
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        Optional<String> remedy = CAUSES.stream()
                .filter(cause -> lower.contains(cause.sign()))
                .map(Cause::remedy)
                .findFirst();
        return error.map(line -> "\""
                                + line.substring(line.indexOf("[ERROR]") + 7).strip() + "\"")
                        .orElse("its log names no error")
                + remedy.map(text2 -> "; " + text2).orElse("")
                + " (log: " + log + ")";
    }

    private static String read(Path file, long from) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
            // A server that was found running has a beginning that nobody knows.
            long start = Math.max(0, Math.max(Math.min(from, access.length()), access.length() - TAIL_BYTES));
            access.seek(start);
            byte[] bytes = new byte[(int) (access.length() - start)];
            access.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
