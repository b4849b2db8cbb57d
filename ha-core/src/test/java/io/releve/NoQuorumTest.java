package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Location;
import io.releve.model.Group;
import io.releve.model.Primitive;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a node does when it cannot reach a majority of the coordination service: what {@code no-quorum-policy} says. */
class NoQuorumTest {

    private static final List<String> NODES = List.of("serv1", "serv2");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static SimulatedCluster running(String policy) {
        return running(1, policy);
    }

    private static SimulatedCluster running(long seed, String policy) {
        ClusterConfig config = ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2")
                .property("stonith-enabled", "false")
                .property("no-quorum-policy", policy)
                .resourceDefault("resource-stickiness", "200")
                .resource(Group.of(
                        "service",
                        Primitive.of("address", "vip").monitor(SECOND),
                        Primitive.of("web", "web").monitor(SECOND)))
                .constraint(Location.prefer("service", "serv1", 100))
                .build();
        SimulatedCluster cluster = new SimulatedCluster(seed, config);
        cluster.exclusive("address", "web");
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        cluster.forgetLog();
        return cluster;
    }

    private static void cutOffAll(SimulatedCluster cluster) {
        NODES.forEach(cluster::disconnect);
    }

    private static void reconnectAll(SimulatedCluster cluster) {
        NODES.forEach(cluster::reconnect);
    }

    @Test
    void shouldStopAtTheEndOfTheLeaseAndStartAgainWithAMajority() {
        for (String policy : List.of("stop", "demote", "fence", "nonsense")) {
            SimulatedCluster cluster = running(policy);

            cutOffAll(cluster);
            cluster.advance(SECOND.multipliedBy(4));
            assertThat(cluster.placesOf("web")).as(policy).isEmpty();
            assertThat(cluster.placesOf("address")).as(policy).isEmpty();

            reconnectAll(cluster);
            cluster.advance(SECOND.multipliedBy(15));
            assertThat(cluster.placesOf("web")).as(policy).containsExactly("serv1");
        }
    }

    @Test
    void shouldGoOnWithWhatRunsForAsLongAsItTakesWhenFrozen() {
        for (String policy : List.of("freeze", "ignore", "Freeze")) {
            SimulatedCluster cluster = running(policy);

            cutOffAll(cluster);
            cluster.advance(SECOND.multipliedBy(60));
            reconnectAll(cluster);
            cluster.advance(SECOND.multipliedBy(30));

            assertThat(cluster.log()).as(policy).isEmpty();
            assertThat(cluster.placesOf("web")).containsExactly("serv1");
            cluster.powerOff("serv1");
            cluster.advance(SECOND.multipliedBy(10));
            assertThat(cluster.placesOf("web")).as("the cluster decides again").containsExactly("serv2");
            assertThat(cluster.violations()).isEmpty();
        }
    }

    @Test
    void shouldBeginNothingWhileFrozen() {
        SimulatedCluster cluster = running("freeze");
        cutOffAll(cluster);
        cluster.advance(SECOND.multipliedBy(5));

        cluster.kill("web", "serv1", true);
        cluster.advance(SECOND.multipliedBy(30));
        assertThat(cluster.log()).isEmpty();
        assertThat(cluster.placesOf("web")).isEmpty();

        reconnectAll(cluster);
        cluster.advance(SECOND.multipliedBy(15));
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
    }

    /** The price of freezing: whoever has a majority takes over. */
    @Test
    void shouldGiveUpAtOnceWhenOthersHaveTakenOverFromAFrozenNode() {
        SimulatedCluster cluster = running("freeze");

        cluster.disconnect("serv1");
        cluster.advance(SECOND.multipliedBy(10));
        assertThat(cluster.placesOf("web")).containsExactly("serv1", "serv2");
        cluster.reconnect("serv1");
        cluster.advance(SECOND);

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
    }

    @Test
    void shouldGiveUpWhenTheSessionEndedMeanwhile() {
        SimulatedCluster cluster = running("freeze");
        cutOffAll(cluster);
        cluster.advance(SECOND.multipliedBy(10));
        NODES.forEach(cluster::expireSession);

        reconnectAll(cluster);
        cluster.advance(SECOND.multipliedBy(20));

        assertThat(cluster.log()).contains("stop web on serv1");
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.violations()).isEmpty();
    }

    /** It cannot know what others did while it stood still, although it could reach the majority. */
    @Test
    void shouldNotGoOnAfterAPauseOfItsOwn() {
        SimulatedCluster cluster = running("freeze");

        cluster.freeze("serv1");
        cluster.advance(SECOND.multipliedBy(10));
        cluster.thaw("serv1");
        cluster.advance(Duration.ofMillis(500));

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
    }

    @Test
    void shouldLeaveWhileFrozen() {
        SimulatedCluster cluster = running("freeze");
        cutOffAll(cluster);
        cluster.advance(SECOND.multipliedBy(10));

        cluster.leave("serv1");
        cluster.advance(SECOND.multipliedBy(70));

        assertThat(cluster.placesOf("web")).isEmpty();
        assertThat(cluster.placesOf("address")).isEmpty();
    }

    /** Nobody has a majority, or everybody: then freezing is as safe as stopping. */
    @Test
    void shouldNeverRunTwiceWhenAllAreCutOffAtOnceWhateverElseHappens() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SimulatedCluster cluster = running(seed, "freeze");
            for (int i = 0; i < 8; i++) {
                cutOffAll(cluster);
                cluster.advance(Duration.ofMillis(random.nextInt(8000)));
                if (random.nextInt(3) == 0) {
                    cluster.kill("web", "serv1", random.nextBoolean());
                }
                if (random.nextInt(4) == 0) {
                    NODES.forEach(cluster::expireSession);
                }
                reconnectAll(cluster);
                cluster.advance(Duration.ofMillis(random.nextInt(8000)));
                assertThat(cluster.violations()).as("seed %d", seed).isEmpty();
            }
            cluster.advance(SECOND.multipliedBy(60));
            assertThat(cluster.placesOf("web")).as("seed %d", seed).hasSize(1);
            assertThat(cluster.placesOf("address")).as("seed %d", seed).isEqualTo(cluster.placesOf("web"));
        }
    }
}
