package io.releve.mysql.datasource;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A connection that takes one of a pool only when it needs the server: a reader's if it is read-only by then, else one of the
 * primary. What was set before is set on that one.
 *
 * <p>As with any connection, one thread uses it at a time; only {@link #abort} may come from another.
 */
final class RoutedConnection extends ForwardingConnection {

    /** Where connections come from. */
    interface Source {

        Connection ofPrimary() throws SQLException;

        Connection ofReader() throws SQLException;
    }

    private final Source source;
    private volatile @Nullable Connection taken;
    private volatile boolean closed;
    private boolean takenOfReader;
    private boolean readOnly;
    private boolean autoCommit = true;

    /** Whether something may have been executed since the last commit. */
    private boolean begun;

    /** What else was set, by its name; made when something is. */
    private @Nullable Map<String, Request> settings;

    RoutedConnection(Source source) {
        this.source = source;
    }

    @Override
    Connection target() throws SQLException {
        requireOpen();
        Connection present = taken;
        if (present == null) {
            present = take();
        }
        begun |= !autoCommit;
        return present;
    }

    private Connection take() throws SQLException {
        Connection fresh = readOnly ? source.ofReader() : source.ofPrimary();
        try {
            if (!autoCommit) {
                fresh.setAutoCommit(false);
            }
            if (settings != null) {
                for (Request setting : settings.values()) {
                    setting.makeOf(fresh);
                }
            }
        } catch (SQLException | RuntimeException e) {
            close(fresh, e);
            throw e;
        }
        takenOfReader = readOnly;
        taken = fresh;
        return fresh;
    }

    private static void close(Connection connection, Exception because) {
        try {
            connection.close();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    private void requireOpen() throws SQLException {
        if (closed) {
            throw new SQLNonTransientConnectionException("the connection is closed", "08003");
        }
    }

    @Override
    public void setReadOnly(boolean on) throws SQLException {
        requireOpen();
        Connection present = taken;
        if (present != null && !takenOfReader) {
            // It was used already, or would have gone elsewhere: what the session holds stays with it.
            present.setReadOnly(on);
        } else if (present != null && !on) {
            if (begun) {
                throw new SQLException("setReadOnly(false) during a transaction: commit or roll back first", "25001");
            }
            taken = null;
            present.close();
        }
        readOnly = on;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void setAutoCommit(boolean on) throws SQLException {
        requireOpen();
        Connection present = taken;
        if (present != null) {
            present.setAutoCommit(on);
        }
        begun &= !on;
        autoCommit = on;
    }

    @Override
    public boolean getAutoCommit() {
        return autoCommit;
    }

    @Override
    public void commit() throws SQLException {
        requireOpen();
        Connection present = taken;
        if (present != null) {
            present.commit();
        }
        begun = false;
    }

    @Override
    public void rollback() throws SQLException {
        requireOpen();
        Connection present = taken;
        if (present != null) {
            LentConnection.rollBack(present);
        }
        begun = false;
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        target().rollback(savepoint);
    }

    private void set(String name, Request setting) throws SQLException {
        requireOpen();
        Connection present = taken;
        if (present != null) {
            setting.makeOf(present);
        }
        if (settings == null) {
            settings = new LinkedHashMap<>();
        }
        settings.put(name, setting);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        set("isolation", connection -> connection.setTransactionIsolation(level));
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        set("holdability", connection -> connection.setHoldability(holdability));
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        set("catalog", connection -> connection.setCatalog(catalog));
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        set("schema", connection -> connection.setSchema(schema));
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        set("types", connection -> connection.setTypeMap(map));
    }

    @Override
    public void setNetworkTimeout(Executor executor, int millis) throws SQLException {
        set("networkTimeout", connection -> connection.setNetworkTimeout(executor, millis));
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        requireOpen();
        Connection present = taken;
        return present == null ? null : present.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        requireOpen();
        Connection present = taken;
        if (present != null) {
            present.clearWarnings();
        }
    }

    @Override
    public boolean isClosed() throws SQLException {
        Connection present = taken;
        return closed || (present != null && present.isClosed());
    }

    @Override
    public boolean isValid(int seconds) {
        try {
            return !closed && target().isValid(seconds);
        } catch (SQLException notToBeHad) {
            return false;
        }
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        closed = true;
        Connection present = taken;
        if (present != null) {
            present.abort(executor);
        }
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        Connection present = taken;
        taken = null;
        if (present != null) {
            present.close();
        }
    }
}
