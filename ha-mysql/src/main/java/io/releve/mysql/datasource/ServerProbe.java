package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.datasource.Freshness.Sample;
import io.releve.mysql.datasource.VerifiedConnections.Purpose;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection of its own to one server, to ask what it has executed; opened when needed. For one thread at a time, except
 * {@link #close}.
 */
final class ServerProbe implements AutoCloseable {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final VerifiedConnections connections;
    private volatile @Nullable Connection connection;
    private @Nullable Dialect dialect;
    private volatile boolean closed;

    /**
     * A probe that has no connection yet.
     *
     * @param limit how long the server may wait for transactions
     */
    ServerProbe(DataSourceSettings settings, MySqlServer server, Purpose purpose, Duration limit) {
        Duration connect =
                settings.connectTimeout().compareTo(LONGEST_CONNECT) < 0 ? settings.connectTimeout() : LONGEST_CONNECT;
        this.connections = new VerifiedConnections(
                server,
                settings.login(server).within(connect, limit.plus(ANSWER)),
                Verdicts.ofReader(server.toString(), () -> {}),
                purpose);
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(Connection connection, Dialect dialect) throws SQLException;
    }

    private <T> T ask(Question<T> question) throws SQLException {
        Connection open = connection;
        Dialect spoken = dialect;
        try {
            if (open == null || spoken == null) {
                open = connections.getConnection();
                connection = open;
                spoken = Dialect.of(open);
                dialect = spoken;
                if (closed) {
                    throw new SQLException("the DataSource is closed", "08003");
                }
            }
            return question.ask(open, spoken);
        } catch (SQLException e) {
            connections.abort();
            connection = null;
            throw e;
        }
    }

    /**
     * What a primary has now.
     *
     * @throws SQLException if it does not answer, or takes no writes any more
     */
    Sample sample() throws SQLException {
        return ask((open, spoken) -> {
            long now = System.nanoTime();
            try (Statement statement = open.createStatement();
                    ResultSet row = statement.executeQuery("SELECT (" + spoken.executedGtids() + "), ("
                            + spoken.loggedGtids() + "), (" + spoken.isWritable() + ")")) {
                row.next();
                if (row.getInt(3) != 1) {
                    throw new SQLException("the server takes no writes any more", "08001");
                }
                return new Sample(now, spoken.parseGtids(row.getString(1)), spoken.parseGtids(row.getString(2)));
            }
        });
    }

    /** What the server has executed. */
    GtidSet executed() throws SQLException {
        return ask((open, spoken) -> ReplicationLink.executed(open));
    }

    /** Waits until the server has executed a set; returns whether it has. */
    boolean await(GtidSet gtids, Duration limit) throws SQLException {
        return gtids.isEmpty() || ask((open, spoken) -> ReplicationLink.await(open, gtids, limit));
    }

    /** Ends it; whoever waits for an answer gets an exception. May be called from any thread. */
    @Override
    public void close() {
        closed = true;
        connections.abort();
    }
}
