package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Order;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.state.CloneTransition.Instance;
import io.releve.state.Notification;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the agents of a promotable clone are told, from the configuration through plan, coordinator and node. */
class NotificationSimulationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static ClusterConfig.Builder databases() {
        Primitive database = Primitive.of("db", "mysql")
                .monitor(SECOND)
                .operation(Operation.of("notify").timeout(SECOND.multipliedBy(2)));
        return ClusterConfig.builder("databases")
                .nodes("serv1", "serv2", "serv3")
                .property("stonith-enabled", "false")
                .resourceDefault("resource-stickiness", "1")
                .resource(
                        Clone.promotable("databases", database).interleave(true).meta("notify", "true"));
    }

    /** All run, none is Promoted yet. */
    private static SimulatedCluster running(ClusterConfig config) {
        SimulatedCluster cluster = new SimulatedCluster(1, config);
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.placesOf("db")).containsExactly("serv1", "serv2", "serv3");
        cluster.forgetLog();
        return cluster;
    }

    private static void mayBePromoted(SimulatedCluster cluster, String node, int score) {
        cluster.setAttribute("db", node, "master-db", Integer.toString(score));
    }

    private static SimulatedCluster withPrimary() {
        SimulatedCluster cluster = running(databases().build());
        mayBePromoted(cluster, "serv1", 20);
        cluster.advance(SECOND);
        assertThat(cluster.promotedPlacesOf("db")).containsExactly("serv1");
        return cluster;
    }

    @Test
    void shouldTellAllBeforeAndAfterOneIsPromoted() {
        SimulatedCluster cluster = running(databases().build());

        mayBePromoted(cluster, "serv2", 10);
        cluster.advance(SECOND);

        assertThat(cluster.log()).hasSize(7);
        assertThat(cluster.log().subList(0, 3))
                .containsExactlyInAnyOrder(
                        "pre-promote db on serv1", "pre-promote db on serv2", "pre-promote db on serv3");
        assertThat(cluster.log().get(3)).isEqualTo("promote db on serv2");
        assertThat(cluster.log().subList(4, 7))
                .containsExactlyInAnyOrder(
                        "post-promote db on serv1", "post-promote db on serv2", "post-promote db on serv3");
    }

    @Test
    void shouldSayWhoIsWhatAndWhoBecomesWhat() {
        SimulatedCluster cluster = withPrimary();
        cluster.forgetLog();

        mayBePromoted(cluster, "serv3", 5000);
        cluster.advance(SECOND);

        assertThat(cluster.promotedPlacesOf("db")).containsExactly("serv3");
        Notification last = cluster.lastToldTo("db", "serv2");
        assertThat(last.type()).isEqualTo(Notification.Type.POST);
        assertThat(last.operation()).isEqualTo("promote");
        assertThat(last.change().promoted()).containsExactly(new Instance("db", "serv1"));
        assertThat(last.change().demoting()).containsExactly(new Instance("db", "serv1"));
        assertThat(last.change().promoting()).containsExactly(new Instance("db", "serv3"));
        assertThat(last.change().promotedAfter()).containsExactly(new Instance("db", "serv3"));
        assertThat(last.change().activeAfter()).hasSize(3);
        assertThat(cluster.log().stream().map(line -> line.substring(0, line.indexOf(' '))))
                .containsSubsequence(
                        "pre-demote",
                        "pre-demote",
                        "pre-demote",
                        "demote",
                        "post-demote",
                        "post-demote",
                        "post-demote",
                        "pre-promote",
                        "pre-promote",
                        "pre-promote",
                        "promote",
                        "post-promote",
                        "post-promote",
                        "post-promote");
    }

    @Test
    void shouldGoOnWhenAnInstanceRefusesOrHangs() {
        SimulatedCluster cluster = running(databases().build());
        cluster.breakOperation("pre-promote", "db", "serv1", Outcome.failed("not in the mood"));
        cluster.slowDown("notify", "db", "serv3", Duration.ofMinutes(1));

        mayBePromoted(cluster, "serv2", 10);
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.promotedPlacesOf("db")).containsExactly("serv2");
        assertThat(cluster.log()).contains("post-promote db on serv1", "post-promote db on serv2");
        assertThat(cluster.log()).noneMatch(line -> line.startsWith("stop ") || line.startsWith("start "));
    }

    @Test
    void shouldGetOnWithoutANodeThatDiesWhileAllAreBeingTold() {
        SimulatedCluster cluster = running(databases().build());
        cluster.slowDown("notify", "db", "serv3", SECOND);

        mayBePromoted(cluster, "serv2", 10);
        cluster.advance(Duration.ofMillis(500));
        assertThat(cluster.promotedPlacesOf("db")).isEmpty();
        cluster.powerOff("serv3");
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.promotedPlacesOf("db")).containsExactly("serv2");
        List<String> log = cluster.log();
        assertThat(log.indexOf("promote db on serv2"))
                .isGreaterThan(log.lastIndexOf("pre-promote db on serv1"))
                .isLessThan(log.indexOf("post-promote db on serv1"));
        assertThat(cluster.lastToldTo("db", "serv1").change().active())
                .containsExactly(new Instance("db", "serv1"), new Instance("db", "serv2"));
    }

    @Test
    void shouldTellTheOthersAgainWhenTheOneThatIsBeingPromotedDies() {
        SimulatedCluster cluster = running(databases().build());
        cluster.slowDown("promote", "db", "serv2", SECOND);

        mayBePromoted(cluster, "serv2", 10);
        mayBePromoted(cluster, "serv3", 5);
        cluster.advance(Duration.ofMillis(500));
        cluster.powerOff("serv2");
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.promotedPlacesOf("db")).containsExactly("serv3");
        assertThat(cluster.log())
                .containsSubsequence("pre-promote db on serv1", "pre-promote db on serv1", "post-promote db on serv1");
    }

    @Test
    void shouldHaveOthersWaitUntilAllHaveBeenTold() {
        SimulatedCluster cluster = running(databases()
                .resource(Primitive.of("web", "web"))
                .constraint(new Order("after", "databases", "promote", "web", "start", Order.Kind.MANDATORY, true))
                .build());
        cluster.slowDown("notify", "db", "serv1", Duration.ofMillis(300));
        assertThat(cluster.placesOf("web")).isEmpty();

        mayBePromoted(cluster, "serv2", 10);
        cluster.advance(SECOND.multipliedBy(3));

        assertThat(cluster.placesOf("web")).hasSize(1);
        List<String> log = cluster.log();
        assertThat(log.get(log.size() - 1)).startsWith("start web");
        assertThat(log).contains("post-promote db on serv1");
    }

    @Test
    void shouldTellNobodyWithoutBeingAskedTo() {
        SimulatedCluster cluster = running(ClusterConfig.builder("databases")
                .nodes("serv1", "serv2", "serv3")
                .property("stonith-enabled", "false")
                .resource(Clone.promotable("databases", Primitive.of("db", "mysql")))
                .build());

        mayBePromoted(cluster, "serv2", 10);
        cluster.advance(SECOND);

        assertThat(cluster.log()).containsExactly("promote db on serv2");
    }
}
