package io.releve.mysql.datasource;

import io.releve.mysql.config.JdbcDriver.CommitWatch;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.replication.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens physical connections to one server, and gives out only those where the right server answered and takes writes, or whose
 * session is read-only. An address may have moved and a former primary may be up again: only the server itself knows.
 */
final class VerifiedConnections extends ManagedDataSource {

    /** What the connections are for. */
    enum Purpose {
        WRITES,
        READS
    }

    private static final Logger LOG = LoggerFactory.getLogger(VerifiedConnections.class);

    private final MySqlServer server;
    private final ServerLogin login;
    private final Verdicts verdicts;
    private final Purpose purpose;

    /** Told what is committed, if anybody wants to know. */
    private final Optional<Consumer<String>> onCommit;

    /** What was opened and, as far as anybody noticed, not closed yet. */
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    VerifiedConnections(MySqlServer server, ServerLogin login, Verdicts verdicts, Purpose purpose) {
        this(server, login, verdicts, purpose, Optional.empty());
    }

    VerifiedConnections(
            MySqlServer server,
            ServerLogin login,
            Verdicts verdicts,
            Purpose purpose,
            Optional<Consumer<String>> onCommit) {
        this.onCommit = onCommit;
        this.server = server;
        this.login = login;
        this.verdicts = verdicts;
        this.purpose = purpose;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = login.connect();
        try {
            if (purpose == Purpose.READS) {
                ReadOnlySession.make(connection);
            }
            Dialect dialect = Dialect.of(connection);
            verify(connection, dialect);
            CommitWatch commits = watch(connection, dialect);
            open.removeIf(VerifiedConnections::isClosed);
            open.add(connection);
            return purpose == Purpose.READS
                    ? ReadOnlySession.track(connection, verdicts)
                    : new TrackedConnection(connection, verdicts, commits);
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private CommitWatch watch(Connection connection, Dialect dialect) throws SQLException {
        return onCommit.isPresent()
                ? login.driver().watchCommits(connection, dialect.tellCommits(), dialect.lastCommit(), onCommit.get())
                : CommitWatch.NONE;
    }

    boolean areReadOnly() {
        return purpose == Purpose.READS;
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

    private void verify(Connection connection, Dialect dialect) throws SQLException {
        String fits = purpose == Purpose.READS ? dialect.isSessionReadOnly() : dialect.isWritable();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.server_id, @@global.port, (" + fits + ")")) {
            row.next();
            long id = row.getLong(1);
            if (dialect.numberOf(id) != server.number()) {
                throw new SQLException(
                        "the server that answers at " + server.address() + " has server id " + id + " and port "
                                + row.getInt(2) + "; server " + server + " has server id " + server.number()
                                + ". Its address leads elsewhere, or the servers are not listed in the ring's order",
                        "08001");
            }
            if (row.getInt(3) != 1) {
                throw new SQLException(
                        purpose == Purpose.READS
                                ? "the session in server " + server + " did not become read-only"
                                : "server " + server + " is read-only",
                        "08001");
            }
        }
    }

    /** The pool sets it; the login has its own. */
    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        // The pool waits so long, at its end, for a connection that is just being opened.
        return 1;
    }
}
