package io.releve.mysql.datasource;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Lends connections to whatever server is the active one, and waits while there is none. Thread-safe. */
final class Lending {

    /** Takes a connection to a generation's server. */
    @FunctionalInterface
    interface Lender {

        /**
         * Lends one.
         *
         * @throws SQLException if there is none within a moment
         */
        Connection lend(Generation generation) throws SQLException;
    }

    private final DataSourceSettings settings;
    private final Succession succession;

    Lending(DataSourceSettings settings, Succession succession) {
        this.settings = settings;
        this.succession = succession;
    }

    /**
     * A connection to the active node's server. If there is an idle one it costs what its pool takes, two looks at which server
     * is the active one, and no look at the clock.
     *
     * @throws NoActiveNodeException if there is none within the connection time-out
     * @throws SQLException if the server refuses the account or does not know the database
     */
    Connection lend() throws SQLException {
        Generation generation = succession.current();
        if (generation == null) {
            return lend(Generation::borrow, System.nanoTime());
        }
        SQLException failure = null;
        try {
            Connection connection = generation.borrow();
            if (generation == succession.current()) {
                return connection;
            }
            connection.close();
        } catch (SQLException e) {
            failure = checked(e, generation);
        }
        return lend(Generation::borrow, System.nanoTime() - ServerPool.waited(failure), failure);
    }

    /**
     * A connection to the active node's server.
     *
     * @param start since when is waited, as {@link System#nanoTime()} shows it
     * @throws NoActiveNodeException if there is none within the connection time-out
     * @throws SQLException if the server refuses the account or does not know the database
     */
    Connection lend(Lender lender, long start) throws SQLException {
        return lend(lender, start, null);
    }

    private Connection lend(Lender lender, long start, @Nullable SQLException before) throws SQLException {
        long end = start + settings.connectionTimeout().toNanos();
        SQLException last = before;
        for (boolean tried = before != null; !tried || System.nanoTime() < end; tried = true) {
            Generation generation = succession.current();
            if (generation == null) {
                generation = succession.await(end);
            }
            if (generation == null) {
                throw timeout(start, last);
            }
            try {
                Connection connection = lender.lend(generation);
                if (generation == succession.current()) {
                    return connection;
                }
                connection.close();
            } catch (SQLException e) {
                last = checked(e, generation);
            }
        }
        throw timeout(start, last);
    }

    /** Throws a failure that waiting does not help. */
    private SQLException checked(SQLException failure, Generation generation) throws SQLException {
        if (generation == succession.current() && !Succession.mayPass(failure)) {
            throw failure;
        }
        return failure;
    }

    private NoActiveNodeException timeout(long start, @Nullable SQLException cause) {
        long waited = (System.nanoTime() - start) / 1_000_000;
        NoActiveNodeException exception = new NoActiveNodeException("no connection for resource " + settings.resource()
                + " within " + waited + " ms: " + succession.describe()
                + (cause == null ? "" : "; last attempt: " + root(cause).getMessage()));
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    /** The pool's exception only says that there is no connection; why, says the driver's inside it. */
    static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() instanceof SQLException deeper) {
            root = deeper;
        }
        return root;
    }
}
