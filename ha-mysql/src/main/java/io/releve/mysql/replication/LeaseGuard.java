package io.releve.mysql.replication;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The guard inside a database server: an event that looks several times a second who holds the server's lease, and closes
 * the server to writes when nobody does or the holder's time is over. It needs no code of ours to run.
 *
 * <p>The holder is the session of the agent that has the named lock; the end of its lease is a variable of that session. So
 * both vanish with the session, and a renewal writes nothing to disk or to the binary log.
 *
 * <p>While a MySQL server is closed ({@code super_read_only}) its scheduler runs no events; it goes on by itself, within a
 * second, when the server is opened.
 *
 * <p>Immutable; may be used from any thread.
 */
public final class LeaseGuard {

    /** The locked account in whose name the guard runs. */
    static final String ACCOUNT = "releve_lease";

    /** The schema that holds the guard, and nothing else. */
    private static final String SCHEMA = "releve_lease";

    /** The named lock that the lease's holder has. */
    static final String LOCK = "releve_lease";

    /** The session variable with the end of the holder's lease. */
    static final String DEADLINE = "releve_deadline";

    /**
     * The server's clock in microseconds since 1970 in UTC. Whole numbers: MySQL 8.0 rounds a decimal to seconds on its way
     * through performance_schema. Not UNIX_TIMESTAMP(), which would be an hour wrong when summer time ends.
     */
    static final String NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))";

    /** Has a row while the guard runs. Not out of information_schema.PROCESSLIST: see {@link ServerSessions}. */
    static final String AT_WORK = "SELECT 1 FROM performance_schema.threads WHERE NAME = 'thread/sql/event_worker'"
            + " AND PROCESSLIST_DB = " + SqlText.literal(SCHEMA);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(110);

    /** From the look that finds the lease over to the last write that is acknowledged. */
    private static final Duration CLOSING = Duration.ofMillis(40);

    private final String agent;
    private final Duration pause;

    /**
     * A guard.
     *
     * @param agent the account, without its host, whose sessions may hold the lease
     * @param length the lease's length; the guard looks 20 times in it, but at least every 110 ms and at most every 25 ms
     */
    public LeaseGuard(String agent, Duration length) {
        this.agent = agent;
        Duration share = length.dividedBy(20);
        this.pause = share.compareTo(SHORTEST_PAUSE) < 0
                ? SHORTEST_PAUSE
                : share.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : share;
    }

    /** How long the guard sleeps between two looks. */
    public Duration pause() {
        return pause;
    }

    /**
     * How much earlier than its true end a lease must be said to end, so that the server is closed by then: the pause
     * between two looks and the time that closing takes.
     */
    public Duration reserve() {
        return pause.plus(CLOSING);
    }

    /**
     * Puts the guard into a server, unless the same one is there, and has the server's scheduler run. Nothing of it gets
     * into the binary log. If the server is {@code super_read_only}, that is lifted for the moment; {@code read_only}
     * stays.
     *
     * @param administrator a connection with all rights
     * @return whether something had to be done
     * @throws SQLException if it cannot be done; the message says what to do if the server's configuration is in the way
     */
    public boolean install(Connection administrator) throws SQLException {
        try (Statement statement = administrator.createStatement()) {
            Dialect dialect = Dialect.of(administrator);
            require(statement);
            if (isInstalled(statement)) {
                return schedule(statement);
            }
            boolean closed = dialect instanceof MySqlDialect
                    && value(statement, "SELECT @@global.super_read_only")
                            .orElse("0")
                            .equals("1");
            statement.execute("SET SESSION sql_log_bin=0, sql_mode='" + SqlText.PLAIN_BACKSLASHES + "'");
            try {
                if (closed) {
                    statement.execute("SET GLOBAL super_read_only = OFF");
                }
                for (String sql : statements(dialect)) {
                    statement.execute(sql);
                }
            } finally {
                if (closed) {
                    statement.execute("SET GLOBAL super_read_only = ON");
                }
            }
            schedule(statement);
            return true;
        }
    }

    /** Whether this very guard is in the server and enabled. */
    public boolean isInstalled(Connection administrator) throws SQLException {
        try (Statement statement = administrator.createStatement()) {
            return isInstalled(statement);
        }
    }

    private boolean isInstalled(Statement statement) throws SQLException {
        Dialect dialect = Dialect.of(statement.getConnection());
        return value(statement, dialect.commentOfEvent(SCHEMA, "guard"))
                .filter(comment -> comment.equals(version(dialect)))
                .isPresent();
    }

    /** Starts the guard's clock anew: a scheduler that waits for a time far ahead, because a clock was set back, looks again. */
    static void rearm(Statement statement) throws SQLException {
        statement.execute("SET SESSION sql_log_bin=0");
        statement.execute( // Without the name it would become the event of whoever alters it.
                "ALTER DEFINER=" + SqlText.literal(ACCOUNT) + "@'localhost' EVENT " + SCHEMA
                        + ".guard ON SCHEDULE EVERY 1 SECOND ENABLE");
        schedule(statement);
    }

    private static void require(Statement statement) throws SQLException {
        if (!value(statement, "SELECT @@global.performance_schema").orElse("0").equals("1")) {
            throw new SQLException(
                    "performance_schema is off: the server cannot see the end of its lease and would not close itself;"
                            + " set performance_schema=ON in my.cnf and restart the server",
                    "HY000");
        }
    }

    /** Returns whether the scheduler had to be started. */
    private static boolean schedule(Statement statement) throws SQLException {
        String state = value(statement, "SELECT @@global.event_scheduler").orElse("");
        if (state.equals("DISABLED")) {
            throw new SQLException(
                    "event_scheduler is DISABLED: the server cannot close itself when its lease ends; set"
                            + " event_scheduler=ON in my.cnf and restart the server",
                    "HY000");
        }
        if (state.equals("ON")) {
            return false;
        }
        statement.execute("SET GLOBAL event_scheduler = ON");
        return true;
    }

    private List<String> statements(Dialect dialect) {
        String account = SqlText.literal(ACCOUNT) + "@'localhost'";
        List<String> all = new ArrayList<>();
        all.add("CREATE DATABASE IF NOT EXISTS " + SCHEMA);
        all.add("DROP EVENT IF EXISTS " + SCHEMA + ".guard");
        all.add("DROP USER IF EXISTS " + account);
        all.add("CREATE USER " + account + " IDENTIFIED BY " + SqlText.literal(throwaway()) + " ACCOUNT LOCK");
        all.add("GRANT " + String.join(", ", dialect.guardRights()) + " ON *.* TO " + account);
        all.add("GRANT SELECT ON performance_schema.threads TO " + account);
        all.add("GRANT SELECT ON performance_schema.user_variables_by_thread TO " + account);
        all.add("DROP PROCEDURE IF EXISTS " + SCHEMA + ".open_server");
        all.add("CREATE PROCEDURE " + SCHEMA + ".open_server() SQL SECURITY INVOKER\n" + opening(dialect));
        all.add("CREATE DEFINER=" + account + " EVENT " + SCHEMA
                + ".guard ON SCHEDULE EVERY 1 SECOND ON COMPLETION PRESERVE ENABLE COMMENT "
                + SqlText.literal(version(dialect)) + " DO\n" + body(dialect));
        return all;
    }

    /** Nobody logs on with it: the account is locked. It only has to satisfy a policy for passwords. */
    private static String throwaway() {
        byte[] bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return "Aa1!" + HexFormat.of().formatHex(bytes);
    }

    /** Tells this guard from one that an older or newer release, or another lease's length, has left behind. */
    private String version(Dialect dialect) {
        CRC32 sum = new CRC32();
        sum.update((body(dialect) + opening(dialect) + dialect.guardRights())
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return "Releve, the guard of the lease, " + Long.toHexString(sum.getValue());
    }

    /** The call that opens the server if this session holds its lease, which the server itself makes sure of; 1 if so. */
    static String open() {
        return "CALL " + SCHEMA + ".open_server()";
    }

    private String opening(Dialect dialect) {
        return """
                BEGIN
                  DECLARE opened INT DEFAULT 0;
                  IF IS_USED_LOCK(%s) <=> CONNECTION_ID() AND @%s > %s THEN
                    %s;
                    SET opened = 1;
                  END IF;
                  SELECT opened;
                END
                """.formatted(SqlText.literal(LOCK), DEADLINE, NOW, String.join(";\n    ", dialect.opens()));
    }

    private String body(Dialect dialect) {
        long looks = Math.max(1, Duration.ofSeconds(1).dividedBy(pause));
        return """
                BEGIN
                  DECLARE looks INT DEFAULT 0;
                  DECLARE holder BIGINT UNSIGNED;
                  watching: WHILE looks < %d DO
                    SET looks = looks + 1;
                    SET holder = IS_USED_LOCK(%s);
                    IF %s AND (holder IS NULL OR NOT EXISTS (
                        SELECT 1 FROM performance_schema.threads t
                        JOIN performance_schema.user_variables_by_thread v ON v.THREAD_ID = t.THREAD_ID
                        WHERE t.PROCESSLIST_ID = holder AND t.PROCESSLIST_USER = %s
                        AND v.VARIABLE_NAME = %s AND CAST(v.VARIABLE_VALUE AS UNSIGNED) > %s)) THEN
                      %s
                      LEAVE watching;
                    END IF;
                    DO SLEEP(%s);
                  END WHILE;
                END
                """.formatted(
                        looks,
                        SqlText.literal(LOCK),
                        dialect.isOpen(),
                        SqlText.literal(agent),
                        SqlText.literal(DEADLINE),
                        NOW,
                        dialect.closesItself(agent).indent(6).strip(),
                        pause.toMillis() / 1000.0);
    }

    private static Optional<String> value(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LeaseGuard guard && agent.equals(guard.agent) && pause.equals(guard.pause);
    }

    @Override
    public int hashCode() {
        return Objects.hash(agent, pause);
    }

    @Override
    public String toString() {
        return "guard of the lease held by " + agent + ", looks every " + pause.toMillis() + " ms";
    }
}
