package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Location;
import io.releve.model.OnFail;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What a failed operation leads to, from the agent through node, report, scheduler and plan back to the agents. The
 * scheduler's own tests say what it decides; these, that it comes to that.
 */
class OperationFailureTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Outcome BROKEN = Outcome.failed("it is broken");

    private static Primitive web(OnFail monitorFails) {
        return Primitive.of("web", "web").operation(Operation.monitor(SECOND).onFail(monitorFails));
    }

    private static ClusterConfig.Builder office(Primitive web) {
        return ClusterConfig.builder("office")
                .nodes("serv1", "serv2")
                .property("stonith-enabled", "false")
                .resource(web)
                .resource(Primitive.of("mail", "mail").monitor(SECOND))
                .constraint(Location.prefer("web", "serv1", 100))
                .constraint(Location.prefer("mail", "serv1", 100));
    }

    private static SimulatedCluster running(ClusterConfig config) {
        SimulatedCluster cluster = new SimulatedCluster(1, config);
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        cluster.forgetLog();
        return cluster;
    }

    // --- on-fail ---------------------------------------------------------------------------------------------------

    @Test
    void shouldRestartWhatFailsUnlessToldOtherwise() {
        SimulatedCluster cluster = running(office(web(OnFail.RESTART)).build());

        cluster.kill("web", "serv1", false);
        cluster.advance(SECOND.multipliedBy(2));

        assertThat(cluster.log()).containsExactly("stop web on serv1", "start web on serv1");
    }

    @Test
    void shouldDoNothingAboutAFailureThatIsToBeIgnored() {
        SimulatedCluster cluster = running(office(web(OnFail.IGNORE)).build());

        cluster.breakOperation("monitor", "web", "serv1", BROKEN);
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.log()).isEmpty();
        assertThat(cluster.placesOf("web")).containsExactly("serv1");
    }

    @Test
    void shouldTouchNothingOfWhatIsToBeBlocked() {
        SimulatedCluster cluster = running(office(web(OnFail.BLOCK)).build());

        cluster.breakOperation("monitor", "web", "serv1", BROKEN);
        cluster.advance(SECOND.multipliedBy(10));
        cluster.mend("monitor", "web", "serv1");
        cluster.advance(Duration.ofMinutes(20));

        assertThat(cluster.log()).isEmpty();
        assertThat(cluster.statusOn("serv1").failures()).isNotEmpty();
    }

    @Test
    void shouldKeepStoppedWhatIsToBeStopped() {
        SimulatedCluster cluster = running(office(web(OnFail.STOP)).build());

        cluster.breakOperation("monitor", "web", "serv1", BROKEN);
        cluster.advance(SECOND.multipliedBy(10));

        cluster.mend("monitor", "web", "serv1");
        cluster.advance(Duration.ofMinutes(20));

        assertThat(cluster.log()).containsExactly("stop web on serv1");
        assertThat(cluster.placesOf("web")).isEmpty();
        assertThat(cluster.placesOf("mail")).containsExactly("serv1");
    }

    @Test
    void shouldMoveAwayForGoodWhatIsToMigrate() {
        SimulatedCluster cluster = running(office(web(OnFail.MIGRATE)).build());

        cluster.breakOperation("monitor", "web", "serv1", BROKEN);
        cluster.advance(SECOND.multipliedBy(2));
        cluster.mend("monitor", "web", "serv1");
        cluster.advance(Duration.ofMinutes(20));

        assertThat(cluster.log()).doesNotContain("start web on serv1", "start mail on serv1");
        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.placesOf("mail")).containsExactly("serv1");
    }

    @Test
    void shouldMoveEverythingAwayWhenTheNodeIsToBeInStandby() {
        SimulatedCluster cluster = running(office(web(OnFail.STANDBY)).build());

        cluster.breakOperation("monitor", "web", "serv1", BROKEN);
        cluster.advance(SECOND.multipliedBy(2));
        cluster.mend("monitor", "web", "serv1");
        cluster.advance(Duration.ofMinutes(20));

        assertThat(cluster.log()).doesNotContain("start web on serv1", "start mail on serv1");
        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.placesOf("mail")).containsExactly("serv2");
    }

    @Test
    void shouldDemoteAndPromoteAgainInsteadOfARestart() {
        Primitive database = Primitive.of("web", "database")
                .operation(Operation.monitor(SECOND).role(Role.PROMOTED).onFail(OnFail.DEMOTE))
                .operation(Operation.monitor(SECOND.multipliedBy(2)));
        SimulatedCluster cluster = new SimulatedCluster(
                1,
                ClusterConfig.builder("office")
                        .nodes("serv1", "serv2")
                        .property("stonith-enabled", "false")
                        .resource(Clone.promotable("databases", database))
                        .constraint(Location.prefer("databases", "serv1", 100))
                        .build());
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        cluster.setAttribute("web", "serv1", "master-web", "10");
        cluster.setAttribute("web", "serv2", "master-web", "5");
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.log()).contains("promote web on serv1");
        cluster.forgetLog();

        cluster.breakOperation("monitor", "web", "serv1", new Outcome(Outcome.Code.FAILED_PROMOTED, "read-only"));
        cluster.advance(Duration.ofMillis(1100));
        cluster.mend("monitor", "web", "serv1");
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.log()).startsWith("demote web on serv1").doesNotContain("stop web on serv1");
        assertThat(cluster.log()).contains("promote web on serv1");
    }

    /** Promotions whose failure would be counted would end with every candidate stopped. */
    @Test
    void shouldNeitherStopNorCountWhatDeclinesToBePromoted() {
        Primitive database = Primitive.of("web", "database")
                .migrationThreshold(1)
                .operation(Operation.monitor(SECOND).role(Role.PROMOTED))
                .operation(Operation.monitor(SECOND.multipliedBy(2)));
        SimulatedCluster cluster = new SimulatedCluster(
                1,
                ClusterConfig.builder("office")
                        .nodes("serv1", "serv2")
                        .property("stonith-enabled", "false")
                        .resource(Clone.promotable("databases", database))
                        .build());
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));
        cluster.forgetLog();
        cluster.breakOperation(
                "promote", "web", "serv1", Outcome.declined("serv2 has to be asked, and does not answer"));
        cluster.setAttribute("web", "serv1", "master-web", "10");
        cluster.advance(Duration.ofMillis(100));

        assertThat(cluster.log()).as("asked again as long as its score stands").hasSizeGreaterThan(1);
        cluster.setAttribute("web", "serv1", "master-web", "-INFINITY");
        cluster.setAttribute("web", "serv2", "master-web", "5");
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.promotedPlacesOf("web")).containsExactly("serv2");
        assertThat(cluster.placesOf("web")).containsExactlyInAnyOrder("serv1", "serv2");
        assertThat(cluster.log())
                .doesNotContain("stop web on serv1", "start web on serv1")
                .contains("promote web on serv2");
        assertThat(cluster.statusOn("serv1").failures()).isEmpty();

        cluster.mend("promote", "web", "serv1");
        cluster.setAttribute("web", "serv1", "master-web", "20");
        cluster.advance(SECOND.multipliedBy(5));
        assertThat(cluster.promotedPlacesOf("web")).containsExactly("serv1");
    }

    // --- thresholds and time ---------------------------------------------------------------------------------------

    @Test
    void shouldMoveWhatFailsTooOften() {
        SimulatedCluster cluster = running(
                office(web(OnFail.RESTART).meta("migration-threshold", "3")).build());

        for (int i = 0; i < 2; i++) {
            cluster.kill("web", "serv1", true);
            cluster.advance(SECOND);
            assertThat(cluster.placesOf("web")).as("failure %d", i + 1).containsExactly("serv1");
        }
        cluster.kill("web", "serv1", true);
        cluster.advance(SECOND);

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        cluster.advance(Duration.ofHours(1));
        assertThat(cluster.placesOf("web"))
                .as("without a failure-timeout a failure is not forgotten")
                .containsExactly("serv2");
    }

    @Test
    void shouldReturnWhenTheFailureIsForgotten() {
        SimulatedCluster cluster = running(
                office(web(OnFail.RESTART).meta("migration-threshold", "1").meta("failure-timeout", "60s"))
                        .build());

        cluster.kill("web", "serv1", true);
        cluster.advance(SECOND.multipliedBy(30));
        assertThat(cluster.placesOf("web")).containsExactly("serv2");

        cluster.advance(SECOND.multipliedBy(35));

        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.statusOn("serv1").failures()).isEmpty();
    }

    @Test
    void shouldTryToStartOnceMoreWhereAFailedStartIsNotFatal() {
        SimulatedCluster cluster = new SimulatedCluster(
                1,
                office(web(OnFail.RESTART).meta("migration-threshold", "2"))
                        .property("start-failure-is-fatal", "false")
                        .build());
        cluster.breakOperation("start", "web", "serv1", BROKEN);
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(10));

        assertThat(cluster.log().stream().filter("start web on serv1"::equals)).hasSize(2);
        assertThat(cluster.placesOf("web")).containsExactly("serv2");
    }

    @Test
    void shouldTryAgainWhenAFailedStartIsForgotten() {
        SimulatedCluster cluster = new SimulatedCluster(
                1,
                ClusterConfig.builder("office")
                        .nodes("serv1")
                        .property("stonith-enabled", "false")
                        .resource(web(OnFail.RESTART).meta("failure-timeout", "60s"))
                        .build());
        cluster.breakOperation("start", "web", "serv1", BROKEN);
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(30));
        assertThat(cluster.placesOf("web")).isEmpty();

        cluster.mend("start", "web", "serv1");
        cluster.advance(SECOND.multipliedBy(60));

        assertThat(cluster.placesOf("web")).containsExactly("serv1");
    }

    @Test
    void shouldStartElsewhereAtOnceWhatIsNotInstalledHere() {
        SimulatedCluster cluster =
                new SimulatedCluster(1, office(web(OnFail.RESTART)).build());
        cluster.breakOperation("monitor", "web", "serv1", Outcome.notInstalled("there is no systemd"));
        cluster.startAll();
        cluster.advance(SECOND.multipliedBy(5));

        assertThat(cluster.placesOf("web")).containsExactly("serv2");
        assertThat(cluster.log()).doesNotContain("start web on serv1");
    }

    // --- stops -----------------------------------------------------------------------------------------------------

    @Test
    void shouldStartNowhereElseWhatCouldNotBeStopped() {
        SimulatedCluster cluster = running(office(web(OnFail.RESTART)).build());

        cluster.breakOperation("stop", "web", "serv1", Outcome.failed("it does not end"));
        cluster.breakOperation("monitor", "web", "serv1", BROKEN);
        cluster.advance(Duration.ofMinutes(30));

        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.log()).containsExactly("stop web on serv1");
        assertThat(cluster.statusOn("serv2").toString()).contains("it does not end");
    }

    @Test
    void shouldCallAStopFailedThatHangs() {
        SimulatedCluster cluster = running(office(web(OnFail.RESTART)).build());

        cluster.slowDown("stop", "web", "serv1", Duration.ofHours(1));
        cluster.breakOperation("monitor", "web", "serv1", BROKEN);
        cluster.advance(SECOND.multipliedBy(40));

        assertThat(cluster.placesOf("web")).containsExactly("serv1");
        assertThat(cluster.statusOn("serv2").toString()).contains("time-out of 20000 ms");
        assertThat(cluster.placesOf("mail")).as("others are not concerned").containsExactly("serv1");
    }
}
