package io.releve.mysql.replication;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The sessions of a server.
 *
 * <p>They are read by {@code SHOW PROCESSLIST}, never from {@code information_schema.PROCESSLIST}. MariaDB makes a temporary
 * table on disk for that; where the disk is full, the query waits for space and holds the lock meanwhile that each new session
 * needs, and the server lets nobody in.
 *
 * <p>For use by one thread at a time, as its connection is.
 */
public final class ServerSessions {

    /** A session that has ended by itself cannot be ended (ER_NO_SUCH_THREAD). */
    private static final int NO_SUCH_SESSION = 1094;

    private static final Set<String> OF_THE_SERVER = Set.of("system user", "event_scheduler", LeaseGuard.ACCOUNT);

    private static final Set<String> OF_REPLICATION =
            Set.of("Binlog Dump", "Binlog Dump GTID", "Daemon", "Slave_IO", "Slave_SQL", "Slave_worker");

    /** Part of what MySQL and MariaDB say of a commit that waits for a replica's acknowledgement. */
    private static final String WAITS_FOR_A_REPLICA = "semi-sync ACK";

    private final Connection connection;

    /** The sessions of the server that a connection leads to. */
    public ServerSessions(Connection connection) {
        this.connection = connection;
    }

    /**
     * A session.
     *
     * @param id its number, as {@code KILL} takes it
     * @param user its account, without the host
     * @param command what kind of thing it does, such as {@code Query} or {@code Sleep}
     * @param state what it is about, as the server names it; empty if it says nothing
     * @param seconds since when it has been at its present command, in whole seconds
     */
    public record Session(long id, String user, String command, String state, long seconds) {

        /** Whether it is neither the server's own nor replication's. */
        boolean isOrdinary() {
            return !OF_THE_SERVER.contains(user) && !OF_REPLICATION.contains(command);
        }
    }

    /**
     * All sessions but this one, replication's and the server's own.
     *
     * @throws SQLException if the server does not tell; without {@code PROCESS} it tells of those of one's own account alone
     */
    public List<Session> others() throws SQLException {
        long own = own();
        return all().stream()
                .filter(session -> session.id() != own && session.isOrdinary())
                .toList();
    }

    private List<Session> all() throws SQLException {
        List<Session> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW PROCESSLIST")) {
            while (rows.next()) {
                all.add(new Session(
                        rows.getLong("Id"),
                        text(rows, "User"),
                        text(rows, "Command"),
                        text(rows, "State"),
                        rows.getLong("Time")));
            }
        }
        return all;
    }

    private static String text(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }

    private long own() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            return row.getLong(1);
        }
    }

    /**
     * Ends the sessions of ordinary accounts.
     *
     * @param spared accounts, without hosts, whose sessions stay
     * @return how many
     */
    public int end(Predicate<String> spared) throws SQLException {
        int ended = 0;
        for (Session session : others()) {
            if (!spared.test(session.user())) {
                end(session);
                ended++;
            }
        }
        return ended;
    }

    /** Ends all sessions of an account, replication's included. */
    void endOf(String user) throws SQLException {
        for (Session session : all()) {
            if (session.user().equals(user)) {
                end(session);
            }
        }
    }

    /** Whether an account has a session. */
    boolean isThere(String user) throws SQLException {
        return all().stream().anyMatch(session -> session.user().equals(user));
    }

    /** Ends a session. Has no effect if it has ended. */
    public void end(Session session) throws SQLException {
        end(connection, session.id());
    }

    /** Ends a session by its number. Has no effect if it has ended. */
    static void end(Connection connection, long id) throws SQLException {
        kill(connection, "CONNECTION", id);
    }

    private static void kill(Connection connection, String what, long id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("KILL " + what + " " + id);
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_SESSION) {
                throw e;
            }
        }
    }

    /**
     * Ends the statements, not the sessions, that wait for a transaction to be applied. MariaDB takes no new place to follow from
     * before they have ended; and what a server that follows nobody waits for does not come.
     */
    void endWaitsForGtids() throws SQLException {
        for (Session session : all()) {
            if (session.state().contains("MASTER_GTID_WAIT")) {
                kill(connection, "QUERY", session.id());
            }
        }
    }

    /**
     * The sessions whose commit the server is working on, each with the whole seconds that its present statement has taken.
     * None if any commit waits for the acknowledgement of a replica: the others may stand in its queue.
     */
    public Map<Long, Long> committing() throws SQLException {
        String state = Dialect.of(connection).stateOfCommits();
        Map<Long, Long> committing = new HashMap<>();
        for (Session session : all()) {
            if (session.state().contains(WAITS_FOR_A_REPLICA)) {
                return Map.of();
            }
            if (session.state().equals(state)) {
                committing.put(session.id(), session.seconds());
            }
        }
        return committing;
    }

    /**
     * What ordinary accounts do.
     *
     * @param busy how many sessions are in a transaction or carry out a statement
     * @param idle the accounts of all other sessions, without hosts
     */
    public record Activity(int busy, Set<String> idle) {

        public Activity {
            idle = Set.copyOf(idle);
        }
    }

    /**
     * What the sessions of ordinary accounts do.
     *
     * @param spared accounts, without hosts, that do not count
     */
    public Activity activity(Predicate<String> spared) throws SQLException {
        List<Session> counted = others().stream()
                .filter(session -> !spared.test(session.user()))
                .toList();
        if (counted.isEmpty()) {
            return new Activity(0, Set.of());
        }
        Set<Long> inTransaction = inTransaction();
        Set<String> idle = new HashSet<>();
        int busy = 0;
        for (Session session : counted) {
            if (session.command().equals("Sleep") && !inTransaction.contains(session.id())) {
                idle.add(session.user());
            } else {
                busy++;
            }
        }
        return new Activity(busy, idle);
    }

    private Set<Long> inTransaction() throws SQLException {
        Set<Long> sessions = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX")) {
            while (rows.next()) {
                sessions.add(rows.getLong(1));
            }
        }
        return sessions;
    }
}
