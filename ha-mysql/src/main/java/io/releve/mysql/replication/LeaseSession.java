package io.releve.mysql.replication;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The session of a database server that holds the server's lease, see {@link LeaseGuard}. When it ends, for whatever reason,
 * the server closes itself to writes.
 *
 * <p>For use by one thread at a time, as its connection is.
 */
public final class LeaseSession implements AutoCloseable {

    private static final String HOLDER = "releve_holder";

    private final Connection connection;
    private final Dialect dialect;
    private final LeaseGuard guard;
    private final LongSupplier nanoTime;

    private @Nullable ClockSighting seen;
    /** The end that the server was last told, as a time of its own clock; 0 if none. */
    private long told;

    private LeaseSession(Connection connection, Dialect dialect, LeaseGuard guard, LongSupplier nanoTime) {
        this.connection = connection;
        this.dialect = dialect;
        this.guard = guard;
        this.nanoTime = nanoTime;
    }

    /** Whether a server takes writes. */
    public enum Access {
        OPEN,
        /** It takes none any more, and waits for a commit before it is closed to the end. MySQL only. */
        CLOSING,
        CLOSED
    }

    /**
     * What a look at the server saw.
     *
     * @param access whether the server takes writes
     * @param guarded whether the guard was at work at this moment
     * @param outrun whether the server's clock was set forward since the look before this one, past the end of the lease that
     *     it had been told and that is still to come: a guard that looked meanwhile has found the lease over
     */
    public record Look(Access access, boolean guarded, boolean outrun) {

        public boolean isOpen() {
            return access == Access.OPEN;
        }
    }

    /** Another session holds the server's lease, and its time is not over. */
    public static final class TakenException extends SQLException {

        private static final long serialVersionUID = 1L;

        TakenException(String reason) {
            super(reason, "HY000");
        }
    }

    /**
     * Takes the lock. A former holder whose time is over, or who is the same by name, is ended.
     *
     * @param connection a connection of the agent's account with all rights; ended by {@link #close}
     * @param guard the guard that is in the server
     * @param identity the holder's name, letters and digits: no other process has it
     * @param nanoTime the clock by which the holder counts, such as {@link System#nanoTime()}
     * @throws TakenException if another holder's time is not over
     * @throws SQLException if the server cannot be asked
     */
    public static LeaseSession take(Connection connection, LeaseGuard guard, String identity, LongSupplier nanoTime)
            throws SQLException {
        Dialect dialect = Dialect.of(connection);
        LeaseSession session = new LeaseSession(connection, dialect, guard, nanoTime);
        try (Statement statement = connection.createStatement()) {
            // The session says something a few times a second; the server must not find it idle.
            statement.execute("SET SESSION sql_log_bin=0, wait_timeout=86400, net_read_timeout=3600, sql_mode='"
                    + SqlText.PLAIN_BACKSLASHES + "'");
            statement.execute(
                    "SET @" + HOLDER + " = " + SqlText.literal(identity) + ", @" + LeaseGuard.DEADLINE + " = 0");
            if (lock(statement, 0)) {
                return session;
            }
            endFormerHolder(statement, identity);
            if (lock(statement, 2)) {
                return session;
            }
            throw new TakenException("another session took the server's lease at the same moment");
        }
    }

