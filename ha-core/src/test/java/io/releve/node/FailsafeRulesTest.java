package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.fencing.LeaseTable.Life;
import io.releve.peer.Question;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FailsafeRulesTest {

    private static final Life A = new Life("serv1", "a");
    private static final Life B = new Life("serv2", "b");
    private static final Life C = new Life("serv3", "c");
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final long WHOLE = Duration.ofMillis(3150).toNanos();

    private final FailsafeRules rules = new FailsafeRules();

    private static KnownLives settled() {
        return KnownLives.of(A).writing(Set.of(A, B)).written(10).renewed(11);
    }

    private boolean mayEnd(Set<Life> record, Life self, Promises promises, Map<Life, Long> over, long now) {
        return rules.mayEnd(A, LEASE, Optional.of(record), self, promises, over, now);
    }

    @Test
    void shouldCountOnARecordOnlyAfterALaterRenewal() {
        KnownLives written = KnownLives.of(A).writing(Set.of(A, B)).written(10);

        assertThat(written.toAsk(Set.of(A, B))).isEmpty();
        assertThat(written.renewed(10).toAsk(Set.of(A, B))).isEmpty();
        assertThat(written.renewed(11).toAsk(Set.of(A, B))).containsExactly(B);
    }

    @Test
    void shouldAskNobodyAsLongAsSomebodyIsSeenWhoIsNotWrittenDown() {
        assertThat(settled().toAsk(Set.of(A, B, C))).isEmpty();
        assertThat(settled().toAsk(Set.of(A))).containsExactly(B);
        assertThat(settled().writing(Set.of(A)).toAsk(Set.of(A))).isEmpty();
    }

    @Test
    void shouldWriteNothingBetweenARenewalByPromisesAndTheNextConfirmedOne() {
        KnownLives promised = settled().promised(20);

        assertThat(settled().mustWrite(Set.of(A, B, C))).isTrue();
        assertThat(promised.mustWrite(Set.of(A, B, C))).isFalse();
        assertThat(promised.renewed(19).mustWrite(Set.of(A, B, C))).isFalse();
        assertThat(promised.renewed(20).mustWrite(Set.of(A, B, C))).isTrue();
    }

    @Test
    void shouldPromiseOnlyAsTheLifeThatIsAskedAndWhileItHolds() {
        Question question = new Question(A, B, LEASE);

        assertThat(rules.mayPromise(question, B, true, Promises.NONE)).isTrue();
        assertThat(rules.mayPromise(question, B, false, Promises.NONE)).isFalse();
        assertThat(rules.mayPromise(question, new Life("serv2", "later"), true, Promises.NONE))
                .isFalse();
    }

    @Test
    void shouldPromiseNothingToALifeWhoseEndWasSentUnlessThatFailed() {
        Question question = new Question(A, B, LEASE);
        Promises sent = Promises.NONE.ending(A, 7);

        assertThat(rules.mayPromise(question, B, true, sent)).isFalse();
        assertThat(rules.mayPromise(question, B, true, sent.seen(A, 7))).isFalse();
        assertThat(rules.mayPromise(question, B, true, sent.seen(A, 8))).isTrue();
        assertThat(rules.mayPromise(question, B, true, sent.endRefused(A))).isTrue();
    }

    @Test
    void shouldTakeAllPromisesAndNothingLessForARenewal() {
        assertThat(rules.isRenewal(2, 2)).isTrue();
        assertThat(rules.isRenewal(2, 1)).isFalse();
        assertThat(rules.isRenewal(0, 0)).isFalse();
    }

    @Test
    void shouldNotEndALifeWhileAPromiseToItRuns() {
        Promises promised = Promises.NONE.given(A, 100);

        assertThat(mayEnd(Set.of(A, B), B, promised, Map.of(), 99)).isFalse();
        assertThat(mayEnd(Set.of(A, B), B, promised, Map.of(), 100)).isTrue();
    }

    @Test
    void shouldLetANewcomerEndALifeOnlyOnceOneOfThoseWrittenDownHasBeenOverForALease() {
        assertThat(mayEnd(Set.of(A, B), C, Promises.NONE, Map.of(), WHOLE)).isFalse();
        assertThat(mayEnd(Set.of(A, B), C, Promises.NONE, Map.of(B, 0L), WHOLE - 1))
                .isFalse();
        assertThat(mayEnd(Set.of(A, B), C, Promises.NONE, Map.of(B, 0L), WHOLE)).isTrue();
        assertThat(mayEnd(Set.of(A, B), C, Promises.NONE, Map.of(A, 0L), WHOLE))
                .as("its own end does not count")
                .isFalse();
    }

    @Test
    void shouldLetAnybodyEndALifeThatCountsOnNobody() {
        assertThat(mayEnd(Set.of(A), C, Promises.NONE, Map.of(), 0)).isTrue();
        assertThat(rules.mayEnd(A, LEASE, Optional.empty(), C, Promises.NONE, Map.of(), 0))
                .isTrue();
    }

    @Test
    void shouldReadTheRecordThatWasWritten() {
        FailsafeRecord record = new FailsafeRecord(B, Set.of(A, B, C));

        assertThat(FailsafeRecord.read(record.text())).contains(record);
        assertThat(FailsafeRecord.read("what is this")).isEmpty();
        assertThat(FailsafeRecord.read("")).isEmpty();
    }
}
