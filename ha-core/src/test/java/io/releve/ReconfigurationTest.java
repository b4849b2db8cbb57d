package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Location;
import io.releve.model.InvalidConfigurationException;
import io.releve.model.Primitive;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A running cluster gets another configuration. */
class ReconfigurationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static ClusterConfig.Builder office(String... nodes) {
        return ClusterConfig.builder("office").nodes(nodes).property("stonith-enabled", "false");
    }

    private static Primitive service(String id) {
        return Primitive.of(id, "java").monitor(SECOND);
    }

    private static ClusterConfig.Builder before() {
        return office("serv1", "serv2")
                .resource(service("web").parameter("port", "80"))
                .resource(service("mail").parameter("port", "25"))
                .constraint(Location.prefer("web", "serv1", 10))
                .constraint(Location.prefer("mail", "serv1", 10));
    }

    private static SimulatedCluster running() {
        SimulatedCluster cluster = new SimulatedCluster(1, before().build());
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        cluster.forgetLog();
        return cluster;
    }

    private static void change(SimulatedCluster cluster, ClusterConfig next) {
        CompletableFuture<Void> done = cluster.reconfigure("serv2", present -> next);
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(done).isCompleted();
    }

    @Test
    void shouldStartWhatWasAddedAndLeaveTheRestAlone() {
        SimulatedCluster cluster = running();

        change(cluster, before().resource(service("news")).build());

        assertThat(cluster.log()).containsExactly("start news on serv2");
        assertThat(cluster.statusOn("serv1").activeNode("news")).contains("serv2");
    }

    @Test
    void shouldStopWhatWasRemoved() {
        SimulatedCluster cluster = running();

        change(
                cluster,
                office("serv1", "serv2")
                        .resource(service("web").parameter("port", "80"))
                        .constraint(Location.prefer("web", "serv1", 10))
                        .build());

        assertThat(cluster.log()).containsExactly("stop mail on serv1");
    }

    @Test
    void shouldMoveWhatBelongsElsewhereNow() {
        SimulatedCluster cluster = running();

        change(
                cluster,
                before().constraint(Location.prefer("web", "serv2", 100)).build());

        assertThat(cluster.log()).containsExactly("stop web on serv1", "start web on serv2");
    }

    @Test
    void shouldRestartExactlyWhatHasOtherParameters() {
        SimulatedCluster cluster = running();

        change(
                cluster,
                office("serv1", "serv2")
                        .resource(service("web").parameter("port", "8080"))
                        .resource(service("mail").parameter("port", "25"))
                        .constraint(Location.prefer("web", "serv1", 10))
                        .constraint(Location.prefer("mail", "serv1", 10))
                        .build());

        assertThat(cluster.log()).containsExactly("stop web on serv1", "start web on serv1");
    }

    @Test
    void shouldCarryOutBothOfTwoChangesThatMeet() {
        SimulatedCluster cluster = running();
        CompletableFuture<Void> one = cluster.reconfigure("serv1", config -> with(config, service("one")));
        CompletableFuture<Void> two = cluster.reconfigure("serv2", config -> with(config, service("two")));
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
        assertThat(cluster.placesOf("one")).hasSize(1);
        assertThat(cluster.placesOf("two")).hasSize(1);
    }

    private static ClusterConfig with(ClusterConfig config, Primitive more) {
        ClusterConfig.Builder next = office("serv1", "serv2");
        config.resources().forEach(next::resource);
        config.constraints().forEach(next::constraint);
        return next.resource(more).build();
    }

    @Test
    void shouldRefuseWhatCannotBeAndSayAllThatIsWrong() {
        SimulatedCluster cluster = running();

        CompletableFuture<Void> refused = cluster.reconfigure(
                "serv1",
                config ->
                        office("serv2").resource(Primitive.of("news", "usenet")).build());

        assertThat(refused)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InvalidConfigurationException.class)
                .withMessageContaining("node serv1 is a member now")
                .withMessageContaining("no agent 'usenet'");
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.log()).isEmpty();
    }

    @Test
    void shouldKeepOutANodeThatStillDeclaresTheOldConfigurationUnlessItAdoptsTheNewOne() {
        SimulatedCluster cluster = new SimulatedCluster(1, before().build());
        cluster.start("serv1");
        cluster.advance(SECOND.multipliedBy(5));
        CompletableFuture<Void> done = cluster.reconfigure("serv1", present -> with(present, service("news")));
        cluster.advance(SECOND);
        assertThat(done).isCompleted();

        cluster.startWith("serv2", before().build(), false);
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.isMember("serv2")).isFalse();
        cluster.powerOff("serv2");
        cluster.startWith("serv2", before().build(), true);
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.isMember("serv2")).isTrue();
        assertThat(cluster.placesOf("news")).hasSize(1);
    }
}
