package io.releve.mysql.datasource;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** Tells what a failed call means for the transaction that it belonged to. */
final class Verdicts {

    /** Read-only server, server in a restricted state. */
    private static final Set<Integer> READ_ONLY_SERVER = Set.of(1290, 1836);

    /** Read-only transaction: the server's doing only if the application did not ask for one. */
    private static final int READ_ONLY_TRANSACTION = 1792;

    /** The server has ended the session, and says so in answer to a statement: MariaDB; MySQL; MySQL, an idle one. */
    private static final Set<Integer> SESSION_ENDED = Set.of(1927, 3169, 4031);

    private final String server;
    private final boolean readsOnly;

    /** Told when the server refused a write: its other connections are of no use either. */
    private final Runnable onNotWritable;

    /** Told when a connection was lost: perhaps the others are as well. */
    private final Runnable onLost;

    private Verdicts(String server, boolean readsOnly, Runnable onNotWritable, Runnable onLost) {
        this.server = server;
        this.readsOnly = readsOnly;
        this.onNotWritable = onNotWritable;
        this.onLost = onLost;
    }

    /**
     * The verdicts on calls to one server that should take writes.
     *
     * @param server the server and its epoch, for people
     * @param onNotWritable told when the server refused a write
     * @param onLost told when a connection was lost
     */
    static Verdicts ofWriter(String server, Runnable onNotWritable, Runnable onLost) {
        return new Verdicts(server, false, onNotWritable, onLost);
    }

    /**
     * The verdicts on calls over sessions that are read-only for good: that a write is refused is the application's mistake,
     * and nothing is ever committed.
     *
     * @param server the server, for people
     * @param onLost told when a connection was lost: a server that is promoted ends all sessions
     */
    static Verdicts ofReader(String server, Runnable onLost) {
        return new Verdicts(server, true, () -> {}, onLost);
    }

    /**
     * What to throw instead of the driver's exception.
     *
     * @param failure the driver's exception
     * @param committing whether the lost call may have committed
     * @param readOnly whether the application asked for a read-only connection
     * @param gone whether the driver has closed the connection
     * @return the same exception if it concerns only the statement
     */
    SQLException on(SQLException failure, boolean committing, boolean readOnly, boolean gone) {
        if (failure instanceof ConnectionReplacedException || failure instanceof CommitOutcomeUnknownException) {
            return failure;
        }
        SQLException said = ofServer(failure);
        // A driver has no number for what went wrong on the way: none, or a negative one.
        int code = Math.max(0, said.getErrorCode());
        if (!readsOnly && (READ_ONLY_SERVER.contains(code) || (code == READ_ONLY_TRANSACTION && !readOnly))) {
            onNotWritable.run();
            return new ConnectionReplacedException(
                    "server " + server + " takes no writes any more; nothing of the transaction was committed, run it"
                            + " again on a new connection (" + failure.getMessage() + ")",
                    code,
                    failure);
        }
        if (!gone && !isLoss(said, code)) {
            return failure;
        }
        onLost.run();
        return committing && !readsOnly
                ? new CommitOutcomeUnknownException(
                        "the connection to server " + server + " was lost during a commit, which may have taken effect"
                                + " or not (" + failure.getMessage() + ")",
                        code,
                        failure)
                : new ConnectionReplacedException(
                        "the connection to server " + server + " was lost; nothing of the transaction was committed,"
                                + " run it again on a new connection (" + failure.getMessage() + ")",
                        code,
                        failure);
    }

    /**
     * What to throw when a transaction was committed and it could not be learnt as which.
     *
     * @param failure the driver's exception
     * @param gone whether the driver has closed the connection
     */
    SQLException onUnknownCommit(SQLException failure, boolean gone) {
        SQLException verdict = on(failure, true, false, gone);
        return verdict instanceof CommitOutcomeUnknownException
                ? verdict
                : new CommitOutcomeUnknownException(
                        "server " + server + " does not tell what it has committed (" + failure.getMessage() + ")",
                        failure.getErrorCode(),
                        failure);
    }

    /** A batch may fail with an exception that only its cause describes. */
    private static SQLException ofServer(SQLException failure) {
        return failure instanceof BatchUpdateException
                        && failure.getSQLState() == null
                        && failure.getCause() instanceof SQLException cause
                ? cause
                : failure;
    }

    /**
     * Whether the connection is gone, and not only the statement. Where there is a SQLState, it says so, and not the exception's
     * type: MariaDB Connector/J makes an SQLTransientConnectionException of a state that it does not know, such as that of a
     * SIGNAL.
     */
    private static boolean isLoss(SQLException failure, int code) {
        String state = failure.getSQLState();
        return state == null
                ? failure instanceof SQLRecoverableException
                        || failure instanceof SQLNonTransientConnectionException
                        || failure instanceof SQLTransientConnectionException
                : state.startsWith("08") || SESSION_ENDED.contains(code);
    }
}
