package io.releve.mysql.datasource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs work in a transaction, and again if it surely did not happen. Thread-safe. */
final class Transactions {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private final DataSource dataSource;
    private final CommitGuard guard = new CommitGuard();

    Transactions(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    <T> T run(TransactionWork<T> work, RetryPolicy policy) throws SQLException {
        long begin = System.nanoTime();
        boolean prepared = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return new Attempt<>(work, policy.guarded() ? CommitGuard.newToken() : null, begin, policy).run();
            } catch (SQLException failure) {
                boolean tableMissing = policy.guarded() && !prepared && CommitGuard.isTableMissing(failure);
                if (tableMissing) {
                    guard.prepare(dataSource);
                    prepared = true;
                } else if (!surelyNotExecuted(failure) || attempt >= policy.attempts() || isOver(begin, policy)) {
                    throw failure;
                }
                LOG.debug("the transaction is run again: {}", failure.getMessage());
            }
        }
    }

    /** The connection was lost before the commit, or the server rolled the transaction back (deadlock). */
    private static boolean surelyNotExecuted(SQLException failure) {
        return failure instanceof ConnectionReplacedException || "40001".equals(failure.getSQLState());
    }

    private static boolean isOver(long begin, RetryPolicy policy) {
        return System.nanoTime() - begin > policy.limit().toNanos();
    }

    /** One time that the work is run. */
    private final class Attempt<T> {

        private final TransactionWork<T> work;
        private final byte @Nullable [] token;
        private final long begin;
        private final RetryPolicy policy;

        Attempt(TransactionWork<T> work, byte @Nullable [] token, long begin, RetryPolicy policy) {
            this.work = work;
            this.token = token;
            this.begin = begin;
            this.policy = policy;
        }

        T run() throws SQLException {
            Optional<T> result = Optional.empty();
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                try {
                    result = Optional.ofNullable(work.run(connection));
                    if (token != null) {
                        guard.write(connection, token);
                    }
                    connection.commit();
                } catch (SQLException | RuntimeException | Error failure) {
                    rollBack(connection, failure);
                    throw failure;
                }
                if (token != null) {
                    guard.finished(token);
                }
            } catch (CommitOutcomeUnknownException unknown) {
                if (token == null || !isCommitted(token, unknown)) {
                    throw unknown;
                }
            }
            return unwrapped(result);
        }

        @SuppressWarnings("NullAway") // what the work returned comes back, null as well
        private T unwrapped(Optional<T> result) {
            return result.orElse(null);
        }

        private void rollBack(Connection connection, Throwable failure) {
            try {
                connection.rollback();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }

        /**
         * Whether the commit took effect.
         *
         * @throws ConnectionReplacedException if it surely did not, nor ever will
         * @throws CommitOutcomeUnknownException if that could not be found out in time
         */
        private boolean isCommitted(byte[] known, CommitOutcomeUnknownException unknown) throws SQLException {
            while (true) {
                try {
                    boolean committed = guard.isCommitted(dataSource, known);
                    LOG.info("the commit whose answer was lost has {}taken effect", committed ? "" : "not ");
                    if (committed) {
                        return true;
                    }
                    throw new ConnectionReplacedException(
                            "the connection was lost during a commit, which has not taken effect: run the transaction"
                                    + " again",
                            unknown.getErrorCode(),
                            unknown);
                } catch (ConnectionReplacedException | CommitOutcomeUnknownException lostAgain) {
                    if (lostAgain.getCause() == unknown) {
                        throw lostAgain;
                    }
                    unknown.addSuppressed(lostAgain);
                    if (isOver(begin, policy)) {
                        throw unknown;
                    }
                } catch (SQLException notFoundOut) {
                    unknown.addSuppressed(notFoundOut);
                    throw unknown;
                }
            }
        }
    }
}
