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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * One server's end of the replication, worked over an administrator's connection to it. No transaction of this class gets
 * into the binary log.
 *
 * <p>For use by one thread at a time, as its connection is.
 */
public final class ReplicationLink {

    private static final int LOCK_WAIT_TIMEOUT = 1205;

    /** For an applier to end whose session was ended; 13 ms have been seen. */
    private static final Duration GIVING_UP = Duration.ofSeconds(2);

    private static final long LOOK_NANOS = 1_000_000;

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

    /** Its part in semi-synchronous replication, as a replica or as a primary. */
    public SemiSync semiSync() {
        return new SemiSync(this);
    }

    /** All transactions that the server has executed. */
    public GtidSet executed() throws SQLException {
        return dialect.parseGtids(value(connection, dialect.executedGtids()));
    }

    /** All transactions that the server has executed or written to its log, those included that wait for an acknowledgement. */
    public GtidSet logged() throws SQLException {
        return dialect.parseGtids(value(connection, dialect.loggedGtids()));
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
        return gtids.isEmpty()
                || value(connection, dialect.waitFor(gtids, limit)).equals("0");
    }

    /**
     * Waits likewise for what has been received already. An applier that somebody has stopped is started for it, if the
     * server keeps then what it has received: MariaDB throws it away when the first of both threads starts.
     */
    public boolean awaitReceived(GtidSet gtids, Duration limit) throws SQLException {
        if (!gtids.isEmpty()
                && status().filter(now -> !now.applierRunning())
                        .filter(now ->
                                dialect.keepsRelayLogAtStart() || now.receiver() != ReplicaStatus.Receiver.STOPPED)
                        .isPresent()) {
            startApplier();
        }
        return await(gtids, limit);
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
        String received = status().map(ReplicaStatus::received).orElse("");
        return executed().contains(dialect.parseGtids(received));
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
        String pattern = SqlText.pattern(database);
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
        if (present.isPresent()) {
            forgetTheRest();
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

    /**
     * Has the server follow a primary, after it may have been one itself. Replication must be stopped, and is not
     * started; what the server has executed must be a part of what the primary has.
     *
     * @throws UndrainedException if the server has not applied all that it received from its present source
     */
    public void followPrimary(MySqlServer source, String user, CharSequence password, Tls tls) throws SQLException {
        if (isDrained()) {
            for (String sql : dialect.endEpoch()) {
                execute(sql);
            }
            semiSync().awaitAcknowledgements(0);
            GtidSet executed = executed();
            // It costs a write to disk, and is needed only after a server has been the primary itself.
            if (!dialect.parseGtids(value(connection, dialect.replicatedGtids()))
                    .contains(executed)) {
                sessions().endWaitsForGtids();
                for (String sql : dialect.beforeFollowing(executed)) {
                    execute(sql);
                }
            }
        }
        follow(source, user, password, tls);
    }

    /**
     * Starts receiving and applying from a primary. Replication must be stopped altogether.
     *
     * @param self this server
     * @param promoted what the primary had executed when it was promoted, in the server's own form
     */
    public void startFollowing(MySqlServer self, String promoted) throws SQLException {
        for (String sql : dialect.startFollowing(self, hasExecuted(promoted))) {
            execute(sql);
        }
    }

    /** Whether a replica could apply side by side and does not: it has come past what its primary was promoted with. */
    public boolean couldApplyFaster(String promoted) throws SQLException {
        return !value(connection, dialect.appliesSideBySide()).equals("1") && hasExecuted(promoted);
    }

    private boolean hasExecuted(String gtids) throws SQLException {
        return executed().contains(dialect.parseGtids(gtids));
    }

    /** Starts receiving and applying; does nothing that already runs. */
    public void start() throws SQLException {
        execute(dialect.startReplica());
    }

    /** Starts only the applier. */
    public void startApplier() throws SQLException {
        execute(dialect.startApplier());
    }

    /**
     * Stops receiving and applying. Half a transaction, which a source that died has left behind, is not waited for: it
     * will come whole from whomever the server follows next.
     */
    public void stop() throws SQLException {
        Optional<String> waiting = dialect.waitsForTheRest();
        if (waiting.isPresent()) {
            stopReceiver(); // from here on no more comes
            giveUpTheRest(waiting.get());
        }
        execute(dialect.stopReplica());
    }

    /** Told to stop before it has ended, the applier would wait after all; and the server tells nobody when it ends. */
    private void giveUpTheRest(String waiting) throws SQLException {
        String applier = value(connection, waiting);
        if (!applier.isEmpty()) {
            ServerSessions.end(connection, Long.parseLong(applier));
            long deadline = System.nanoTime() + GIVING_UP.toNanos();
            while (value(connection, waiting).equals(applier) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    /**
     * An applier that was ended while it asked by position has gaps, for all the server knows, and takes no other source before it has
     * been started once more or has forgotten what it received. All whole transactions must have been applied.
     */
    void forgetTheRest() throws SQLException {
        if (dialect.waitsForTheRest().isPresent()
                && status().filter(ReplicaStatus::wasInterrupted).isPresent()) {
            execute(dialect.forgetReceived());
        }
    }

    /** Stops receiving: from here on the server acknowledges nothing more to its source. Applying goes on. */
    public void stopReceiver() throws SQLException {
        execute(dialect.stopReceiver());
    }

    /** Has the server ready for {@link #stopReceiverOfSilentSource}, which is quicker then. */
    public void prepareForSilentSource() throws SQLException {
        if (dialect.takesLeave()) {
            Parting.prepare(connection);
        }
    }

    /** The same when the source does not answer, and must not be waited for. */
    public void stopReceiverOfSilentSource() throws SQLException {
        if (dialect.takesLeave() && semiSync().isAcknowledging()) {
            Parting.stopReceiver(connection);
        } else {
            stopReceiver();
        }
    }

    /** Starts receiving. */
    public void startReceiver() throws SQLException {
        execute(dialect.startReceiver());
    }

    /**
     * Forgets the source, and what was received. Replication must be stopped.
     *
     * @throws UndrainedException if the server has not applied all that it received
     */
    public void forgetSource() throws SQLException {
        if (status().isPresent()) {
            if (!isDrained()) {
                throw new UndrainedException("this server has received transactions that it has not applied yet");
            }
            execute(dialect.forgetSource());
        }
    }

    /**
     * Forgets a source that the server cannot read, and what was received from it: what that was, nobody can tell. Only for a
     * server whose receiving nobody counts on.
     */
    public void forgetUnreadableSource() throws SQLException {
        execute(dialect.forgetSource());
    }

    /** Whether the applier stands still because what was received cannot be read: a crash of the host has torn it. */
    public boolean hasTornRelayLog() throws SQLException {
        return status().flatMap(ReplicaStatus::applierError)
                .filter(error -> dialect.isTornRelayLog(error.code()))
                .isPresent();
    }

    /** Stops replication and forgets what was received and not applied: it is fetched anew from the same source. */
    public void forgetReceived() throws SQLException {
        stop();
        execute(dialect.forgetReceived());
    }

    /** All transactions that the server has received or executed. */
    public GtidSet received() throws SQLException {
        String received = status().map(ReplicaStatus::received).orElse("");
        return dialect.parseGtids(received).union(executed());
    }

    /** Whether the server takes writes from ordinary accounts. */
    public boolean isWritable() throws SQLException {
        return value(connection, dialect.isWritable()).equals("1");
    }

    /** The greatest epoch in the server's own table; 0 if there is none. */
    public long epoch() throws SQLException {
        try {
            return Long.parseLong(value(connection, "SELECT COALESCE(MAX(epoch), 0) FROM releve.epochs"));
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("42")) {
                return 0;
            }
            throw e;
        }
    }

    /** Whether the server has ever been given what the servers of one primary need. */
    public boolean isPrepared() throws SQLException {
        return value(
                        connection,
                        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'releve' AND TABLE_NAME ="
                                + " 'epochs'")
                .equals("1");
    }

    /** Lets this administrator, and nobody else, write: the last step before a server is opened. */
    public void prepareToOpen(MySqlServer self, long epoch) throws SQLException {
        for (String sql : dialect.prepareToOpen(self, epoch)) {
            execute(sql);
        }
    }

    /**
     * Writes an epoch, through the binary log, and so waits for the acknowledgements that each write waits for.
     * Writing it again has no effect.
     */
    public void writeEpoch(long epoch, MySqlServer server) throws SQLException {
        execute("SET SESSION sql_log_bin=1");
        try {
            execute("INSERT IGNORE INTO releve.epochs (epoch, node, server_id) VALUES (" + epoch + ", "
                    + SqlText.literal(server.node()) + ", " + server.number() + ")");
        } finally {
            execute("SET SESSION sql_log_bin=0");
        }
    }

    /** Lets everybody write. */
    public void open() throws SQLException {
        execute(dialect.open());
    }

    /**
     * Closes the server to all writes, an administrator's included where the server can do that. What runs ends first; then
     * the sessions of ordinary accounts are ended, before anything that waits could be written after all.
     *
     * @param limit how long to wait for what runs
     * @param spared accounts, without hosts, whose sessions stay
     * @return whether it is closed
     */
    public boolean close(Duration limit, Predicate<String> spared) throws SQLException {
        execute("SET SESSION lock_wait_timeout=" + Math.max(1, limit.toSeconds()));
        try {
            for (String sql : dialect.beforeClosing()) {
                execute(sql);
            }
            execute(dialect.close());
            sessions().end(spared);
        } catch (SQLException e) {
            if (e.getErrorCode() == LOCK_WAIT_TIMEOUT) {
                return false;
            }
            throw e;
        } finally {
            for (String sql : dialect.afterClosing()) {
                execute(sql);
            }
        }
        return !isWritable();
    }

    /** The sessions of the server. */
    public ServerSessions sessions() {
        return new ServerSessions(connection);
    }

    /** Keeps an account from logging on, and ends its sessions. */
    public void shutOut(String user) throws SQLException {
        execute("ALTER USER " + SqlText.literal(user) + "@'%' ACCOUNT LOCK");
        sessions().endOf(user);
    }

    /** Lets an account log on again. */
    public void letIn(String user) throws SQLException {
        execute("ALTER USER " + SqlText.literal(user) + "@'%' ACCOUNT UNLOCK");
    }

    /**
     * Takes a lock of this name in this server, for this session.
     *
     * @return whether it was free within the limit
     */
    public boolean lock(String name, Duration limit) throws SQLException {
        return value(connection, "SELECT GET_LOCK(" + SqlText.literal(name) + ", " + limit.toMillis() / 1000.0 + ")")
                .equals("1");
    }

    /** Gives a lock back. */
    public void unlock(String name) throws SQLException {
        value(connection, "SELECT RELEASE_LOCK(" + SqlText.literal(name) + ")");
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row. */
    String value(String query) throws SQLException {
        return value(connection, query);
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
