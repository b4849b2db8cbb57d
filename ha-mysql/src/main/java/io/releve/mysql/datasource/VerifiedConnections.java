package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.replication.Dialect;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Opens physical connections to one server, and gives out only those where the right server answered and takes writes.
 * An address may have moved and a former primary may be up again: only the server itself knows.
 */
final class VerifiedConnections implements DataSource {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(VerifiedConnections.class);

    private final MySqlServer server;
    private final ServerLogin login;
    private final Verdicts verdicts;

    /** What was opened and, as far as anybody noticed, not closed yet. */
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    VerifiedConnections(MySqlServer server, ServerLogin login, Verdicts verdicts) {
        this.server = server;
        this.login = login;
        this.verdicts = verdicts;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = login.connect();
        try {
            verify(connection);
            open.removeIf(VerifiedConnections::isClosed);
            open.add(connection);
            return new TrackedConnection(connection, verdicts);
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /** Cuts all connections: whoever waits for an answer on one of them gets an exception now. */
    void abort() {
        for (Connection connection : open) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("aborting a connection to {}: {}", server, e.toString());
            }
        }
        open.clear();
    }

    private void verify(Connection connection) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT @@global.server_id, @@global.port, (" + dialect.isWritable() + ")")) {
            row.next();
            long id = row.getLong(1);
            if (id != server.number()) {
                throw new SQLException(
                        "the server that answers at " + server.address() + " has server id " + id + " and port "
                                + row.getInt(2) + "; server " + server + " has server id " + server.number()
                                + ". Its address leads elsewhere, or the servers are not listed in the ring's order",
                        "08001");
            }
            if (row.getInt(3) != 1) {
                throw new SQLException("server " + server + " is read-only", "08001");
            }
        }
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
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        // The pool waits so long, at its end, for a connection that is just being opened.
        return 1;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("logging goes through SLF4J");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not a wrapper for " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
