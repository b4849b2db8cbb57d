package io.releve.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which process is a resource's. A number alone is not: the system gives it to others. The file holds the boot, the number and the
 * moment of the process's start, which together are unique, and a token that was written before the process was
 * started and is in its environment: should the JVM die between the two, the process is found by that.
 */
final class PidFile {

    /** The name of the environment variable that holds the token. */
    static final String VARIABLE = "RELEVE_PROCESS";

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path path;

    PidFile(Path path) {
        this.path = path;
    }

    /** What the file says, as long as it speaks of this boot. */
    private record Entry(String token, long pid, long startTicks) {}

    /** A process is about to be started; its environment must hold the token. */
    String prepare() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null && !Files.exists(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        String token = UUID.randomUUID().toString();
        write(new Entry(token, 0, 0));
        return token;
    }

    /** The process has been started. */
    void record(String token, long pid) throws IOException {
        long ticks = ProcessEntry.of(pid).map(ProcessEntry::startTicks).orElse(0L);
        write(new Entry(token, pid, ticks));
    }

    /** The resource is stopped. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    /**
     * The resource's session, if a process of it was started since the last boot. Whether its leader still runs, or only
     * something that it left behind, or nothing, is another question.
     */
    Optional<ProcessSession> session() throws IOException {
        Optional<Entry> entry = read();
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        if (entry.get().pid == 0) {
            return ProcessEntry.all().stream()
                    .filter(process -> process.pid() == process.session()
                            && ProcessEntry.hasVariable(process.pid(), VARIABLE + "=" + entry.get().token))
                    .findFirst()
                    .map(process -> new ProcessSession(process.pid()));
        }
        Optional<ProcessEntry> now = ProcessEntry.of(entry.get().pid);
        // As long as anything is left of a session, its number is given to nobody else.
        boolean another = now.isPresent() && now.get().startTicks() != entry.get().startTicks;
        return another ? Optional.empty() : Optional.of(new ProcessSession(entry.get().pid));
    }

    private Optional<Entry> read() throws IOException {
        List<String> words;
        try {
            words = List.of(Files.readString(path).strip().split(" ", -1));
        } catch (NoSuchFileException never) {
            return Optional.empty();
        }
        if (words.size() != 4 || !words.get(0).equals(bootId())) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Entry(words.get(1), Long.parseLong(words.get(2)), Long.parseLong(words.get(3))));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }

    /** Whole or not at all: who reads meanwhile sees the old or the new one. */
    private void write(Entry entry) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.writeString(
                next,
                bootId() + " " + entry.token + " " + entry.pid + " " + entry.startTicks + "\n",
                StandardCharsets.US_ASCII);
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String bootId() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