    private static boolean lock(Statement statement, int seconds) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT GET_LOCK(" + SqlText.literal(LeaseGuard.LOCK) + ", " + seconds + ")")) {
            return row.next() && row.getInt(1) == 1;
        }
    }

    private static void endFormerHolder(Statement statement, String identity) throws SQLException {
        long holder;
        try (ResultSet row = statement.executeQuery("SELECT h.id, t.PROCESSLIST_USER, t.PROCESSLIST_HOST,"
                + variable(LeaseGuard.DEADLINE) + " - " + LeaseGuard.NOW + ", " + variable(HOLDER)
                + " FROM (SELECT IS_USED_LOCK(" + SqlText.literal(LeaseGuard.LOCK) + ") AS id) h"
                + " LEFT JOIN performance_schema.threads t ON t.PROCESSLIST_ID = h.id")) {
            if (!row.next() || row.getLong(1) == 0) {
                return;
            }
            holder = row.getLong(1);
            long left = row.getLong(4);
            if (left > 0 && !identity.equals(row.getString(5))) {
                throw new TakenException("session " + holder + " of " + row.getString(2) + "@" + row.getString(3)
                        + " holds the server's lease for another " + left / 1000
                        + " ms; another JVM seems to run an agent for this server: stop it, or wait");
            }
        }
        ServerSessions.end(statement.getConnection(), holder);
    }

    private static String variable(String name) {
        return " CAST((SELECT v.VARIABLE_VALUE FROM performance_schema.user_variables_by_thread v WHERE v.THREAD_ID ="
                + " t.THREAD_ID AND v.VARIABLE_NAME = " + SqlText.literal(name) + ") AS "
                + (name.equals(HOLDER) ? "CHAR" : "SIGNED") + ")";
    }

    /**
     * Tells the server the end of the lease, earlier by {@link LeaseGuard#reserve}.
     *
     * <p>The end goes out as a time of the server's own clock, which has been read just before: however late the statement
     * arrives, because this JVM is frozen or the network is slow, it does not prolong anything.
     *
     * @param end when the lease ends, by the holder's clock, in nanoseconds
     * @param limit how long each answer of the server may take
     * @return empty if the lease is over, or as good as over
     * @throws SQLException if the server cannot be asked or this session does not hold the lock any more; the session is of
     *     no use then
     */
    public Optional<Look> renew(long end, Duration limit) throws SQLException {
        limit(limit);
        try (Statement statement = connection.createStatement()) {
            Look look = look(statement);
            long clock = Objects.requireNonNull(seen).server();
            long left = (end - nanoTime.getAsLong()) / 1000 - guard.reserve().toNanos() / 1000;
            if (left <= 0) {
                return Optional.empty();
            }
            told = clock + left;
            // The lesser of the two also holds when the server's clock is set back between the two statements.
            statement.execute(
                    "SET @" + LeaseGuard.DEADLINE + " = LEAST(" + told + ", " + LeaseGuard.NOW + " + " + left + ")");
            return Optional.of(look);
        }
    }

    /**
     * Looks at the server, and tells it nothing.
     *
     * @param limit how long its answer may take
     * @throws SQLException as {@link #renew}
     */
    public Look look(Duration limit) throws SQLException {
        limit(limit);
        try (Statement statement = connection.createStatement()) {
            return look(statement);
        }
    }

    private Look look(Statement statement) throws SQLException {
        long before = nanoTime.getAsLong();
        try (ResultSet row = statement.executeQuery("SELECT " + LeaseGuard.NOW + ", IS_USED_LOCK("
                + SqlText.literal(LeaseGuard.LOCK) + ") <=> CONNECTION_ID(), IF(" + dialect.isOpen() + ", 'OPEN', IF("
                + dialect.isClosed() + ", 'CLOSED', 'CLOSING')), EXISTS (" + LeaseGuard.AT_WORK + ")")) {
            row.next();
            if (!row.getBoolean(2)) {
                throw new SQLException("this session has lost the lock " + LeaseGuard.LOCK, "HY000");
            }
            ClockSighting earlier = seen;
            ClockSighting now = new ClockSighting(row.getLong(1), before, nanoTime.getAsLong());
            seen = now;
            boolean outrun = earlier != null && now.wasSetForwardPast(told, earlier);
            return new Look(Access.valueOf(row.getString(3)), row.getBoolean(4), outrun);
        }
    }

    /**
     * Opens the server to writes. The server itself looks whether this session's lease still runs: an order that was
     * delayed opens nothing.
     *
     * @return whether the lease still ran
     */
    public boolean open(Duration limit) throws SQLException {
        limit(limit);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LeaseGuard.open())) {
            return row.next() && row.getBoolean(1);
        }
    }

    /**
     * Ends the guard's closing of the server that is under way and waits for a commit; the guard looks again within a second,
     * and closes the server unless the lease runs.
     *
     * @return whether it has ended within the limit
     */
    public boolean endClosing(Duration limit) throws SQLException {
        long deadline = nanoTime.getAsLong() + limit.toNanos();
        limit(limit);
        ServerSessions sessions = new ServerSessions(connection);
        sessions.endOf(LeaseGuard.ACCOUNT);
        // No server tells when a session has come to its end.
        while (sessions.isThere(LeaseGuard.ACCOUNT)) {
            if (nanoTime.getAsLong() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    private void limit(Duration limit) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) Math.max(1, Math.min(limit.toMillis(), Integer.MAX_VALUE)));
    }

    /** Starts the guard's clock anew; for a guard that was silent for longer than it sleeps. */
    public void rearm() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            LeaseGuard.rearm(statement);
        }
    }

    /** The lease is over: whatever is still open closes itself. */
    @Override
    public void close() throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 1000);
            statement.execute("SET @" + LeaseGuard.DEADLINE + " = 0");
            statement.execute("DO RELEASE_LOCK(" + SqlText.literal(LeaseGuard.LOCK) + ")");
        }
    }

    /** Drops the connection without asking the server, from any thread. */
    public void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // The server notices by itself: what counts is that nobody waits for this session any more.
        }
    }
}
