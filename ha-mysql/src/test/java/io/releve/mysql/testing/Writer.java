package io.releve.mysql.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Writes rows one after the other until the server refuses; remembers the last that was acknowledged. */
public final class Writer {

    private final CompletableFuture<SQLException> refused = new CompletableFuture<>();
    private volatile long lastAcknowledged;
    private final AtomicLong rows = new AtomicLong();

    /** Begins on a connection with a table {@code rows_written (id BIGINT AUTO_INCREMENT PRIMARY KEY)}. */
    public static Writer on(Connection connection) {
        Writer writer = new Writer();
        Thread thread = new Thread(() -> writer.write(connection), "test-writer");
        thread.setDaemon(true);
        thread.start();
        return writer;
    }

    private void write(Connection connection) {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO rows_written VALUES ()")) {
            while (true) {
                insert.executeUpdate();
                lastAcknowledged = System.nanoTime();
                rows.incrementAndGet();
            }
        } catch (SQLException e) {
            refused.complete(e);
        }
    }

    public long rows() {
        return rows.get();
    }

    public boolean isRefused() {
        return refused.isDone();
    }

    /** Waits until the server refuses, and says how long after a moment it still acknowledged a write. */
    public Duration lastAcknowledgedAfter(long moment, Duration limit) {
        refused.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).join();
        return Duration.ofNanos(lastAcknowledged - moment);
    }
}
