package io.releve.coordination.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.Bench;
import io.releve.coordination.CoordinationException.NameTaken;
import io.releve.coordination.CoordinationException.Unreachable;
import io.releve.coordination.Coordinator;
import io.releve.coordination.CoordinatorContract;
import io.releve.coordination.Peer;
import io.releve.coordination.Turmoil;
import io.releve.coordination.View;
import io.releve.runtime.VirtualTime;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class MemoryCoordinatorTest extends CoordinatorContract {

    @Override
    protected Bench bench() {
        return new MemoryBench(1);
    }

    @Test
    void shouldMakeRequestsAndAnswersTravelForTheDelay() {
        MemoryBench bench = new MemoryBench(1);
        Peer serv1 = Peer.member("serv1", bench);
        bench.memory.delay("serv1", Duration.ofMillis(100));

        var renewal = serv1.coordinator().renew().toCompletableFuture();
        bench.time.advance(Duration.ofMillis(199));
        assertThat(renewal).isNotDone();
        bench.time.advance(Duration.ofMillis(1));

        assertThat(renewal).isCompleted();
    }

    @Test
    void shouldLeaveOpenWhetherAWriteWasTakenWhenTheConnectionBreaksBeforeTheAnswer() {
        MemoryBench bench = new MemoryBench(1);
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);
        bench.memory.delay("serv1", Duration.ofMillis(100));

        var report = serv1.coordinator().writeReport("taken");
        bench.time.advance(Duration.ofMillis(150));
        bench.disconnect("serv1");

        assertThat(bench.outcome(report)).isInstanceOf(Unreachable.class);
        assertThat(serv2.view().reports()).containsKey("serv1");
    }

    @Test
    void shouldKeepTheMembershipOfWhoCrashedUntilItsSessionEnds() {
        MemoryBench bench = new MemoryBench(1);
        Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);
        bench.memory.crash("serv1");
        Peer again = Peer.connected("serv1", bench);

        assertThat(bench.outcome(again.coordinator().join(again.info("2")))).isInstanceOf(NameTaken.class);
        assertThat(serv2.view().members()).containsKey("serv1");
        bench.expireSession("serv1");

        bench.succeed(again.coordinator().join(again.info("2")));
        assertThat(again.view().connection()).isEqualTo(View.Connection.CONNECTED);
    }

    @Test
    void shouldAgreeAgainAfterAnyTurmoil() {
        for (long seed = 0; seed < 300; seed++) {
            MemoryBench bench = new MemoryBench(seed);
            new Turmoil(seed, bench, bench.time::loop, bench.time::advance).run(40);
        }
    }

    private static final class MemoryBench implements Bench {
        private final VirtualTime time;
        private final MemoryCoordination memory = new MemoryCoordination();

        private MemoryBench(long seed) {
            this.time = VirtualTime.seeded(seed);
        }

        @Override
        public Coordinator participant(String name) {
            return memory.participant(name, time.loop(name));
        }

        @Override
        public void disconnect(String name) {
            memory.disconnect(name);
        }

        @Override
        public void reconnect(String name) {
            memory.reconnect(name);
        }

        @Override
        public void expireSession(String name) {
            memory.expireSession(name);
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
                time.advance(Duration.ofMillis(10));
            }
            assertThat(condition.getAsBoolean()).as("within 10 s: %s", what).isTrue();
        }

        @Override
        public void changed() {
            // everything is on this thread
        }

        @Override
        public void close() {
            // nothing to give back
        }
    }
}
