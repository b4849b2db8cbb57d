package io.releve.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.codec.FencingLog;
import io.releve.fencing.FenceRequest;
import io.releve.fencing.FenceResult;
import io.releve.fencing.Fencer;
import io.releve.fencing.Fencing;
import io.releve.fencing.LeaseTable.Life;
import io.releve.model.FencingLevel;
import io.releve.runtime.EventLoop;
import io.releve.runtime.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FencingRunTest {

    private static final Duration LEASE = Duration.ofSeconds(3);

    private final VirtualTime time = VirtualTime.seeded(1);
    private final EventLoop loop = time.loop("controller");
    private final Map<String, Fencer> fencers = new HashMap<>(Map.of(Fencing.LEASE, Fencing.lease()));
    private final List<String> asked = new ArrayList<>();
    private final Target target = new Target();

    /** The node to be fenced, as its controller sees it. */
    private static final class Target implements FencingRun.Host {
        private Optional<Integer> renewals = Optional.empty();
        private boolean leaseOver;
        private List<String> leftBehind = List.of();
        private final List<FencingLog.Open> news = new ArrayList<>();
        private final List<FencingLog.Done> done = new ArrayList<>();

        @Override
        public Duration leaseRemaining() {
            return leaseOver ? Duration.ZERO : LEASE;
        }

        @Override
        public boolean hasNoLease() {
            return leaseOver;
        }

        @Override
        public Optional<Integer> renewals() {
            return renewals;
        }

        @Override
        public List<String> leftBehind() {
            return leftBehind;
        }

        @Override
        public void attempted(FencingLog.Open open) {
            news.add(open);
        }

        @Override
        public void fenced(FencingLog.Done entry) {
            done.add(entry);
        }
    }

    private void fencer(String name, FenceResult result) {
        fencers.put(name, request -> {
            asked.add(name);
            return result;
        });
    }

    private FencingRun begun(FencingLevel... levels) {
        FencingRun run = new FencingRun(
                new FencingRun.Order(
                        new Life("serv1", "a1"),
                        LEASE,
                        "reboot",
                        "serv2",
                        "the node is lost",
                        List.of(levels),
                        Duration.ofSeconds(60),
                        10),
                fencers,
                loop,
                time.workers(),
                target);
        loop.execute(run::begin);
        time.advance(Duration.ofMillis(1));
        return run;
    }

    @Test
    void shouldNeedAllFencersOfALevel() {
        fencer("network", FenceResult.fenced("the port is down"));
        fencer("storage", FenceResult.fenced("its key is gone"));

        begun(FencingLevel.of("serv1", 1, "network", "storage"));

        assertThat(asked).containsExactly("network", "storage");
        assertThat(target.done)
                .singleElement()
                .extracting(FencingLog.Done::evidence)
                .isEqualTo("network: the port is down; storage: its key is gone");
    }

    @Test
    void shouldTryTheNextLevelWhenOneFencerOfALevelFails() {
        fencer("network", FenceResult.fenced("the port is down"));
        fencer("storage", FenceResult.failed("no answer", ""));
        fencer("outlet", FenceResult.fenced("it is off"));

        begun(FencingLevel.of("serv1", 1, "network", "storage"), FencingLevel.of("serv1", 2, "outlet"));

        assertThat(target.done).singleElement().satisfies(done -> {
            assertThat(done.level()).isEqualTo("level 2: outlet");
            assertThat(done.evidence()).isEqualTo("it is off");
        });
    }

    @Test
    void shouldNotBelieveAFencerWhoseTargetRenewsItsLeaseAfterwards() {
        fencer("outlet", FenceResult.fenced("it is off"));
        target.renewals = Optional.of(7);

        begun(FencingLevel.of("serv1", 1, "outlet"));
        target.renewals = Optional.of(8);
        time.advance(Duration.ofMillis(1200));

        assertThat(target.done).isEmpty();
        assertThat(target.news)
                .last()
                .extracting(FencingLog.Open::failure)
                .asString()
                .contains("has renewed its lease since");
    }

    @Test
    void shouldBelieveAFencerWhoseTargetFallsSilent() {
        fencer("outlet", FenceResult.fenced("it is off"));
        target.renewals = Optional.of(7);

        begun(FencingLevel.of("serv1", 1, "outlet"));
        assertThat(target.done).isEmpty();
        time.advance(Duration.ofMillis(1200));

        assertThat(target.done).hasSize(1);
    }

    @Test
    void shouldWaitForTheLeaseOnNoThread() {
        FencingRun run = begun(FencingLevel.of("serv1", 1, "lease"));
        time.advance(Duration.ofSeconds(3));
        assertThat(target.done).isEmpty();

        target.leaseOver = true;
        loop.execute(run::look);
        time.advance(Duration.ofMillis(1));

        assertThat(target.done).hasSize(1);
    }

    @Test
    void shouldNotFenceByTheLeaseWhatWasLeftBehind() {
        target.leaseOver = true;
        target.leftBehind = List.of("web");

        begun(FencingLevel.of("serv1", 1, "lease"));

        assertThat(target.done).isEmpty();
        assertThat(target.news).last().satisfies(open -> {
            assertThat(open.failure()).contains("could not stop web").contains("stop it by hand");
            assertThat(open.nextTry()).isPresent();
        });
    }

    @Test
    void shouldSayWhichFencerIsMissing() {
        begun(FencingLevel.of("serv1", 1, "ipmi"));

        assertThat(target.news)
                .last()
                .extracting(FencingLog.Open::failure)
                .asString()
                .startsWith("ipmi: node serv2 has no fencer of this name");
    }

    @Test
    void shouldTakeAnExceptionForAFailure() {
        fencers.put("outlet", new Fencer() {
            @Override
            public FenceResult fence(FenceRequest request) throws Exception {
                throw new java.io.IOException("no route to host");
            }
        });

        begun(FencingLevel.of("serv1", 1, "outlet"));

        assertThat(target.news).last().extracting(FencingLog.Open::failure).isEqualTo("outlet: no route to host");
    }

    @Test
    void shouldDoNothingMoreOnceItIsCancelled() {
        fencer("outlet", FenceResult.failed("no answer", ""));
        FencingRun run = begun(FencingLevel.of("serv1", 1, "outlet"));

        loop.execute(run::cancel);
        time.advance(Duration.ofMinutes(10));

        assertThat(asked).hasSize(1);
        assertThat(target.done).isEmpty();
    }
}
