package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Group;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a plan's steps, and of recurring monitors, when another plan or another controller comes. */
class PlanChangeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static ClusterConfig config() {
        return ClusterConfig.builder("office")
                .nodes("serv1", "serv2", "serv3")
                .property("stonith-enabled", "false")
                .resource(Group.of(
                        "chain",
                        Primitive.of("first", "java").monitor(SECOND),
                        Primitive.of("second", "java").monitor(SECOND)))
                .resource(Primitive.of("other", "java").monitor(SECOND))
                .constraint(Location.prefer("chain", "serv2", 100))
                .constraint(Location.prefer("other", "serv3", 100))
                .build();
    }

    private static SimulatedCluster running() {
        SimulatedCluster cluster = new SimulatedCluster(1, config());
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.placesOf("second")).containsExactly("serv2");
        cluster.forgetLog();
        return cluster;
    }

    @Test
    void shouldLetARunningStepEndAndNotBeginTheNextWhenThePlanIsSuperseded() {
        SimulatedCluster cluster = running();
        cluster.slowDown("start", "first", "serv2", SECOND.multipliedBy(5));
        cluster.kill("second", "serv2", true);
        cluster.kill("first", "serv2", true);
        cluster.advance(SECOND);
        assertThat(cluster.log()).last().isEqualTo("stop first on serv2");

        // The start of the first one is under way, that of the second one waits; now the world changes.
        cluster.kill("other", "serv3", true);
        cluster.advance(SECOND.multipliedBy(2));
        assertThat(cluster.placesOf("other"))
                .as("what has nothing to do with the running step goes on")
                .containsExactly("serv3");

        cluster.advance(SECOND.multipliedBy(10));
        assertThat(cluster.log().stream().filter("start first on serv2"::equals))
                .as("the new plan counts with what is pending")
                .hasSize(1);
        assertThat(cluster.log().stream().filter("start second on serv2"::equals))
                .hasSize(1);
        assertThat(cluster.placesOf("second")).containsExactly("serv2");
    }

    @Test
    void shouldLetNothingRunAheadOfAPromotionThatIsStillUnderWay() {
        SimulatedCluster cluster = new SimulatedCluster(
                1,
                ClusterConfig.builder("office")
                        .nodes("serv1", "serv2")
                        .property("stonith-enabled", "false")
                        .resource(Clone.promotable(
                                "databases",
                                Primitive.of("database", "java")
                                        .operation(Operation.monitor(SECOND).role(Role.PROMOTED))))
                        .resource(Primitive.of("address", "java").monitor(SECOND))
                        .resource(Primitive.of("other", "java").monitor(SECOND))
                        .constraint(Colocation.with("address", "databases").primaryRole(Role.PROMOTED))
                        .constraint(Order.startAfterPromotion("address", "databases"))
                        .build());
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        cluster.slowDown("promote", "database", "serv1", SECOND.multipliedBy(5));
        cluster.setAttribute("database", "serv1", "master-database", "10");
        cluster.advance(SECOND);
        assertThat(cluster.promotedPlacesOf("database")).isEmpty();

        cluster.kill("other", cluster.placesOf("other").iterator().next(), true);
        cluster.advance(SECOND.multipliedBy(2));
        assertThat(cluster.placesOf("other")).hasSize(1);
        assertThat(cluster.promotedPlacesOf("database")).as("still under way").isEmpty();
        assertThat(cluster.placesOf("address")).isEmpty();
        assertThat(cluster.monitorsOf("database", "serv1"))
                .as("nobody looks whether it is Promoted before it is")
                .isEmpty();

        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.promotedPlacesOf("database")).containsExactly("serv1");
        assertThat(cluster.placesOf("address")).containsExactly("serv1");
        assertThat(cluster.log().stream().filter("promote database on serv1"::equals))
                .hasSize(1);
    }

    @Test
    void shouldNotBeginAWaitingStepThatNobodyWantsAnyMore() {
        SimulatedCluster cluster = running();
        cluster.slowDown("start", "first", "serv2", SECOND.multipliedBy(5));
        cluster.breakOperation("start", "first", "serv2", Outcome.failed("no disk"));
        cluster.kill("first", "serv2", true);
        cluster.advance(SECOND.multipliedBy(20));

        assertThat(cluster.placesOf("second")).containsExactly("serv1");
        assertThat(cluster.log()).doesNotContain("start second on serv2");
    }

    @Test
    void shouldMonitorWithoutAGapAndNeverTwiceAcrossAChangeOfTheController() {
        SimulatedCluster cluster = running();
        assertThat(cluster.sentenceOn("serv1")).as("serv1 is the controller").isNotEmpty();

        cluster.powerOff("serv1");
        cluster.advance(SECOND.multipliedBy(20));
        cluster.start("serv1");
        cluster.advance(SECOND.multipliedBy(10));
        cluster.powerOff("serv3");
        cluster.advance(SECOND.multipliedBy(20));

        List<Duration> times = cluster.monitorsOf("first", "serv2");
        assertThat(times).hasSizeGreaterThan(50);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i).minus(times.get(i - 1)))
                    .as("run %d", i)
                    .isBetween(Duration.ofMillis(1000), Duration.ofMillis(1050));
        }
        assertThat(cluster.log()).noneMatch(line -> line.contains("first") || line.contains("second"));
    }
}
