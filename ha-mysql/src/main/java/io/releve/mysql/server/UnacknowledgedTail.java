package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
}
