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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    /** Over an older one an answer might be waited for in vain, and for longer than for a new one. */
    private static final long FRESH_NANOS = 1_000_000_000;

    private record First(Connection connection, long openedAt) {}

    private final MySqlServer server;
    private final ServerLogin login;
    private final Verdicts verdicts;
    private final Purpose purpose;

    /** Told what is committed, if anybody wants to know. */
    private final Optional<Consumer<String>> onCommit;

    /** What was opened and, as far as anybody noticed, not closed yet. */
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /** Opened before anybody asked for it. */
    private final AtomicReference<@Nullable First> first = new AtomicReference<>();

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

    /**
     * Opens a connection, and keeps it for whoever asks for the first one.
     *
     * @return that connection, to ask the server over it
     * @throws SQLException if the server does not answer, or is not as it should be
     */
    Connection openFirst() throws SQLException {
        Connection connection = login.connect();
        try {
            verify(connection, Dialect.of(connection));
        } catch (SQLException | RuntimeException e) {
            close(connection, e);
            throw e;
        }
        open.add(connection);
        closeFirst();
        first.set(new First(connection, System.nanoTime()));
        return connection;
    }

    /** Closes the connection that was opened first, if nobody has asked for it. */
    void closeFirst() {
        First unused = first.getAndSet(null);
        if (unused != null) {
            try {
                unused.connection().close();
            } catch (SQLException e) {
                LOG.debug("closing a connection to {}: {}", server, e.toString());
            }
        }
    }

    /** Without a word to the server, which may not be there. */
    private void drop(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("aborting a connection to {}: {}", server, e.toString());
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        First ready = first.getAndSet(null);
        if (ready != null && System.nanoTime() - ready.openedAt() < FRESH_NANOS) {
            try {
                return verified(ready.connection());
            } catch (SQLException e) {
                LOG.debug("the first connection to {} is of no use any more: {}", server, e.toString());
            }
        } else if (ready != null) {
            drop(ready.connection());
        }
        return verified(login.connect());
    }

    private Connection verified(Connection connection) throws SQLException {
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
            close(connection, e);
            throw e;
        }
    }

    private static void close(Connection connection, Exception cause) {
        try {
            connection.close();
        } catch (SQLException suppressed) {
            cause.addSuppressed(suppressed);
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
        open.forEach(this::drop);
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
