package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.Tls;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One server's end of the replication, worked over an administrator's connection to it. No transaction of this class gets
 * into the binary log.
 *
 * <p>For use by one thread at a time, as its connection is.
 */
public final class ReplicationLink {

    private final Connection connection;
    private final Dialect dialect;

    /**
     * A link over this connection, which stays the caller's.
     *
     * @throws SQLException if the server cannot be asked what it is, or Relève does not speak its language
     */
    public ReplicationLink(Connection connection) throws SQLException {
        this.connection = connection;
        this.dialect = Dialect.of(connection);
        execute("SET SESSION sql_log_bin=0, sql_mode='" + SqlText.PLAIN_BACKSLASHES + "'");
    }

    /** The server's language. */
    public Dialect dialect() {
        return dialect;
    }

    /** All transactions that the server has executed. */
    public GtidSet executed() throws SQLException {
        return executed(connection);
    }

    /** All transactions that a server has executed, asked over any account's connection to it. */
    public static GtidSet executed(Connection connection) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        return dialect.parseGtids(value(connection, dialect.executedGtids()));
    }

    /**
     * Waits until the server has executed a set.
     *
     * @param gtids what to wait for; nothing that comes from the server itself
     * @param limit how long at most
     * @return whether it has
     */
    public boolean await(GtidSet gtids, Duration limit) throws SQLException {
        return await(connection, gtids, limit);
    }

    /** The same over any account's connection. */
    public static boolean await(Connection connection, GtidSet gtids, Duration limit) throws SQLException {
        return gtids.isEmpty()
                || value(connection, Dialect.of(connection).waitFor(gtids, limit))
                        .equals("0");
    }

    /** The state of replication; empty if the server follows nobody. */
    public Optional<ReplicaStatus> status() throws SQLException {
        return status(connection, dialect);
    }

    /** Whether all transactions that were received whole have been executed. */
    public boolean isDrained() throws SQLException {
        return unapplied(connection).isEmpty();
    }

    /**
     * The transactions that a server has received from its source and not executed yet, asked over any account's
     * connection that has the right to see the state of replication.
     */
    public static GtidSet unapplied(Connection connection) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        String received =
                status(connection, dialect).map(ReplicaStatus::received).orElse("");
        return dialect.parseGtids(received).minus(executed(connection));
    }

    /** The part of a set that replication will never bring to a server; see {@link Dialect#unreceivable}. */
    public static GtidSet unreceivable(Connection connection, GtidSet gtids, MySqlServer self) throws SQLException {
        return Dialect.of(connection).unreceivable(gtids, self);
    }

    private static Optional<ReplicaStatus> status(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.showReplicaStatus())) {
            if (!rows.next()) {
                return Optional.empty();
            }
            ResultSetMetaData columns = rows.getMetaData();
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                String value = rows.getString(i);
                row.put(columns.getColumnLabel(i), value == null ? "" : value);
            }
            ReplicaStatus status = ReplicaStatus.parse(row);
            return status.sourceHost().isEmpty() ? Optional.empty() : Optional.of(status);
        }
    }

    /** Creates an account, or gives an existing one this password and these rights on everything. */
    public void account(String user, String host, CharSequence password, List<String> rights) throws SQLException {
        String account = SqlText.literal(user) + "@" + SqlText.literal(host);
        String identified = account + " IDENTIFIED BY " + SqlText.literal(password);
        execute("CREATE USER IF NOT EXISTS " + identified);
        execute("ALTER USER " + identified);
        execute("GRANT " + String.join(", ", rights) + " ON *.* TO " + account);
    }

    /** Creates a database, and an account for an application that may do everything in it. */
    public void application(String database, String user, CharSequence password) throws SQLException {
        execute("CREATE DATABASE IF NOT EXISTS " + SqlText.name(database) + " CHARACTER SET utf8mb4");
        account(user, "%", password, List.of(dialect.statusRight()));
        // In a grant a database's name is a pattern.
        String pattern =
                SqlText.name(database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"));
        execute("GRANT ALL PRIVILEGES ON " + pattern + ".* TO " + SqlText.literal(user) + "@'%'");
    }

    /**
     * Has the server follow a source. Replication must be stopped, and is not started. Ask {@link ReplicaStatus#follows}
     * first: what has been received and not applied can be lost.
     *
     * @throws UndrainedException if the server has not applied all that it received from its present source
     */
    public void follow(MySqlServer source, String user, CharSequence password, Tls tls) throws SQLException {
        Optional<ReplicaStatus> present = status();
        if (present.isPresent() && !isDrained()) {
            throw new UndrainedException("this server has received transactions from "
                    + present.get().sourceHost() + ":" + present.get().sourcePort()
                    + " that it has not applied yet; following " + source + " now would throw them away");
        }
        try {
            execute(dialect.follow(source, user, password, tls));
        } catch (SQLException e) {
            // The server's message may quote the statement, and with it the password.
            throw new SQLException(
                    "the server refused to follow " + source + " (error " + e.getErrorCode() + ")",
                    e.getSQLState(),
                    e.getErrorCode());
        }
    }

    /** Starts receiving and applying; does nothing that already runs. */
    public void start() throws SQLException {
        execute(dialect.startReplica());
    }

    /** Starts only the applier. */
    public void startApplier() throws SQLException {
        execute(dialect.startApplier());
    }

    /** Stops receiving and applying. */
    public void stop() throws SQLException {
        execute(dialect.stopReplica());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            String value = row.getString(1);
            return value == null ? "" : value;
        }
    }

    /** A server must not be given another source before it has applied what it received. */
    public static final class UndrainedException extends SQLException {

        private static final long serialVersionUID = 1L;

        UndrainedException(String reason) {
            super(reason, "HY000");
        }
    }
}
