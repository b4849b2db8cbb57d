package io.releve.mysql.server;

import io.releve.mysql.config.ServerLogin;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is kept open until it is needed: then nobody has to wait for one. {@link #refresh} and {@link #take} are for
 * one thread, {@link #close} for any.
 */
final class SpareConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SpareConnection.class);

    /** Done once with each connection. */
    interface Preparation {
        void prepare(Connection connection) throws SQLException;
    }

    private final ServerLogin login;
    private volatile @Nullable Connection ready;
    private volatile boolean closed;

    SpareConnection(ServerLogin login) {
        this.login = login;
    }

    /** Has one ready; if that fails, until the next call there is none. */
    void refresh(Duration limit, Preparation preparation) {
        Connection known = ready;
        try {
            if (known != null && known.isValid(Math.max(1, (int) limit.toSeconds()))) {
                return;
            }
            drop();
            Connection fresh = login.within(limit, limit).connect();
            ready = fresh;
            if (closed) {
                drop();
                return;
            }
            preparation.prepare(fresh);
        } catch (SQLException e) {
            LOG.debug("no connection could be prepared to {}: {}", login, e.getMessage());
            drop();
        }
    }

    /** The one that is ready, if any; it may have ended in the meantime: nobody notices that before it is used. */
    Optional<Connection> take(Duration limit) {
        Connection taken = ready;
        ready = null;
        if (taken == null) {
            return Optional.empty();
        }
        try {
            taken.setNetworkTimeout(Runnable::run, (int) Math.max(1, limit.toMillis()));
            return Optional.of(taken);
        } catch (SQLException e) {
            LOG.debug("the connection that was prepared to {} is of no use: {}", login, e.getMessage());
            abort(taken);
            return Optional.empty();
        }
    }

    private void drop() {
        Connection unneeded = ready;
        ready = null;
        if (unneeded != null) {
            abort(unneeded);
        }
    }

    static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a connection that is dropped says {}", e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        drop();
    }
}
