package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint.Order;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What nodes of our own record shows, later, that parameters have changed. */
class ParameterChangeTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final Primitive db =
            Primitive.of("db", "mysql").parameter("port", "3306").monitor(TEN);
    private final Primitive web =
            Primitive.of("web", "web").parameter("port", "80").monitor(TEN);
    private final Primitive mail =
            Primitive.of("mail", "mail").parameter("port", "25").monitor(TEN);

    private static ClusterConfig.Builder declare(Primitive db, Primitive web, Primitive mail) {
        return ClusterConfig.builder("c")
                .nodes("n1", "n2")
                .resource(db)
                .resource(web)
                .resource(mail)
                .constraint(Order.startAfter("web", "db"))
                .resourceDefault("resource-stickiness", "1");
    }

    private static SimulatedCluster settled(ClusterConfig.Builder config) {
        SimulatedCluster cluster = new SimulatedCluster(config.build()).online("n1", "n2");
        cluster.settle();
        return cluster;
    }

    @Test
    void shouldDoNothingWhereNothingHasChanged() {
        SimulatedCluster cluster = settled(declare(db, web, mail));
        assertThat(cluster.declare(declare(db, web, mail)).plan().isEmpty()).isTrue();
    }

    @Test
    void shouldRestartWhatHasChangedAndWhatDependsOnItAndNothingElse() {
        SimulatedCluster cluster = settled(declare(db, web, mail));
        cluster.declare(declare(db.parameter("port", "3307"), web, mail));
        assertThat(cluster.settle())
                .containsExactly(
                        "stop web on n2",
                        "stop db on n1",
                        "start db on n1",
                        "monitor every 10000 ms db on n1",
                        "start web on n2",
                        "monitor every 10000 ms web on n2");
    }

    @Test
    void shouldRestartForAParameterMoreOrLessAndForAnotherAgent() {
        for (Primitive other : List.of(
                mail.parameter("host", "a"),
                Primitive.of("mail", "mail").monitor(TEN),
                Primitive.of("mail", "other").parameter("port", "25").monitor(TEN))) {
            SimulatedCluster cluster = settled(declare(db, web, mail));
            cluster.declare(declare(db, web, other));
            assertThat(cluster.settle())
                    .containsExactly("stop mail on n1", "start mail on n1", "monitor every 10000 ms mail on n1");
        }
    }

    @Test
    void shouldReloadWhereOnlyReloadableParametersHaveChanged() {
        Primitive loose = mail.parameter("banner", "a").reloadableParameters("banner", "greeting");
        SimulatedCluster cluster = settled(declare(db, web, loose));
        cluster.declare(declare(db, web, loose.parameter("banner", "b")));
        assertThat(cluster.settle()).containsExactly("reload-agent mail on n1", "monitor every 10000 ms mail on n1");
        cluster.declare(declare(db, web, loose.parameter("banner", "c").parameter("greeting", "d")));
        assertThat(cluster.settle()).contains("reload-agent mail on n1").doesNotContain("stop mail on n1");
        cluster.declare(declare(db, web, loose.parameter("banner", "c").parameter("port", "26")));
        assertThat(cluster.settle()).contains("stop mail on n1").doesNotContain("reload-agent mail on n1");
    }

    @Test
    void shouldRestartWhereTheAgentCannotReload() {
        Primitive loose = mail.parameter("banner", "a").reloadableParameters("banner");
        SimulatedCluster cluster = settled(declare(db, web, loose)).without("reload-agent");
        cluster.declare(declare(db, web, loose.parameter("banner", "b")));
        assertThat(cluster.carryOut(cluster.plan())).contains("reload-agent mail on n1");
        assertThat(cluster.settle()).containsSubsequence("stop mail on n1", "start mail on n1");
    }

    @Test
    void shouldOnlyBeginAMonitorAnewWhoseTimeOutHasChanged() {
        Primitive plain =
                Primitive.of("mail", "mail").operation(Operation.monitor(TEN).timeout(Duration.ofSeconds(3)));
        SimulatedCluster cluster = settled(declare(db, web, plain));
        Primitive other =
                Primitive.of("mail", "mail").operation(Operation.monitor(TEN).timeout(Duration.ofSeconds(4)));
        cluster.declare(declare(db, web, other));
        assertThat(cluster.settle()).containsExactly("monitor every 10000 ms mail on n1");
    }

    @Test
    void shouldRestartAllInstancesOfAClone() {
        SimulatedCluster cluster =
                settled(ClusterConfig.builder("c").nodes("n1", "n2").resource(Clone.promotable("pair", db)));
        cluster.declare(ClusterConfig.builder("c")
                .nodes("n1", "n2")
                .resource(Clone.promotable("pair", db.parameter("port", "3307"))));
        assertThat(cluster.settle()).contains("stop db on n1", "stop db on n2", "start db on n1", "start db on n2");
    }

    @Test
    void shouldRestartOnlyWhereAParameterOfTheNodeHasChanged() {
        SimulatedCluster cluster = settled(byNode("4"));
        cluster.declare(byNode("5"));
        assertThat(cluster.settle())
                .containsExactly("stop db on n1", "start db on n1", "monitor every 10000 ms db on n1");
    }

    private ClusterConfig.Builder byNode(String threads) {
        Primitive tuned = new Primitive(
                "db",
                "mysql",
                List.of(
                        new AttributeSet(
                                "big",
                                Score.of(1),
                                Optional.of(Rule.attributeIs("size", "big")),
                                Map.of("threads", threads)),
                        AttributeSet.of(Map.of("threads", "1"))),
                List.of(),
                List.of(Operation.monitor(TEN)),
                List.of());
        return ClusterConfig.builder("c")
                .node(ClusterNode.of("n1").attribute("size", "big"))
                .nodes("n2")
                .resource(Clone.anonymous("pair", tuned));
    }

    @Test
    void shouldTryAgainWhereAStartFailedWithOtherParameters() {
        ClusterConfig.Builder one = ClusterConfig.builder("c").nodes("n1").resource(mail);
        SimulatedCluster cluster =
                new SimulatedCluster(one.build()).online("n1").without("start");
        cluster.carryOut(cluster.plan());
        cluster.failed("mail", "n1", "start", Duration.ZERO, Score.INFINITY).without("");
        cluster.settle();
        assertThat(cluster.placement()).containsExactly("mail Stopped -");
        cluster.declare(ClusterConfig.builder("c").nodes("n1").resource(mail.parameter("port", "26")));
        cluster.carryOut(cluster.plan());
        cluster.settle();
        assertThat(cluster.placement()).containsExactly("mail Started n1");
    }

    @Test
    void shouldNotTouchWhatWasRecordedWithoutADigest() {
        SimulatedCluster cluster = settled(declare(db, web, mail));
        cluster.node(World.with(
                cluster.node("n1"),
                false,
                false,
                Map.of(),
                withoutDigests(cluster.node("n1").history()),
                List.of()));
        cluster.declare(declare(db.parameter("port", "3307"), web, mail));
        assertThat(cluster.plan().isEmpty()).isTrue();
    }

    private static Map<String, List<io.releve.state.OperationResult>> withoutDigests(
            Map<String, List<io.releve.state.OperationResult>> history) {
        Map<String, List<io.releve.state.OperationResult>> plain = new java.util.LinkedHashMap<>();
        history.forEach((id, results) -> plain.put(
                id,
                results.stream()
                        .map(one -> new io.releve.state.OperationResult(
                                one.resourceId(),
                                one.operation(),
                                one.interval(),
                                one.callId(),
                                one.status(),
                                one.code(),
                                one.expectedCode(),
                                one.at(),
                                one.duration(),
                                "",
                                one.reason()))
                        .toList()));
        return plain;
    }
}
