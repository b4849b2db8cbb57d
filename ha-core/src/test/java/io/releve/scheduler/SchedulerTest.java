package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final Primitive ip =
            Primitive.of("IPFailover", "ip").parameter("ip", "10.77.0.100").monitor(TEN);
    private final Primitive web = Primitive.of("serviceWeb", "web").monitor(TEN);
    private final Primitive mysql = Primitive.of("serviceMySQL", "mysql").monitor(TEN);

    private ClusterConfig.Builder tutorial() {
        return ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2")
                .resource(Group.of("servIntralab", ip, web))
                .resource(Clone.anonymous("cServiceMySQL", mysql))
                .constraint(Location.prefer("servIntralab", "serv1", 100));
    }

    private SimulatedCluster running() {
        SimulatedCluster cluster = new SimulatedCluster(tutorial().build()).online("serv1", "serv2");
        cluster.settle();
        return cluster;
    }

    @Test
    void shouldStartEverythingAfterHavingLookedForIt() {
        SimulatedCluster cluster = new SimulatedCluster(tutorial().build()).online("serv1", "serv2");
        List<String> done = cluster.settle();
        assertThat(done).contains("monitor IPFailover on serv2", "monitor serviceMySQL on serv1");
        assertThat(done).containsSubsequence("monitor IPFailover on serv2", "start IPFailover on serv1");
        assertThat(done)
                .containsSubsequence(
                        "start IPFailover on serv1",
                        "start serviceWeb on serv1",
                        "monitor every 10000 ms serviceWeb on serv1");
        assertThat(cluster.placement())
                .containsExactly(
                        "IPFailover Started serv1",
                        "serviceMySQL Started serv1",
                        "serviceMySQL Started serv2",
                        "serviceWeb Started serv1");
    }

    @Test
    void shouldMoveTheGroupWhenItsNodeIsLost() {
        SimulatedCluster cluster = running().lost("serv1");
        assertThat(cluster.plan().explain("IPFailover"))
                .extracting(Transition.Reason::text)
                .contains("servIntralab prefers serv1 by 100");
        assertThat(cluster.settle())
                .containsSubsequence("start IPFailover on serv2", "start serviceWeb on serv2")
                .noneMatch(action -> action.contains("serv1"));
        assertThat(cluster.placement())
                .containsExactly("IPFailover Started serv2", "serviceMySQL Started serv2", "serviceWeb Started serv2");
    }

    @Test
    void shouldReturnToThePreferredNodeAndStopInReverseOrderFirst() {
        SimulatedCluster cluster = running().lost("serv1");
        cluster.settle();
        cluster.online("serv1");
        assertThat(cluster.settle())
                .containsSubsequence(
                        "stop serviceWeb on serv2",
                        "stop IPFailover on serv2",
                        "start IPFailover on serv1",
                        "start serviceWeb on serv1");
    }

    @Test
    void shouldStayWhereItIsWhenStickinessOutweighsThePreference() {
        ClusterConfig config =
                tutorial().resourceDefault("resource-stickiness", "200").build();
        SimulatedCluster cluster = new SimulatedCluster(config).online("serv1", "serv2");
        cluster.settle();
        cluster.lost("serv1").settle();
        cluster.online("serv1").settle();
        assertThat(cluster.placement()).contains("IPFailover Started serv2", "serviceWeb Started serv2");
    }

    @Test
    void shouldWaitForAnAttributeBeforeReturning() {
        ClusterConfig config = tutorial()
                .constraint(
                        Location.where("servIntralab", Rule.attributeIsNot("caught-up", "true"), Score.MINUS_INFINITY))
                .build();
        SimulatedCluster cluster = new SimulatedCluster(config)
                .online("serv1", "serv2")
                .attribute("serv1", "caught-up", "true")
                .attribute("serv2", "caught-up", "true");
        cluster.settle();
        cluster.lost("serv1").settle();
        cluster.online("serv1").settle();
        assertThat(cluster.placement()).contains("IPFailover Started serv2");
        cluster.attribute("serv1", "caught-up", "true").settle();
        assertThat(cluster.placement()).contains("IPFailover Started serv1");
    }

    @Test
    void shouldRestartInPlaceWhenAMonitorFails() {
        SimulatedCluster cluster = running().monitorFails("serviceMySQL", "serv2", TEN);
        assertThat(cluster.settle())
                .containsExactly(
                        "stop serviceMySQL on serv2",
                        "start serviceMySQL on serv2",
                        "monitor every 10000 ms serviceMySQL on serv2");
    }

    @Test
    void shouldLeaveTheNodeWhenItHasFailedTooOftenAndReturnWhenThatIsForgotten() {
        ClusterConfig config = ClusterConfig.builder("c")
                .nodes("serv1", "serv2")
                .resource(ip.migrationThreshold(1).failureTimeout(Duration.ofSeconds(60)))
                .constraint(Location.prefer("IPFailover", "serv1", 100))
                .build();
        SimulatedCluster cluster = new SimulatedCluster(config).online("serv1", "serv2");
        cluster.settle();
        cluster.monitorFails("IPFailover", "serv1", TEN);
        assertThat(cluster.plan().recheckAt()).isPresent();
        cluster.settle();
        assertThat(cluster.placement()).containsExactly("IPFailover Started serv2");
        assertThat(cluster.plan().explain("IPFailover"))
                .anyMatch(reason -> reason.source().equals("migration-threshold"));
        cluster.later(Duration.ofSeconds(61));
        cluster.carryOut(cluster.plan());
        cluster.settle();
        assertThat(cluster.placement()).containsExactly("IPFailover Started serv1");
    }

    @Test
    void shouldNotTryAgainWhereAStartFailed() {
        ClusterConfig config =
                ClusterConfig.builder("c").nodes("serv1", "serv2").resource(ip).build();
        SimulatedCluster cluster = new SimulatedCluster(config).online("serv1", "serv2");
        cluster.carryOut(cluster.plan());
        cluster.startFails("IPFailover", "serv1");
        assertThat(cluster.settle()).containsSubsequence("stop IPFailover on serv1", "start IPFailover on serv2");
    }

    @Test
    void shouldEmptyANodeOnStandbyAndOneThatWantsToLeave() {
        assertThat(running().standby("serv1", true).settle())
                .containsSubsequence("stop serviceWeb on serv1", "start serviceWeb on serv2")
                .contains("stop serviceMySQL on serv1");
        assertThat(running().leaving("serv1").settle())
                .containsSubsequence("stop serviceWeb on serv1", "start serviceWeb on serv2")
                .contains("stop serviceMySQL on serv1");
    }

    @Test
    void shouldStopWhatDependsOnAResourceThatIsStopped() {
        ClusterConfig config = ClusterConfig.builder("c")
                .nodes("serv1", "serv2")
                .resource(ip)
                .resource(web)
                .constraint(Order.startAfter("serviceWeb", "IPFailover"))
                .constraint(Colocation.with("serviceWeb", "IPFailover"))
                .build();
        SimulatedCluster cluster = new SimulatedCluster(config).online("serv1", "serv2");
        assertThat(cluster.settle()).containsSubsequence("start IPFailover on serv1", "start serviceWeb on serv1");
        ClusterConfig stopped = ClusterConfig.builder("c")
                .nodes("serv1", "serv2")
                .resource(ip.meta("target-role", "Stopped"))
                .resource(web)
                .constraint(Order.startAfter("serviceWeb", "IPFailover"))
                .constraint(Colocation.with("serviceWeb", "IPFailover"))
                .build();
        Transition transition = Scheduler.plan(stopped, cluster.state(), cluster.now());
        assertThat(cluster.carryOut(transition))
                .containsExactly("stop serviceWeb on serv1", "stop IPFailover on serv1");
    }

    @Test
    void shouldLeaveUnmanagedResourcesAlone() {
        SimulatedCluster cluster = running();
        ClusterConfig config = tutorial().property("maintenance-mode", "true").build();
        cluster.monitorFails("serviceMySQL", "serv1", TEN);
        assertThat(Scheduler.plan(config, cluster.state(), cluster.now()).actions())
                .isEmpty();
    }

    @Test
    void shouldGiveTheSamePlanForTheSameInput() {
        SimulatedCluster cluster = running().lost("serv1");
        assertThat(cluster.plan()).isEqualTo(cluster.plan());
    }

    @Test
    void shouldTellEachNodeHowToCarryItsActionsOut() {
        SimulatedCluster cluster = new SimulatedCluster(tutorial().build()).online("serv1", "serv2");
        Action start = cluster.plan().actions().stream()
                .filter(action -> action.operation().equals("start")
                        && action.resourceId().equals("IPFailover"))
                .findFirst()
                .orElseThrow();
        assertThat(start.parameters()).containsEntry("ip", "10.77.0.100");
        assertThat(start.timeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(start.meta()).containsEntry("on-fail", "restart").containsEntry("start-failure-is-fatal", "true");
    }
}
