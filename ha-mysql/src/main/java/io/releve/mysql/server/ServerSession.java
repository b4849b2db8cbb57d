package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.replication.ReplicationLink;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to one server that is kept open, so that nobody waits for it when it is needed. Every question has a limit;
 * a connection that breaks is replaced once.
 *
 * <p>Thread-safe; one question at a time.
 */
final class ServerSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSession.class);

    /** Who is at it may need longer: then it is the next look's turn. */
    private static final Duration LOCK_PATIENCE = Duration.ofMillis(150);

    private final MySqlServer server;
    private final Function<Duration, ServerLogin> login;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connection connection;
    private @Nullable ReplicationLink link;

    /**
     * A session that is not open yet.
     *
     * @param login gives the login for a limit
     */
    ServerSession(MySqlServer server, Function<Duration, ServerLogin> login) {
        this.server = server;
        this.login = login;
    }

    /** What to ask a server. */
    interface Question<T> {
        T ask(ReplicationLink link) throws SQLException;
    }

    MySqlServer server() {
        return server;
    }

    /** Asks; the question may be asked twice, and should ask for the same then. */
    <T> T ask(Duration limit, Question<T> question) throws SQLException {
        long end = System.nanoTime() + limit.toNanos();
        acquire(limit);
        try {
            if (link != null) {
                try {
                    return askOpen(end, question);
                } catch (SQLException e) {
                    if (!isBroken(e)) {
                        throw e;
                    }
                    drop();
                    if (end - System.nanoTime() <= 0) {
                        throw e;
                    }
                }
            }
            Duration left = left(end);
            Connection opened = login.apply(left).connect();
            connection = opened;
            link = new ReplicationLink(opened);
            return askOpen(end, question);
        } catch (SQLException e) {
            if (isBroken(e)) {
                drop();
            }
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes a server's replication, unless a promotion, its own agent or another primary is at it.
     *
     * @return what the change returns; false if it was not made
     */
    boolean change(Duration limit, Question<Boolean> change) throws SQLException {
        return ask(limit, asked -> {
            if (!asked.lock(ServerState.REPLICATION_LOCK, LOCK_PATIENCE)) {
                return false;
            }
            try {
                return change.ask(asked);
            } finally {
                asked.unlock(ServerState.REPLICATION_LOCK);
            }
        });
    }

    private void acquire(Duration limit) throws SQLException {
        try {
            if (!lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SQLException(
                        "the session with " + server + " was busy for " + limit.toMillis() + " ms", "08000");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the session with " + server, "08000", e);
        }
    }

    private <T> T askOpen(long end, Question<T> question) throws SQLException {
        Connection open = connection;
        ReplicationLink asked = link;
        if (open == null || asked == null) {
            throw new SQLException("the session with " + server + " is closed", "08003");
        }
        open.setNetworkTimeout(Runnable::run, (int) Math.min(left(end).toMillis(), Integer.MAX_VALUE));
        return question.ask(asked);
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
    }

    private static boolean isBroken(SQLException e) {
        return e.getSQLState() == null || e.getSQLState().startsWith("08");
    }

    private void drop() {
        Connection open = connection;
        connection = null;
        link = null;
        if (open != null) {
            try {
                // Not close(): that would say good-bye to a server that may not answer.
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("closing the connection to {}: {}", server, e.toString());
            }
        }
    }

    /** Closes the connection; the next question opens another. */
    @Override
    public void close() {
        lock.lock();
        try {
            drop();
        } finally {
            lock.unlock();
        }
    }
}
