package io.releve.mysql.datasource;

import io.releve.status.ActiveNodes;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A DataSource whose connections lead to the server on the node where a resource is active, and follow it when it moves.
 *
 * <p>The cluster pushes each change; nothing is asked on the way of a {@code getConnection}, and while the coordinator is
 * out of reach the last known answer stays in use. During a change {@code getConnection} waits instead of failing. A new
 * physical connection is lent only after the server itself has said that it is the right one and takes writes.
 *
 * <p>Thread-safe. Close it to end its pools and threads.
 */
public final class FailoverDataSource implements DataSource, AutoCloseable {

    private final DataSourceSettings settings;
    private final Succession succession;
    private final Transactions transactions = new Transactions(this);

    FailoverDataSource(DataSourceSettings settings, ActiveNodes cluster) {
        this.settings = settings;
        this.succession = new Succession(settings, cluster);
    }

    /** A builder with nothing set. */
    public static FailoverDataSourceBuilder builder() {
        return new FailoverDataSourceBuilder();
    }

    /**
     * A connection to the active node's server.
     *
     * @throws NoActiveNodeException if there is none within the connection time-out
     * @throws SQLException if the server refuses the account or does not know the database
     */
    @Override
    public Connection getConnection() throws SQLException {
        long start = System.nanoTime();
        long end = start + settings.connectionTimeout().toNanos();
        SQLException last = null;
        while (true) {
            Generation generation = succession.current();
            if (generation == null) {
                generation = succession.await(end);
            }
            if (generation == null) {
                throw timeout(start, last);
            }
            try {
                Connection connection = generation.borrow();
                if (generation == succession.current()) {
                    return connection;
                }
                connection.close();
            } catch (SQLException e) {
                if (generation == succession.current() && !Succession.mayPass(e)) {
                    throw e;
                }
                last = e;
            }
            if (System.nanoTime() >= end) {
                throw timeout(start, last);
            }
        }
    }

    /**
     * Runs work in a transaction of its own, and again if the connection was lost and the work surely did not happen.
     *
     * <p>With a guarded policy the outcome of a COMMIT whose answer was lost is found out, also after a failover: a promoted
     * server has applied all that it had received before it takes writes. In a ring of servers that all take writes the guard
     * tells only what has arrived at the one that is active now.
     *
     * @param work does nothing but what goes through the connection; neither commits nor rolls back
     * @param policy how often, how long, and whether guarded
     * @return what the work returned the last time
     * @throws ConnectionReplacedException if it was run as often as allowed and did not happen
     * @throws CommitOutcomeUnknownException if it may have happened, and that was not guarded or could not be found out in time
     * @throws SQLException whatever the work or the commit failed with
     */
    public <T> T inTransaction(TransactionWork<T> work, RetryPolicy policy) throws SQLException {
        return transactions.run(work, policy);
    }

    private NoActiveNodeException timeout(long start, @Nullable SQLException cause) {
        long waited = (System.nanoTime() - start) / 1_000_000;
        NoActiveNodeException exception = new NoActiveNodeException("no connection for resource " + settings.resource()
                + " within " + waited + " ms: " + succession.describe()
                + (cause == null ? "" : "; last attempt: " + root(cause).getMessage()));
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    /** The pool's exception only says that there is no connection; why, says the driver's inside it. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() instanceof SQLException deeper) {
            root = deeper;
        }
        return root;
    }

    @Override
    public void close() {
        succession.close();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the account is a setting of the DataSource");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("set connectionTimeout with the builder");
    }

    @Override
    public int getLoginTimeout() {
        return (int) settings.connectionTimeout().toSeconds();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("logging goes through SLF4J");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("not a wrapper for " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
