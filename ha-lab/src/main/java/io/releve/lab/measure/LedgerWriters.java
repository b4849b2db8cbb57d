package io.releve.lab.measure;

import io.releve.lab.measure.LedgerLine.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** The threads that write. Begun and ended from one thread. */
final class LedgerWriters {

    /** Ids of one thread; no thread of a run comes near as many. */
    private static final long IDS_PER_THREAD = 1_000_000_000L;

    private final DataSource source;
    private final int threads;
    private final long paceNanos;
    private final Consumer<LedgerLine> listener;
    private volatile int run;
    /** There is one table for all runs. */
    private volatile boolean prepared;

    private List<Thread> running = List.of();

    LedgerWriters(DataSource source, int threads, Duration pace, Consumer<LedgerLine> listener) {
        this.source = source;
        this.threads = threads;
        this.paceNanos = pace.toNanos();
        this.listener = listener;
    }

    /** Begins to write rows of a run. */
    void begin(int number) {
        end();
        run = number;
        List<Thread> made = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            long firstId = i * IDS_PER_THREAD;
            Thread thread = new Thread(() -> write(number, firstId), "writer-" + i);
            thread.setDaemon(true);
            made.add(thread);
        }
        running = List.copyOf(made);
        running.forEach(Thread::start);
    }

    /** Has the writers end after their present attempt, and says when they have. */
    void end() {
        int ended = run;
        run = 0;
        try {
            for (Thread thread : running) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = List.of();
        if (ended != 0) {
            long now = System.nanoTime();
            listener.accept(new LedgerLine(Kind.ENDED, ended, 0, now, now, ""));
        }
    }

    private void write(int number, long firstId) {
        long id = firstId;
        Acknowledged last = new Acknowledged(-1, 0);
        long next = System.nanoTime();
        while (run == number) {
            last = attempt(number, id++, last);
            next = Math.max(next + paceNanos, System.nanoTime());
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** The last row of a thread that was acknowledged, and the physical connection over which. */
    private record Acknowledged(long id, int connection) {}

    private Acknowledged attempt(int number, long id, Acknowledged last) {
        long sent = System.nanoTime();
        try (Connection connection = source.getConnection()) {
            int physical = System.identityHashCode(connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class));
            prepare(connection);
            if (physical != last.connection() && last.id() >= 0 && !has(connection, number, last.id())) {
                listener.accept(new LedgerLine(Kind.STALE, number, last.id(), sent, System.nanoTime(), ""));
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO ledger (run, id, origin) VALUES (?, ?, @@server_id)")) {
                insert.setInt(1, number);
                insert.setLong(2, id);
                insert.executeUpdate();
            }
            listener.accept(new LedgerLine(Kind.ACKNOWLEDGED, number, id, sent, System.nanoTime(), ""));
            return new Acknowledged(id, physical);
        } catch (SQLException e) {
            listener.accept(new LedgerLine(
                    Kind.FAILED, number, id, sent, System.nanoTime(), e.getSQLState() + " " + e.getMessage()));
            return last;
        }
    }

    private void prepare(Connection connection) throws SQLException {
        if (prepared) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS ledger (run INT NOT NULL, id BIGINT NOT NULL,"
                    + " origin INT NOT NULL, PRIMARY KEY (run, id))");
        }
        prepared = true;
    }

    private static boolean has(Connection connection, int number, long id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM ledger WHERE run = ? AND id = ?")) {
            select.setInt(1, number);
            select.setLong(2, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
