package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Location;
import io.releve.model.Group;
import io.releve.model.Primitive;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node's JVM dies and another one takes its place, while the services go on. */
class ReadoptionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static ClusterConfig config() {
        return ClusterConfig.builder("office")
                .nodes("serv1", "serv2", "serv3")
                .property("stonith-enabled", "false")
                .resource(Group.of(
                        "chain",
                        Primitive.of("first", "process").monitor(SECOND),
                        Primitive.of("second", "process").monitor(SECOND)))
                .constraint(Location.prefer("chain", "serv2", 10))
                .build();
    }

    private static SimulatedCluster running(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(seed, config());
        cluster.exclusive("first", "second");
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.placesOf("second")).containsExactly("serv2");
        cluster.forgetLog();
        return cluster;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldLeaveAloneWhatStillRunsWhenAJvmIsRestartedWithinItsLease(long seed) {
        SimulatedCluster cluster = running(seed);

        cluster.restartJvm("serv2", SECOND);
        cluster.advance(SECOND.multipliedBy(20));

        assertThat(cluster.log()).isEmpty();
        assertThat(cluster.placesOf("second")).containsExactly("serv2");
        assertThat(cluster.statusOn("serv1").activeNode("chain")).contains("serv2");
        int before = cluster.monitorsOf("second", "serv2").size();
        cluster.advance(SECOND.multipliedBy(10));
        assertThat(cluster.monitorsOf("second", "serv2"))
                .as("it is monitored again")
                .hasSizeGreaterThan(before + 5);
    }

    @Test
    void shouldLeaveAloneWhatStillRunsWhenItWasTheControllerThatWasRestarted() {
        SimulatedCluster cluster = new SimulatedCluster(
                1,
                ClusterConfig.builder("office")
                        .nodes("serv1", "serv2")
                        .property("stonith-enabled", "false")
                        .resource(Primitive.of("first", "process").monitor(SECOND))
                        .constraint(Location.prefer("first", "serv1", 10))
                        .build());
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.sentenceOn("serv1")).isNotEmpty();
        cluster.forgetLog();

        cluster.restartJvm("serv1", SECOND);
        cluster.advance(SECOND.multipliedBy(2));
        assertThat(cluster.sentenceOn("serv2")).as("nobody waits for a lease").isNotEmpty();
        cluster.advance(SECOND.multipliedBy(20));

        assertThat(cluster.log()).isEmpty();
    }

    @Test
    void shouldDecideNothingBetweenTheReturnOfANodeAndItsFirstReport() {
        SimulatedCluster cluster = running(1);

        cluster.restartJvm("serv2", Duration.ofMillis(500));
        cluster.delay("serv2", Duration.ofMillis(200));
        cluster.advance(SECOND.multipliedBy(20));

        assertThat(cluster.violations()).isEmpty();
        assertThat(cluster.log()).isEmpty();
    }

    @Test
    void shouldRestartWhatDiedTogetherWithItsJvm() {
        SimulatedCluster cluster = running(1);

        cluster.kill("first", "serv2", false);
        cluster.kill("second", "serv2", false);
        cluster.restartJvm("serv2", SECOND);
        cluster.advance(SECOND.multipliedBy(2));

        assertThat(cluster.placesOf("second")).hasSize(1);
    }

    @Test
    void shouldMoveWhatRanWhenTheJvmComesBackAfterItsLease() {
        SimulatedCluster cluster = running(1);

        cluster.kill("first", "serv2", false);
        cluster.kill("second", "serv2", false);
        cluster.restartJvm("serv2", SECOND.multipliedBy(10));

        assertThat(cluster.log()).contains("start second on serv1");
    }
}
