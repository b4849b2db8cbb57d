package io.releve.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.fencing.LeaseTable.Life;
import io.releve.fencing.LeaseTable.Sighting;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeaseTableTest {

    private static final long MS = 1_000_000;
    private static final Duration LENGTH = Duration.ofSeconds(2);
    private static final Life SERV1 = new Life("serv1", "a");
    /** 2000 ms and 5 % of it. */
    private static final long END = 2100 * MS;

    @Test
    void shouldCountFromTheFirstSightAndAddTheMargin() {
        LeaseTable table = seen(LeaseTable.empty(), 7, 0);

        assertThat(table.nextDeadline(0)).hasValue(END);
        assertThat(table.expired(END - 1)).isEmpty();
        assertThat(table.mayHold("serv1", END - 1)).isTrue();
        assertThat(table.expired(END)).containsExactly(SERV1);
        assertThat(table.mayHold("serv1", END)).isFalse();
        assertThat(table.nextDeadline(END)).isEmpty();
    }

    @Test
    void shouldStartAgainWithEachRenewalAndOnlyThen() {
        LeaseTable table = seen(seen(seen(LeaseTable.empty(), 7, 0), 7, 500 * MS), 8, 1000 * MS);

        assertThat(seen(LeaseTable.empty(), 7, 0)
                        .observe(true, List.of(), List.of(), 0)
                        .expired(END))
                .containsExactly(SERV1);
        assertThat(table.nextDeadline(1000 * MS)).hasValue(1000 * MS + END);
    }

    @Test
    void shouldWaitForAMemberThatVanishedWithoutBeingEnded() {
        LeaseTable vanished = seen(LeaseTable.empty(), 7, 0).observe(true, List.of(), List.of(), 1000 * MS);

        assertThat(vanished.expired(END - 1)).isEmpty();
        assertThat(vanished.expired(END)).containsExactly(SERV1);
    }

    @Test
    void shouldNotWaitForALifeThatIsKnownToBeOver() {
        LeaseTable table = seen(LeaseTable.empty(), 7, 0).observe(true, List.of(), List.of(SERV1), 1000 * MS);

        assertThat(table.mayHold(SERV1, 1000 * MS)).isFalse();
        assertThat(table.expired(END)).isEmpty();
        assertThat(table.nextDeadline(1000 * MS)).isEmpty();
    }

    @Test
    void shouldWaitAFullLeaseForAHolderKnownOnlyFromItsTraces() {
        Sighting trace = Sighting.ofTrace("serv1", "a", LENGTH);
        LeaseTable table = LeaseTable.empty()
                .observe(true, List.of(trace), List.of(), 0)
                .observe(true, List.of(trace), List.of(), 1000 * MS);

        assertThat(table.expired(END - 1)).isEmpty();
        assertThat(table.expired(END)).containsExactly(SERV1);
    }

    @Test
    void shouldNotTakeATraceForARenewal() {
        LeaseTable table = seen(LeaseTable.empty(), 7, 0)
                .observe(true, List.of(Sighting.ofTrace("serv1", "a", LENGTH)), List.of(), 1000 * MS);

        assertThat(table.expired(END)).containsExactly(SERV1);
    }

    @Test
    void shouldGoOnCountingWhoHasNotRenewedWhileOutOfTouch() {
        LeaseTable cutOff = seen(LeaseTable.empty(), 7, 0).observe(false, List.of(), List.of(), 1000 * MS);
        assertThat(cutOff.expired(10 * END)).isEmpty();
        assertThat(cutOff.nextDeadline(1000 * MS)).isEmpty();
        assertThat(cutOff.mayHold("serv1", 10 * END)).isTrue();

        LeaseTable back = seen(cutOff, 7, 1500 * MS);

        assertThat(back.expired(END - 1)).isEmpty();
        assertThat(back.expired(END)).containsExactly(SERV1);
        assertThat(seen(cutOff, 7, 5000 * MS).expired(5000 * MS)).containsExactly(SERV1);
    }

    @Test
    void shouldStartLeasesAgainThatMayHaveBeenRenewedWhileOutOfTouch() {
        LeaseTable cutOff = seen(LeaseTable.empty(), 7, 0).observe(false, List.of(), List.of(), 1000 * MS);

        LeaseTable renewed = seen(cutOff, 8, 5000 * MS);
        LeaseTable gone = cutOff.observe(true, List.of(Sighting.ofTrace("serv1", "a", LENGTH)), List.of(), 5000 * MS);

        assertThat(renewed.expired(5000 * MS + END - 1)).isEmpty();
        assertThat(renewed.expired(5000 * MS + END)).containsExactly(SERV1);
        assertThat(gone.expired(5000 * MS + END - 1)).isEmpty();
        assertThat(gone.expired(5000 * MS + END)).containsExactly(SERV1);
    }

    @Test
    void shouldGiveEverybodyAFullLeaseWhenItStartsAgain() {
        LeaseTable table = seen(LeaseTable.empty(), 7, 0).startAgain(5000 * MS);

        assertThat(table.expired(5000 * MS + END - 1)).isEmpty();
        assertThat(table.expired(5000 * MS + END)).containsExactly(SERV1);
    }

    @Test
    void shouldCountEachLifeOfANodeOnItsOwn() {
        LeaseTable table = seen(LeaseTable.empty(), 7, 0)
                .observe(true, List.of(Sighting.ofMember("serv1", "b", LENGTH, 0)), List.of(), 1000 * MS);

        assertThat(table.expired(END)).containsExactly(SERV1);
        assertThat(table.mayHold("serv1", END)).isTrue();
        assertThat(table.expired(1000 * MS + END)).containsExactly(SERV1, new Life("serv1", "b"));
    }

    @Test
    void shouldGiveShortLeasesAtLeastFiftyMilliseconds() {
        assertThat(LeaseTable.margin(Duration.ofMillis(200))).isEqualTo(Duration.ofMillis(50));
        assertThat(LeaseTable.margin(Duration.ofSeconds(10))).isEqualTo(Duration.ofMillis(500));
    }

    /**
     * The promise itself: whatever is slow or lost, an eviction that succeeds (no renewal since the one last seen) comes
     * after the holder has stopped, although the holder's clock is 1 % slow.
     */
    @Test
    void shouldNeverLetAnEvictionSucceedBeforeTheHolderHasStopped() {
        int evictions = 0;
        for (int seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LeaseHolder holder = LeaseHolder.of(LENGTH);
            LeaseTable table = LeaseTable.empty();
            long now = 0;
            int renewals = 0;
            int lastSeen = -1;
            for (int step = 0; step < 60; step++) {
                long sent = slow(now);
                holder = holder.renewing(sent);
                now += random.nextLong(400 * MS);
                if (random.nextInt(3) > 0) {
                    renewals++;
                    if (random.nextInt(3) > 0) {
                        holder = holder.confirmed(sent);
                    }
                }
                now += random.nextLong(300 * MS);
                if (random.nextInt(10) == 0) {
                    table = table.observe(false, List.of(), List.of(), now);
                } else if (random.nextInt(3) > 0) {
                    lastSeen = renewals;
                    table = seen(table, renewals, now);
                }
                now += random.nextLong(2000 * MS);
                if (table.expired(now).contains(SERV1) && lastSeen == renewals) {
                    evictions++;
                    assertThat(holder.isHeld(slow(now)))
                            .as("seed %d, step %d", seed, step)
                            .isFalse();
                }
            }
        }
        assertThat(evictions).as("cases that were tested at all").isGreaterThan(1000);
    }

    private static long slow(long now) {
        return now - now / 100;
    }

    private static LeaseTable seen(LeaseTable table, int renewals, long now) {
        return table.observe(true, List.of(Sighting.ofMember("serv1", "a", LENGTH, renewals)), List.of(), now);
    }
}
