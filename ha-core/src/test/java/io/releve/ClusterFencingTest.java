package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.agent.Tether;
import io.releve.fencing.FenceRequest;
import io.releve.fencing.FenceResult;
import io.releve.fencing.Fencer;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Location;
import io.releve.model.FencingLevel;
import io.releve.model.Group;
import io.releve.model.Primitive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What whole clusters do about lost nodes and failed stops, under virtual time. */
class ClusterFencingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** A switch that can be told to fail, and remembers what it was asked. */
    private static final class Switch implements Fencer {
        private final List<FenceRequest> asked = new ArrayList<>();
        private Function<FenceRequest, FenceResult> answer = request -> FenceResult.fenced("the outlet is off");

        @Override
        public FenceResult fence(FenceRequest request) {
            asked.add(request);
            return answer.apply(request);
        }
    }

    private final Switch outlet = new Switch();

    private static ClusterConfig.Builder three() {
        return ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2", "serv3")
                .property("stonith-enabled", "true")
                .resource(Group.of(
                        "service",
                        Primitive.of("address", "vip").monitor(SECOND),
                        Primitive.of("web", "web").monitor(SECOND)))
                .resource(Primitive.of("other", "other").monitor(SECOND))
                .constraint(Location.prefer("service", "serv1", 100))
                .constraint(Location.prefer("other", "serv3", 100));
    }

    private static ClusterConfig.Builder switched() {
        return three().fencingLevel(FencingLevel.of("serv1", 1, "outlet"))
                .fencingLevel(FencingLevel.of("serv2", 1, "outlet"))
                .fencingLevel(FencingLevel.of("serv3", 1, "outlet"));
    }

    private SimulatedCluster running(ClusterConfig.Builder config) {
        SimulatedCluster cluster = new SimulatedCluster(1, config.build());
        cluster.fencer("outlet", outlet);
        cluster.exclusive("address", "web", "other");
        cluster.start("serv2");
        cluster.advance(SECOND);
        cluster.start("serv1");
        cluster.start("serv3");
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.statusOn("serv2").controller()).contains("serv2");
        return cluster;
    }

    @Test
    void shouldWriteDownThatALostNodeWasFencedByItsLease() {
        SimulatedCluster cluster = running(three());

        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(4));

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.fencingSeenBy("serv2").history()).singleElement().satisfies(done -> {
            assertThat(done.node()).isEqualTo("serv1");
            assertThat(done.by()).isEqualTo("serv2");
            assertThat(done.level()).isEqualTo("level 1: lease");
            assertThat(done.evidence()).isEqualTo("its lease has run out");
        });
    }

    @Test
    void shouldWaitForTheLeaseOfANodeWhoseSessionHasEnded() {
        SimulatedCluster cluster = running(three());

        cluster.freeze("serv1");
        cluster.advance(SECOND);
        cluster.expireSession("serv1");
        cluster.advance(SECOND);
        assertThat(cluster.statusOn("serv2").toString()).contains("Node serv1: UNCLEAN");
        assertThat(cluster.placesOf("web")).containsExactly("serv1");

        cluster.advance(Duration.ofMillis(1400));
        assertThat(cluster.placesOf("web")).contains("serv2");
        assertThat(cluster.statusOn("serv2").toString()).contains("OFFLINE: [ serv1 ]");
    }

    /** Lease and margin, from the last renewal that was seen; two round trips of 20 ms, and the start itself. */
    private static final Duration TAKEOVER = Duration.ofMillis(3150 + 2 * 20 + 10);

    private static Duration untilItRunsOn(SimulatedCluster cluster, String node) {
        Duration step = Duration.ofMillis(1);
        Duration passed = Duration.ZERO;
        while (!cluster.placesOf("address").contains(node) && passed.compareTo(TAKEOVER.multipliedBy(2)) < 0) {
            cluster.advance(step);
            passed = passed.plus(step);
        }
        return passed;
    }

    @Test
    void shouldCostTheLeaseAndTwoRoundTripsToTakeOverFromALostNode() {
        SimulatedCluster cluster = running(three());
        cluster.delay("serv2", Duration.ofMillis(10));
        cluster.advance(SECOND);

        cluster.powerOff("serv1");

        assertThat(untilItRunsOn(cluster, "serv2")).isLessThanOrEqualTo(TAKEOVER);
    }

    @Test
    void shouldCostNoMoreWhereTheSessionEndsBeforeTheLease() {
        SimulatedCluster cluster = running(three());
        cluster.delay("serv2", Duration.ofMillis(10));
        cluster.advance(SECOND);

        cluster.powerOff("serv1");
        cluster.expireSession("serv1");

        assertThat(untilItRunsOn(cluster, "serv2")).isLessThanOrEqualTo(TAKEOVER);
    }

    @Test
    void shouldNotTakeOverBeforeTheSwitchHasFencedTheLostNode() {
        SimulatedCluster cluster = running(switched());
        cluster.slowDown("fence", "serv1 by outlet", "serv2", SECOND.multipliedBy(5));

        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(8));
        assertThat(cluster.placesOf("web")).isEmpty();
        assertThat(cluster.statusOn("serv3").toString()).contains("Node serv1: UNCLEAN");
        assertThat(cluster.fencingSeenBy("serv3").open()).containsKey("serv1");

        cluster.advance(SECOND);
        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.statusOn("serv3").toString()).contains("OFFLINE: [ serv1 ]");
        assertThat(outlet.asked).singleElement().satisfies(request -> {
            assertThat(request.node()).isEqualTo("serv1");
            assertThat(request.reason()).isEqualTo("the node is lost");
            assertThat(request.leaseRemaining()).isZero();
        });
        assertThat(cluster.fencingSeenBy("serv3").open()).isEmpty();
        assertThat(cluster.fencingSeenBy("serv3").history()).singleElement().satisfies(done -> {
            assertThat(done.evidence()).isEqualTo("the outlet is off");
            assertThat(done.took()).isEqualTo(SECOND.multipliedBy(5));
        });
    }

    @Test
    void shouldGoOnElsewhereWhileANodeIsUnclean() {
        SimulatedCluster cluster = running(switched());
        outlet.answer = request -> FenceResult.failed("the outlet does not answer", "look at its cable");
        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        cluster.kill("other", "serv3", true);
        cluster.advance(SECOND);

        assertThat(cluster.placesOf("web")).isEmpty();
        assertThat(cluster.fencingSeenBy("serv3").open().get("serv1").failure())
                .isEqualTo("outlet: the outlet does not answer; look at its cable");
    }

    @Test
    void shouldTryAgainAfterAPauseThatGrows() {
        SimulatedCluster cluster = running(switched());
        outlet.answer = request -> outlet.asked.size() < 4
                ? FenceResult.failed("the outlet does not answer", "look at its cable")
                : FenceResult.fenced("the outlet is off");

        cluster.powerOff("serv1");
        cluster.advance(Duration.ofMillis(3500 + 1000 + 2000));
        assertThat(outlet.asked).hasSize(3);
        assertThat(cluster.placesOf("web")).isEmpty();

        cluster.advance(SECOND.multipliedBy(4));
        assertThat(outlet.asked).hasSize(4);
        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.fencingSeenBy("serv2").history().get(0).attempts()).isEqualTo(3);
    }

    @Test
    void shouldGiveUpAfterTenAttemptsAndHoldBackWhatTheNodeRan() {
        SimulatedCluster cluster = running(switched());
        outlet.answer = request -> FenceResult.failed("the outlet does not answer", "look at its cable");

        cluster.powerOff("serv1");
        cluster.advance(Duration.ofHours(1));

        assertThat(outlet.asked).hasSize(10);
        assertThat(cluster.placesOf("web")).isEmpty();
        assertThat(cluster.fencingSeenBy("serv2").open().get("serv1").nextTry()).isEmpty();

        cluster.start("serv1");
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.fencingSeenBy("serv2").open()).isEmpty();
    }

    @Test
    void shouldTryTheNextLevelWhenOneFails() {
        SimulatedCluster cluster = running(three().fencingLevel(FencingLevel.of("serv1", 1, "outlet"))
                .fencingLevel(FencingLevel.of("serv1", 2, "lease")));
        outlet.answer = request -> FenceResult.failed("the outlet does not answer", "look at its cable");

        cluster.powerOff("serv1");
        cluster.advance(Duration.ofMillis(3500));

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.fencingSeenBy("serv2").history().get(0).level()).isEqualTo("level 2: lease");
    }

    @Test
    void shouldFailALevelWhoseFencerHangs() {
        SimulatedCluster cluster = running(three().property("stonith-timeout", "10s")
                .fencingLevel(FencingLevel.of("serv1", 1, "outlet"))
                .fencingLevel(FencingLevel.of("serv1", 2, "lease")));
        cluster.slowDown("fence", "serv1 by outlet", "serv2", Duration.ofHours(1));

        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(13));
        assertThat(cluster.placesOf("web")).isEmpty();
        cluster.advance(SECOND);

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
    }

    @Test
    void shouldFenceAgainWhenTheControllerIsLostInTheMiddle() {
        SimulatedCluster cluster = running(switched());
        cluster.slowDown("fence", "serv1 by outlet", "serv2", SECOND.multipliedBy(30));
        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        cluster.powerOff("serv2");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("web")).containsExactly("serv3");
        assertThat(cluster.fencingSeenBy("serv3").fenced()).containsOnlyKeys("serv1", "serv2");
        assertThat(cluster.fencingSeenBy("serv3").history())
                .allSatisfy(done -> assertThat(done.by()).isEqualTo("serv3"));
    }

    @Test
    void shouldFenceTwoNodesThatAreLostAtOnce() {
        SimulatedCluster cluster = running(switched());

        cluster.powerOff("serv1");
        cluster.powerOff("serv3");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.placesOf("other")).containsExactly("serv2");
        assertThat(cluster.fencingSeenBy("serv2").fenced()).containsOnlyKeys("serv1", "serv3");
    }

    @Test
    void shouldLetANodeThatComesBackMeanwhileBe() {
        SimulatedCluster cluster = running(switched());
        cluster.slowDown("fence", "serv1 by outlet", "serv2", SECOND.multipliedBy(30));
        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        cluster.start("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.fencingSeenBy("serv2").fenced()).isEmpty();
        assertThat(cluster.fencingSeenBy("serv2").open()).isEmpty();
    }

    @Test
    void shouldTakeTheLastResortWhenAStopFailsAndTakeOverAfterTheLease() {
        SimulatedCluster cluster = running(three());
        cluster.breakOperation("stop", "web", "serv1", Outcome.failed("it does not listen"));

        cluster.kill("web", "serv1", true);
        cluster.advance(SECOND);
        assertThat(cluster.log()).contains("last resort on serv1");
        assertThat(cluster.placesOf("address")).isEmpty();

        cluster.advance(SECOND.multipliedBy(4));
        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.violations()).isEmpty();
    }

    @Test
    void shouldTakeTheLastResortWhenTheLeaseHasEndedAndAStopOverruns() {
        SimulatedCluster cluster = running(three());
        cluster.slowDown("stop", "web", "serv1", SECOND.multipliedBy(10));

        cluster.disconnect("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.log()).contains("last resort on serv1");
        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.violations()).isEmpty();
    }

    @Test
    void shouldNotTakeTheLastResortForWhatTheKernelEnds() {
        SimulatedCluster cluster = running(three());
        cluster.tether("address", Tether.LEASE);
        cluster.slowDown("stop", "address", "serv1", SECOND.multipliedBy(2));

        cluster.disconnect("serv1");
        cluster.advance(SECOND.multipliedBy(4));

        assertThat(cluster.log()).doesNotContain("last resort on serv1");
    }

    /** The kernel ends it when the lease ends, and not when the node says good-bye. */
    @Test
    void shouldWaitForTheLeaseWhenANodeLeavesWhatOnlyThatEnds() {
        SimulatedCluster cluster = running(three());
        cluster.tether("address", Tether.LEASE);
        cluster.breakOperation("stop", "address", "serv1", Outcome.failed("it does not go"));

        cluster.breakOperation("monitor", "address", "serv1", Outcome.failed("it is not announced"));
        cluster.advance(SECOND.multipliedBy(2));
        assertThat(cluster.placesOf("web")).isEmpty();
        assertThat(cluster.placesOf("address")).containsExactly("serv1");

        cluster.mend("stop", "address", "serv1");
        cluster.mend("monitor", "address", "serv1");
        cluster.advance(SECOND.multipliedBy(20));
        assertThat(cluster.placesOf("address")).hasSize(1);
        assertThat(cluster.placesOf("web")).hasSize(1);
        assertThat(cluster.violations()).isEmpty();
    }

    @Test
    void shouldHoldBackWhatANodeCouldNotStopAndNothingElseEnds() {
        SimulatedCluster cluster = running(three());
        cluster.tether("web", Tether.NONE);
        cluster.breakOperation("stop", "web", "serv1", Outcome.failed("it does not listen"));

        cluster.breakOperation("monitor", "web", "serv1", Outcome.failed("it does not answer"));
        cluster.advance(SECOND.multipliedBy(20));
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.placesOf("address")).isEmpty();
        assertThat(cluster.fencingSeenBy("serv2").open().get("serv1").failure()).contains("could not stop web");
        assertThat(cluster.statusOn("serv2").toString()).contains("Node serv1: UNCLEAN");

        cluster.mend("stop", "web", "serv1");
        cluster.mend("monitor", "web", "serv1");
        cluster.advance(SECOND.multipliedBy(40));
        assertThat(cluster.placesOf("web")).hasSize(1);
        assertThat(cluster.violations()).isEmpty();
        assertThat(cluster.fencingSeenBy("serv2").open()).isEmpty();
    }

    @Test
    void shouldBlockWhatCannotBeStoppedWhereFencingIsSwitchedOff() {
        SimulatedCluster cluster = running(three().property("stonith-enabled", "false"));
        cluster.breakOperation("stop", "web", "serv1", Outcome.failed("it does not listen"));
        cluster.breakOperation("monitor", "web", "serv1", Outcome.failed("it does not answer"));

        cluster.advance(SECOND.multipliedBy(20));

        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.log()).doesNotContain("last resort on serv1");
    }
}
