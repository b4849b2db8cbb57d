package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Exceptions as drivers make them. */
class VerdictsTest {

    private final AtomicInteger notWritable = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final Verdicts verdicts = Verdicts.ofWriter("serv1", notWritable::incrementAndGet, lost::incrementAndGet);

    private Throwable on(SQLException failure) {
        return verdicts.on(failure, false, false, false);
    }

    @Test
    void shouldGoByTheStateAndNotByTheType() {
        SQLException signal = new SQLTransientConnectionException("mine", "45000", 30001);
        assertThat(on(signal)).isSameAs(signal);
        SQLException interrupted = new SQLTimeoutException("Query execution was interrupted", "70100", 1317);
        assertThat(on(interrupted)).isSameAs(interrupted);
        assertThat(lost).hasValue(0);

        assertThat(on(new SQLTimeoutException("Socket timeout", "08000")))
                .isInstanceOf(ConnectionReplacedException.class);
        assertThat(on(new SQLNonTransientConnectionException("Socket error", "08000", -1)))
                .isInstanceOfSatisfying(
                        ConnectionReplacedException.class,
                        e -> assertThat(e.getErrorCode()).isZero());
        assertThat(on(new SQLRecoverableException("no state"))).isInstanceOf(ConnectionReplacedException.class);
        assertThat(lost).hasValue(3);
    }

    @Test
    void shouldTakeTheServersWordThatItHasEndedTheSession() {
        assertThat(on(new SQLTimeoutException("Connection was killed", "70100", 1927)))
                .isInstanceOf(ConnectionReplacedException.class);
        assertThat((Throwable)
                        verdicts.on(new SQLException("Connection was killed", "70100", 1927), true, false, false))
                .isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(on(new SQLException("disconnected because of inactivity", "HY000", 4031)))
                .isInstanceOf(ConnectionReplacedException.class);
    }

    @Test
    void shouldTellOfTheLossAndNotOfWhatADriverCouldNotDoAfterIt() {
        SQLException closed = new SQLException("No operations allowed after statement closed.", "S1009");
        assertThat((Throwable) verdicts.on(closed, false, false, false)).isSameAs(closed);
        assertThat((Throwable) verdicts.on(closed, false, false, true)).isInstanceOf(ConnectionReplacedException.class);
        assertThat((Throwable) verdicts.on(closed, true, false, true))
                .isInstanceOf(CommitOutcomeUnknownException.class);
    }

    @Test
    void shouldAskTheCauseOfABatchThatSaysNothingItself() {
        SQLException loss = new SQLNonTransientConnectionException("Socket error", "08000", -1);
        assertThat(on(new BatchUpdateException(new int[] {-3}, loss))).isInstanceOf(ConnectionReplacedException.class);
        SQLException readOnly = new SQLException("read-only", "HY000", 1290);
        assertThat(on(new BatchUpdateException(new int[] {-3}, readOnly)))
                .isInstanceOfSatisfying(
                        ConnectionReplacedException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(1290));
        assertThat(notWritable).hasValue(1);
        SQLException duplicate = new SQLException("duplicate", "23000", 1062);
        BatchUpdateException batch = new BatchUpdateException(new int[] {-3}, duplicate);
        assertThat(on(batch)).isSameAs(batch);
    }

    @Test
    void shouldNotLetACommitOfUnknownNameLookLikeAFailure() {
        assertThat((Throwable) verdicts.onUnknownCommit(new SQLTimeoutException("interrupted", "70100", 1317), false))
                .isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(lost).hasValue(0);
    }
}
