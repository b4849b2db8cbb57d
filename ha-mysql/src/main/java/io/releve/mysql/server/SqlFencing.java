package io.releve.mysql.server;

import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.replication.ServerSessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Closes a server to writes over SQL, from wherever it can be reached: the first thing to try with a former primary that may
 * still be up.
 *
 * <p>All methods may be called from any thread and return within their limit, even if the server is stuck.
 */
public final class SqlFencing {

    private static final int NOT_OWNER = 1095;

    private SqlFencing() {}

    /** Which sessions are ended on the way. */
    public enum Sessions {
        /** All but replication's: for a server whose agent is not trusted any more. */
        ALL,
        /** All but replication's and those of the account that closes: for an agent that closes its own server. */
        OF_OTHERS
    }

    /** How a server was found, and left. */
    public enum Result {
        /** It takes no writes: it was asked, and says so. */
        CLOSED,
        /**
         * It takes no writes, because every session was ended and none is let in; but it does not yet say so, because a
         * commit waits for something, such as a semi-synchronous acknowledgement. Nobody is told of that commit.
         */
        CLOSED_IN_EFFECT,
        /** It answers, and could not be closed. */
        OPEN,
        /** It does not answer, which proves nothing. */
        UNREACHABLE
    }

    /**
     * What has been done, and seen.
     *
     * @param server whom
     * @param result what came of it
     * @param changed whether it was open before, as far as is known
     * @param executed all transactions that it has executed, after it was closed; empty if unknown
     * @param steps what was done, in order, with milliseconds since the beginning
     */
    public record Report(
            String server, Result result, boolean changed, Optional<GtidSet> executed, List<String> steps) {

        public Report {
            steps = List.copyOf(steps);
        }

        /** Whether the server acknowledges no writes. */
        public boolean isClosed() {
            return result == Result.CLOSED || result == Result.CLOSED_IN_EFFECT;
        }

        @Override
        public String toString() {
            return "server " + server + " is "
                    + switch (result) {
                        case CLOSED -> changed ? "closed to writes now" : "closed to writes already";
                        case CLOSED_IN_EFFECT -> "closed in effect, all sessions are ended";
                        case OPEN -> "still open to writes";
                        case UNREACHABLE -> "not reachable";
                    }
                    + " (" + String.join("; ", steps) + ")";
        }
    }

    /**
     * Closes a server.
     *
     * @param login an account with all rights there
     * @param limit how long everything together may take
     * @param sessions which sessions are ended
     */
    public static Report close(ServerLogin login, Duration limit, Sessions sessions) {
        return new Attempt(login, limit, sessions).run();
    }

    /** What an operator types for the same effect. */
    static String byHand() {
        return "MySQL: SET GLOBAL offline_mode=ON; SET GLOBAL super_read_only=ON; MariaDB: SET GLOBAL read_only=ON, then end"
                + " the sessions";
    }

    /** One try. */
    private static final class Attempt {

        private final ServerLogin login;
        private final Sessions which;
        private final long begun = System.nanoTime();
        private final long deadline;
        private final List<String> steps = new ArrayList<>();
        private boolean changed;
        private boolean keptOut;
        private boolean sessionsEnded;
        private boolean closing;

        Attempt(ServerLogin login, Duration limit, Sessions which) {
            this.login = login;
            this.which = which;
            this.deadline = begun + limit.toNanos();
        }

        Report run() {
            try (Connection connection = login.within(left(), left()).connect()) {
                note("connected");
                return close(connection);
            } catch (SQLException e) {
                note("connecting failed: " + e.getMessage());
                return report(Result.UNREACHABLE, Optional.empty());
            }
        }

        private Report close(Connection connection) {
            try (Statement statement = connection.createStatement()) {
                Dialect dialect = Dialect.of(connection);
                if (number(statement, "SELECT IF(" + dialect.isOpen() + ", 1, 0)") == 0) {
                    note("is closed to writes");
                    boolean settled = isSettled(statement, dialect);
                    return report(
                            settled ? Result.CLOSED : Result.CLOSED_IN_EFFECT,
                            Optional.of(ReplicationLink.executed(connection)));
                }
                changed = true;
                for (String sql : dialect.keepsOut()) {
                    run(connection, statement, sql);
                    keptOut = true;
                }
                endSessions(connection);
                closing = keptOut;
                run(connection, statement, dialect.closes());
                if (number(statement, dialect.preparedWrites()) > 0) {
                    note("prepared XA transactions are there, which could be committed: ordinary sessions stay out");
                } else {
                    for (String sql : dialect.letsIn()) {
                        run(connection, statement, sql);
                    }
                }
                boolean open = number(statement, dialect.isWritable()) != 0;
                note(open ? "says that it takes writes" : "says that it takes no writes");
                return report(open ? Result.OPEN : Result.CLOSED, Optional.of(ReplicationLink.executed(connection)));
            } catch (SQLException e) {
                note(
                        keptOut && left().toMillis() <= 1
                                ? "the statement waits for a commit that does not end"
                                : String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""));
                return afterFailure();
            }
        }

        /** Where sessions were ended and none is let in, a statement that waits closes the server when it gets through. */
        private Report afterFailure() {
            return report(sessionsEnded && closing ? Result.CLOSED_IN_EFFECT : Result.OPEN, Optional.empty());
        }

        /** Whether what closed it is through: while that waits, the two variables of MySQL differ. */
        private static boolean isSettled(Statement statement, Dialect dialect) throws SQLException {
            return number(statement, dialect.isSettled()) == 1;
        }

        private void endSessions(Connection connection) throws SQLException {
            limit(connection);
            ServerSessions sessions = new ServerSessions(connection);
            int ended = 0;
            for (ServerSessions.Session session : sessions.others()) {
                if (which == Sessions.OF_OTHERS && session.user().equals(login.user())) {
                    continue;
                }
                try {
                    sessions.end(session);
                    ended++;
                } catch (SQLException e) {
                    if (e.getErrorCode() != NOT_OWNER) {
                        throw e;
                    }
                    note("session " + session.id() + " belongs to an account with more rights and was not ended");
                }
            }
            sessionsEnded = true;
            note(ended + " sessions ended");
        }

        private void run(Connection connection, Statement statement, String sql) throws SQLException {
            limit(connection);
            statement.execute(sql);
            note(sql);
        }

        private static long number(Statement statement, String query) throws SQLException {
            try (ResultSet row = statement.executeQuery(query)) {
                return row.next() ? row.getLong(1) : 0;
            }
        }

        private void limit(Connection connection) throws SQLException {
            connection.setNetworkTimeout(Runnable::run, (int) left().toMillis());
        }

        private Duration left() {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            return Duration.ofMillis(Math.max(1, Math.min(millis, Integer.MAX_VALUE)));
        }

        private void note(String what) {
            steps.add(what + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms");
        }

        private Report report(Result result, Optional<GtidSet> executed) {
            return new Report(login.toString(), result, changed, executed, steps);
        }
    }
}
