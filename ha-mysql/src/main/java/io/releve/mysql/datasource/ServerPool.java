package io.releve.mysql.datasource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pool of connections to one server. Thread-safe. */
final class ServerPool {

    /** HikariCP's least. Short, so that whoever waits for a connection of a server that is gone learns of the next. */
    private static final long BORROW_MILLIS = 250;

    private final VerifiedConnections connections;
    private final HikariDataSource pool;
    private final Consumer<ServerPool> onEnd;

    /**
     * A pool that has no connection yet.
     *
     * @param name what it is of: unique in its DataSource
     * @param onEnd called when it has ended
     */
    ServerPool(DataSourceSettings settings, String name, VerifiedConnections connections, Consumer<ServerPool> onEnd) {
        this.connections = connections;
        this.onEnd = onEnd;
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(settings.maximumPoolSize());
        config.setMinimumIdle(settings.minimumIdle());
        config.setValidationTimeout(
                Math.max(250, Math.min(1000, settings.connectTimeout().toMillis())));
        if (!settings.database().isEmpty()) {
            // Without it the pool would leave the next borrower in the database that the last one chose.
            config.setCatalog(settings.database());
        }
        settings.poolSettings().accept(config);
        config.setPoolName("releve-" + settings.resource() + "-" + name);
        config.setDataSource(connections);
        config.setReadOnly(connections.areReadOnly());
        config.setConnectionTimeout(BORROW_MILLIS);
        // The pool is made whether or not the server answers now; borrowers wait for it.
        config.setInitializationFailTimeout(-1);
        this.pool = new HikariDataSource(config);
    }

    /**
     * Lends a connection.
     *
     * @throws SQLException if there is none within a quarter of a second
     */
    Connection borrow() throws SQLException {
        return pool.getConnection();
    }

    /**
     * How long the pool had waited before it failed so, in nanoseconds: it waits its time out or fails at once.
     *
     * @param failure what {@link #borrow} threw, null if nothing
     */
    static long waited(@Nullable SQLException failure) {
        return failure instanceof SQLTransientConnectionException ? BORROW_MILLIS * 1_000_000 : 0;
    }

    /**
     * Opens a connection beside the pool and closes it again.
     *
     * @throws SQLException if that cannot be done
     */
    void probe() throws SQLException {
        connections.getConnection().close();
    }

    /** Has it measured from now on, unless it is already. */
    void measureWith(MetricsTrackerFactory factory) {
        if (pool.getMetricsTrackerFactory() == null && pool.getMetricRegistry() == null) {
            pool.setMetricsTrackerFactory(factory);
        }
    }

    /**
     * Closes idle connections now, each one in use when it is given back, and opens none that nobody asks for: a server that is
     * about to be closed waits until its sessions have ended.
     */
    void retire() {
        pool.setMinimumIdle(0);
        evict();
    }

    /** Closes idle connections now, and each one in use when it is given back. */
    void evict() {
        connections.closeFirst();
        if (!pool.isClosed() && pool.getHikariPoolMXBean() != null) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** Ends the pool; connections in use are aborted, so that nobody goes on waiting for an answer. May block. */
    void abort() {
        connections.abort();
        pool.close();
        onEnd.accept(this);
    }
}
