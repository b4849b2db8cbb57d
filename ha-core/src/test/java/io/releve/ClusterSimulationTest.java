package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
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
import org.junit.jupiter.api.Test;

/** Node and controller as they run in production, on the in-memory coordinator and under virtual time. */
class ClusterSimulationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static ClusterConfig.Builder intralab() {
        return ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2")
                .property("stonith-enabled", "true")
                .resource(Clone.anonymous(
                        "cServiceMySQL", Primitive.of("serviceMySQL", "mysql").monitor(SECOND)))
                .resource(Group.of(
                        "servIntralab",
                        Primitive.of("IPFailover", "vip").monitor(SECOND),
                        Primitive.of("serviceWeb", "web").monitor(SECOND)))
                .constraint(Location.prefer("servIntralab", "serv1", 100))
                .constraint(Colocation.with("servIntralab", "cServiceMySQL"))
                .constraint(Order.startAfter("servIntralab", "cServiceMySQL"));
    }

    private static SimulatedCluster running(ClusterConfig config) {
        SimulatedCluster cluster = new SimulatedCluster(1, config);
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        return cluster;
    }

    @Test
    void shouldStartEverythingWhereItBelongs() {
        SimulatedCluster cluster = running(intralab().build());

        assertThat(cluster.placesOf("serviceMySQL")).containsExactly("serv1", "serv2");
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv1");
        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv1");
        assertThat(cluster.statusOn("serv2").activeNode("servIntralab")).contains("serv1");
        assertThat(cluster.log().indexOf("start IPFailover on serv1"))
                .isGreaterThan(cluster.log().indexOf("start serviceMySQL on serv1"))
                .isLessThan(cluster.log().indexOf("start serviceWeb on serv1"));
    }

    @Test
    void shouldTakeOverWhenTheLeaseOfALostNodeHasRunOutAndNotBefore() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.powerOff("serv1");
        cluster.advance(Duration.ofMillis(1900));
        assertThat(cluster.placesOf("IPFailover")).isEmpty();

        cluster.advance(Duration.ofMillis(1500));
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv2");
        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv2");
        assertThat(cluster.statusOn("serv2").toString()).contains("OFFLINE: [ serv1 ]");
    }

    @Test
    void shouldReturnToThePreferredNodeWhenItComesBack() {
        SimulatedCluster cluster = running(intralab().build());
        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        cluster.start("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv1");
        assertThat(cluster.placesOf("serviceMySQL")).containsExactly("serv1", "serv2");
    }

    @Test
    void shouldReturnOnlyWhenTheAttributeSaysSo() {
        SimulatedCluster cluster = running(intralab()
                .constraint(Location.where(
                        "servIntralab", Rule.attributeIs("caught-up-serviceMySQL", "0"), Score.MINUS_INFINITY))
                .build());
        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(5));
        cluster.slowDown("start", "serviceMySQL", "serv1", SECOND);
        cluster.start("serv1");
        cluster.advance(Duration.ofMillis(500));
        cluster.setAttribute("serviceMySQL", "serv1", "caught-up-serviceMySQL", "0");
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.placesOf("serviceMySQL")).containsExactly("serv1", "serv2");
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv2");

        cluster.setAttribute("serviceMySQL", "serv1", "caught-up-serviceMySQL", "1");
        cluster.advance(SECOND);
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv1");
    }

    @Test
    void shouldRestartAServiceThatDiesWithoutWaitingForTheNextMonitor() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.kill("serviceWeb", "serv1", true);
        cluster.advance(Duration.ofMillis(200));

        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv1");
        assertThat(cluster.statusOn("serv1").failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.reason()).contains("its process ended"));
    }

    @Test
    void shouldLeaveADegradedServiceAlone() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.breakOperation(
                "monitor", "serviceWeb", "serv1", new Outcome(Outcome.Code.DEGRADED, "answers, but slowly"));
        cluster.advance(SECOND.multipliedBy(3));

        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv1");
        assertThat(cluster.statusOn("serv1").failures()).isEmpty();
    }

    @Test
    void shouldSeeADeadServiceAtTheNextMonitorOtherwise() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.kill("serviceWeb", "serv1", false);
        cluster.advance(Duration.ofMillis(1300));

        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv1");
    }

    @Test
    void shouldGiveUpEverythingWhenItsLeaseEndsAndBeforeAnybodyTakesOver() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.disconnect("serv1");
        for (int i = 0; i < 100; i++) {
            cluster.advance(Duration.ofMillis(50));
            assertThat(cluster.placesOf("IPFailover")).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv2");

        cluster.reconnect("serv1");
        cluster.advance(SECOND.multipliedBy(10));
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv1");
    }

    @Test
    void shouldRecoverWhenNobodyCouldReachTheServiceForAWhile() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.disconnect("serv1");
        cluster.disconnect("serv2");
        cluster.advance(SECOND.multipliedBy(60));
        assertThat(cluster.placesOf("IPFailover")).isEmpty();

        cluster.reconnect("serv1");
        cluster.advance(SECOND);
        assertThat(cluster.placesOf("IPFailover"))
                .as("a node alone goes on as soon as it has joined again, once the other's lease is over")
                .hasSizeLessThanOrEqualTo(1);
        cluster.reconnect("serv2");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv1");
        assertThat(cluster.placesOf("serviceMySQL")).containsExactly("serv1", "serv2");
    }

    @Test
    void shouldGiveUpBeforeAnythingElseWhenAFrozenNodeThaws() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.freeze("serv1");
        cluster.advance(SECOND.multipliedBy(20));
        assertThat(cluster.placesOf("IPFailover")).contains("serv2");

        cluster.forgetLog();
        cluster.thaw("serv1");
        cluster.advance(Duration.ofMillis(100));
        assertThat(cluster.log().subList(0, 3))
                .containsExactly("stop serviceWeb on serv1", "stop IPFailover on serv1", "stop serviceMySQL on serv1");

        cluster.advance(SECOND.multipliedBy(10));
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv1");
        assertThat(cluster.placesOf("serviceMySQL")).containsExactly("serv1", "serv2");
    }

    @Test
    void shouldSurviveAControllerThatFreezesInTheMiddleOfAPlan() {
        SimulatedCluster cluster = new SimulatedCluster(7, intralab().build());
        cluster.exclusive("IPFailover", "serviceWeb");
        cluster.start("serv1");
        cluster.advance(Duration.ofMillis(60));
        cluster.start("serv2");
        cluster.advance(Duration.ofMillis(15));

        cluster.freeze("serv1");
        cluster.advance(SECOND.multipliedBy(10));
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv2");
        cluster.thaw("serv1");
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv1");
        assertThat(cluster.violations()).isEmpty();
    }

    @Test
    void shouldKeepWhatNeedsNoLeaseWhenTheLeaseEnds() {
        SimulatedCluster cluster = running(ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2")
                .property("stonith-enabled", "true")
                .resource(Clone.anonymous(
                        "clone", Primitive.of("database", "mysql").meta("requires", "nothing")))
                .build());

        cluster.forgetLog();
        cluster.disconnect("serv1");
        cluster.advance(SECOND.multipliedBy(10));
        cluster.reconnect("serv1");
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.placesOf("database")).containsExactly("serv1", "serv2");
        assertThat(cluster.log()).isEmpty();
    }

    @Test
    void shouldMoveEverythingAwayWhenANodeLeavesInGoodOrder() {
        SimulatedCluster cluster = running(intralab().build());

        cluster.leave("serv1");
        cluster.advance(SECOND);

        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv2");
        assertThat(cluster.placesOf("serviceMySQL")).containsExactly("serv2");
        assertThat(cluster.statusOn("serv2").toString()).contains("OFFLINE: [ serv1 ]");
    }

    @Test
    void shouldGoOnWithAnotherControllerWhenTheFirstIsLostInTheMiddleOfAPlan() {
        SimulatedCluster cluster = new SimulatedCluster(1, intralab().build());
        cluster.slowDown("start", "IPFailover", "serv1", SECOND.multipliedBy(2));
        cluster.start("serv1");
        cluster.advance(SECOND);
        cluster.start("serv2");
        cluster.advance(Duration.ofMillis(200));

        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv2");
        assertThat(cluster.sentenceOn("serv2")).isNotEmpty();
    }

    @Test
    void shouldMoveAResourceThatCannotBeStartedOnItsNode() {
        SimulatedCluster cluster = new SimulatedCluster(1, intralab().build());
        cluster.breakOperation("start", "serviceWeb", "serv1", Outcome.failed("port 80 is in use"));
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv2");
        assertThat(cluster.placesOf("IPFailover")).containsExactly("serv2");
        assertThat(cluster.statusOn("serv2").toString()).contains("port 80 is in use");
    }

    @Test
    void shouldFailAnOperationThatOverrunsItsTimeout() {
        SimulatedCluster cluster = new SimulatedCluster(1, intralab().build());
        cluster.slowDown("start", "serviceWeb", "serv1", Duration.ofMinutes(10));
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(40));

        assertThat(cluster.placesOf("serviceWeb")).containsExactly("serv2");
        assertThat(cluster.statusOn("serv2").toString()).contains("time-out of 20000 ms");
    }

    @Test
    void shouldDoNothingWhenAllIsAsItShouldBe() {
        SimulatedCluster cluster = running(intralab().build());
        cluster.forgetLog();

        cluster.advance(Duration.ofHours(1));

        assertThat(cluster.log()).isEmpty();
    }
}
