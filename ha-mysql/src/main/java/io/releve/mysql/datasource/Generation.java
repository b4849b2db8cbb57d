package io.releve.mysql.datasource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.releve.mysql.config.MySqlServer;
import io.releve.status.ActiveNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * The connections to one server in one epoch. After a change nothing of an older generation is lent any more, so that no
 * borrower ever gets a connection to a server that is no longer active.
 */
final class Generation {

    /** HikariCP's least. Short, so that whoever waits for a connection of a server that is gone learns of the next. */
    private static final long BORROW_MILLIS = 250;

    private final ActiveNode place;
    private final MySqlServer server;
    private final VerifiedConnections connections;
    private final HikariDataSource pool;

    /**
     * A pool that has no connection yet.
     *
     * @param onNotWritable called, on the borrower's thread, when the server refused a write
     */
    Generation(DataSourceSettings settings, ActiveNode place, MySqlServer server, Consumer<Generation> onNotWritable) {
        this.place = place;
        this.server = server;
        this.connections = new VerifiedConnections(
                server,
                settings.login(server),
                new Verdicts(server + " in epoch " + place.epoch(), () -> onNotWritable.accept(this)));
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(settings.maximumPoolSize());
        config.setMinimumIdle(settings.minimumIdle());
        config.setValidationTimeout(
                Math.max(250, Math.min(1000, settings.connectTimeout().toMillis())));
        settings.poolSettings().accept(config);
        config.setPoolName("releve-" + settings.resource() + "-" + server.node() + "-" + place.epoch());
        config.setDataSource(connections);
        config.setConnectionTimeout(BORROW_MILLIS);
        // The pool is made whether or not the server answers now; borrowers wait for it.
        config.setInitializationFailTimeout(-1);
        this.pool = new HikariDataSource(config);
    }

    ActiveNode place() {
        return place;
    }

    MySqlServer server() {
        return server;
    }

    /**
     * Lends a connection.
     *
     * @throws SQLException if there is none within a quarter of a second
     */
    Connection borrow() throws SQLException {
        return pool.getConnection();
    }

    /** Closes idle connections now, and each one in use when it is given back. */
    void evict() {
        if (!pool.isClosed() && pool.getHikariPoolMXBean() != null) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** Ends the pool; connections in use are aborted, so that nobody goes on waiting for an answer. May block. */
    void abort() {
        connections.abort();
        pool.close();
    }

    @Override
    public String toString() {
        return server + " in epoch " + place.epoch();
    }
}
