package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.Coordinator;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.memory.MemoryCoordination;
import io.releve.runtime.EventLoop;
import io.releve.runtime.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {

    private static final Duration LENGTH = Duration.ofSeconds(3);

    private final VirtualTime time = VirtualTime.seeded(1);
    private final EventLoop loop = time.loop("serv1");
    private final MemoryCoordination memory = new MemoryCoordination();
    private final Coordinator coordinator = memory.participant("serv1", time.loop("coordinator"));
    private final AtomicBoolean goesOn = new AtomicBoolean();
    private final List<String> ends = new ArrayList<>();
    private final LeaseKeeper keeper =
            new LeaseKeeper(LENGTH, coordinator, loop, goesOn::get, Vouchers.NONE, ends::add);

    private void begin() {
        coordinator.start(view -> {});
        coordinator.join(new MemberInfo("serv1", "1", LENGTH));
        time.advance(Duration.ofMillis(1));
        loop.execute(() -> keeper.begin(loop.nanoTime()));
        time.advance(Duration.ofMillis(10));
    }

    @Test
    void shouldRenewAThirdOfTheLeaseAfterTheLastRenewal() {
        begin();
        assertThat(keeper.remaining()).isLessThan(LENGTH);

        time.advance(Duration.ofSeconds(60));

        assertThat(keeper.remaining()).isBetween(Duration.ofMillis(1900), LENGTH);
        assertThat(ends).isEmpty();
    }

    @Test
    void shouldTryAgainAtOnceWhenItIsToldThatItIsInTouchAgain() {
        begin();
        memory.disconnect("serv1");
        time.advance(Duration.ofMillis(2960));
        assertThat(keeper.remaining()).isBetween(Duration.ofMillis(1), Duration.ofMillis(50));

        memory.reconnect("serv1");
        loop.execute(keeper::hurry);
        time.advance(Duration.ofMillis(5));

        assertThat(keeper.remaining()).isGreaterThan(Duration.ofMillis(2900));
        time.advance(Duration.ofSeconds(10));
        assertThat(ends).isEmpty();
    }

    @Test
    void shouldNotSendMoreThanIsDueWhileNothingFails() {
        begin();
        Duration before = keeper.remaining();

        loop.execute(keeper::hurry);
        time.advance(Duration.ofMillis(5));

        assertThat(keeper.remaining()).isEqualTo(before.minusMillis(5));
    }

    @Test
    void shouldRenewAtOnceForWhomItIsAskedToButNotMoreThanTenTimesInALease() {
        begin();
        List<Duration> left = new ArrayList<>();
        keeper.onRenewal(() -> left.add(keeper.remaining()));
        time.advance(Duration.ofMillis(400));

        keeper.requestRenewal();
        time.advance(Duration.ofMillis(5));

        assertThat(left).singleElement().satisfies(most -> assertThat(most).isGreaterThan(Duration.ofMillis(2990)));
        keeper.requestRenewal();
        keeper.requestRenewal();
        time.advance(Duration.ofMillis(280));
        assertThat(left).hasSize(1);
        time.advance(Duration.ofMillis(40));
        assertThat(left).hasSize(2);
        time.advance(Duration.ofMillis(940));
        assertThat(left).as("the next one in its own time").hasSize(2);
    }

    @Test
    void shouldRenewNothingThatHasEnded() {
        begin();
        memory.disconnect("serv1");
        time.advance(Duration.ofSeconds(4));
        memory.reconnect("serv1");

        keeper.requestRenewal();
        time.advance(Duration.ofSeconds(1));

        assertThat(keeper.remaining()).isZero();
        assertThat(ends).hasSize(1);
    }

    @Test
    void shouldEndOnceWhenNothingWasConfirmedInTime() {
        begin();
        memory.disconnect("serv1");

        time.advance(Duration.ofSeconds(10));

        assertThat(ends).hasSize(1).allMatch(why -> why.contains("3000 ms"));
        assertThat(keeper.remaining()).isZero();
        assertThat(keeper.isOnTrust()).isFalse();
    }

    @Test
    void shouldTellAgentsOfALeaseAndNobodyElseWhileItGoesOnWithoutOne() {
        begin();
        List<Duration> told = new ArrayList<>();
        keeper.onRenewal(() -> told.add(keeper.remaining()));
        goesOn.set(true);
        memory.disconnect("serv1");

        time.advance(Duration.ofSeconds(12));

        assertThat(keeper.isOnTrust()).isTrue();
        assertThat(keeper.stillHeld()).isFalse();
        assertThat(ends).isEmpty();
        assertThat(told).hasSizeBetween(9, 11).allMatch(LENGTH::equals);
        loop.execute(keeper::drop);
        time.advance(Duration.ofSeconds(12));
        assertThat(keeper.remaining()).isZero();
        assertThat(told).hasSizeBetween(10, 12);
    }
}
