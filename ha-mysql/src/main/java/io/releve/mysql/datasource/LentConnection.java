package io.releve.mysql.datasource;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/**
 * A connection of a pool as an application has it. It forgives one thing that the pool's does not: a rollback after the session
 * was lost. Its server rolls that back anyway, and a framework whose rollback fails tells of that, and no longer of the loss.
 */
final class LentConnection extends ForwardingConnection {

    private final Connection pooled;

    /** Seen by the thread that uses the connection; to have every other see it would cost a fence each time one is given back. */
    private boolean closed;

    LentConnection(Connection pooled) {
        this.pooled = pooled;
    }

    @Override
    Connection target() {
        return pooled;
    }

    @Override
    public void rollback() throws SQLException {
        if (closed) {
            throw new SQLNonTransientConnectionException("the connection is closed", "08003");
        }
        rollBack(pooled);
    }

    /** Rolls a pool's connection back, unless the pool has thrown it out because its session was lost. */
    static void rollBack(Connection pooled) throws SQLException {
        try {
            pooled.rollback();
        } catch (SQLException e) {
            if (!pooled.isClosed()) {
                throw e;
            }
        }
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        pooled.close();
    }
}
