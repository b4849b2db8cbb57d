package io.releve.mysql.server;

import io.releve.agent.SharedRecord;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands in the record by which the operator has a server rebuilt. */
enum RebuildRequest {
    /** The operator wants it. */
    WANTED,
    /** It was carried out. */
    DONE;

    private static final Logger LOG = LoggerFactory.getLogger(RebuildRequest.class);

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is wanted, as last seen. */
    static boolean isWanted(SharedRecord record) {
        return record.current()
                .filter(version -> version.text().equals(WANTED.text()))
                .isPresent();
    }

    /** Says that it was carried out. Should that not be recorded, the server is rebuilt once more, which loses nothing. */
    static void done(SharedRecord record, Duration limit) throws InterruptedException {
        Optional<SharedRecord.Version> seen = record.current();
        if (!isWanted(record)) {
            return;
        }
        try {
            record.write(DONE.text(), seen.orElseThrow().number())
                    .toCompletableFuture()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("that a server has been rebuilt could not be recorded: {}", e.toString());
        }
    }
}
