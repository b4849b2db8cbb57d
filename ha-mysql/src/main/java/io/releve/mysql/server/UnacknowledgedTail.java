package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a former primary had written to its binary log, and acknowledged to nobody, when it crashed. MariaDB takes it out of
 * the log when the server comes back as a replica. Nothing is dropped in silence: the log is copied first, and what was
 * taken out is reported.
 */
final class UnacknowledgedTail {

    private static final Logger LOG = LoggerFactory.getLogger(UnacknowledgedTail.class);

    /** Copies of more crashes than that are of no use to anybody. */
    private static final int KEPT = 10;

    /** Where the first event's flags stand: behind the file's four bytes of magic, 17 bytes into the event. */
    private static final long FLAGS = 4 + 17;

    private static final int IN_USE = 1;

    private final InstanceFiles files;

    UnacknowledgedTail(InstanceFiles files) {
        this.files = files;
    }

    private Path directory() {
        return files.directory().resolve("set-aside");
    }

    /** Copies the last binary log. */
    void setAside() throws IOException {
        Optional<Path> last = lastLog();
        if (last.isEmpty()) {
            return;
        }
        Files.createDirectories(directory());
        Path copy = directory()
                .resolve(Instant.now().toString().replace(":", "") + "-"
                        + last.get().getFileName());
        Files.copy(last.get(), copy, StandardCopyOption.REPLACE_EXISTING);
        List<Path> copies = list(directory());
        for (Path old : copies.subList(0, Math.max(0, copies.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }

    private Optional<Path> lastLog() throws IOException {
        if (!files.hasData()) {
            return Optional.empty();
        }
        return list(files.data()).stream()
                .filter(path -> String.valueOf(path.getFileName()).matches("binlog\\.\\d+"))
                .reduce((first, second) -> second);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted(Comparator.comparing(path -> String.valueOf(path.getFileName())))
                    .toList();
        }
    }

    /**
     * Says what the server took out of its log.
     *
     * @param from the length of its error log before it was started
     */
    void report(MySqlServer server, long from) {
        for (String line : ErrorLog.lines(files.errorLog(), from)) {
            if (line.contains("truncated binlog file")) {
                LOG.warn(
                        "{} has taken back what it had acknowledged to nobody before it crashed; a copy is in {}: {}",
                        server,
                        directory(),
                        line.strip());
            }
        }
    }

    /**
     * Whether MariaDB has refused to start because there are prepared transactions and no log that says what became of them.
     * It ends so when it was told to shut down in the middle of commits: it closes its log and leaves them prepared.
     *
     * @param from the length of its error log before it was started
     */
    boolean isInDoubt(long from) {
        return ErrorLog.lines(files.errorLog(), from).stream()
                .anyMatch(line ->
                        line.contains("prepared transactions! It means that server was not shut down properly"));
    }

    /**
     * Marks the last binary log as one that was not closed, which it was not for these transactions: the next start looks
     * into it as after a crash, commits what is there, and rolls back or takes out the rest. The mark is a flag of the log's
     * first event that its checksum leaves out (LOG_EVENT_BINLOG_IN_USE_F).
     */
    void reopen() throws IOException {
        Path log = lastLog().orElseThrow(() -> new IOException("there is no binary log in " + files.data()));
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer flags = ByteBuffer.allocate(1);
            if (channel.read(flags, FLAGS) != 1) {
                throw new IOException(log + " has no first event");
            }
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (flags.get(0) | IN_USE)}), FLAGS);
            channel.force(false);
        }
    }
}
