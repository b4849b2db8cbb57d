package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Constraint.OrderAfterAny;
import io.releve.model.Constraint.Ticket;
import io.releve.model.FencingLevel;
import io.releve.model.Primitive;
import io.releve.model.Role;
import io.releve.model.Rule;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One test for each concept beyond the everyday, on configurations of our own. */
class SchedulingConceptsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final Primitive a = Primitive.of("a", "x");
    private final Primitive b = Primitive.of("b", "x");
    private final Primitive c = Primitive.of("c", "x");

    private static ClusterConfig.Builder three() {
        return ClusterConfig.builder("c").nodes("n1", "n2", "n3");
    }

    private static SimulatedCluster on(ClusterConfig.Builder config) {
        return new SimulatedCluster(config.build()).online("n1", "n2", "n3");
    }

    private static SimulatedCluster settled(ClusterConfig.Builder config) {
        SimulatedCluster cluster = on(config);
        cluster.settle();
        return cluster;
    }

    @Test
    void shouldPromoteTheInstanceWithTheGreatestScoreAndMoveTheRoleWhenItsNodeIsLost() {
        SimulatedCluster cluster = on(three().resource(Clone.promotable("db", a)))
                .attribute("n1", "master-a", "5")
                .attribute("n2", "master-a", "10")
                .attribute("n3", "master-a", "7");
        assertThat(cluster.settle()).containsSubsequence("start a on n2", "promote a on n2");
        assertThat(cluster.placement()).containsExactly("a Promoted n2", "a Unpromoted n1", "a Unpromoted n3");
        cluster.lost("n2");
        assertThat(cluster.settle()).containsExactly("promote a on n3");
    }

    @Test
    void shouldDemoteBeforeItPromotesElsewhere() {
        SimulatedCluster cluster = on(three().resource(Clone.promotable("db", a)))
                .attribute("n1", "master-a", "5")
                .attribute("n2", "master-a", "10");
        cluster.settle();
        cluster.attribute("n1", "master-a", "100");
        assertThat(cluster.settle()).containsExactly("demote a on n2", "promote a on n1");
    }

    @Test
    void shouldKeepSeparateWhatMustBeApart() {
        SimulatedCluster cluster = settled(three().resource(a)
                .resource(b)
                .resource(c)
                .constraint(Colocation.apart("b", "a"))
                .constraint(Colocation.apart("c", "a"))
                .constraint(Colocation.apart("c", "b")));
        assertThat(cluster.placement()).containsExactly("a Started n1", "b Started n2", "c Started n3");
    }

    @Test
    void shouldMultiplyPreferencesThroughAChainOfColocations() {
        SimulatedCluster cluster = settled(three().resource(a)
                .resource(b)
                .resource(c)
                .constraint(Colocation.with("a", "b"))
                .constraint(Colocation.of("c", "a", Score.of(500_000)))
                .constraint(Location.prefer("b", "n1", 50))
                .constraint(Location.prefer("a", "n2", 2000))
                .constraint(Location.prefer("c", "n3", 1000)));
        assertThat(cluster.placement()).containsExactly("a Started n2", "b Started n2", "c Started n2");
    }

    @Test
    void shouldStartAfterOneOfSeveral() {
        SimulatedCluster cluster = on(three().resource(a.meta("target-role", "Stopped"))
                .resource(b)
                .resource(c)
                .constraint(OrderAfterAny.startAfterOneOf("c", "a", "b")));
        assertThat(cluster.settle()).containsSubsequence("start b on n1", "start c on n2");
    }

    @Test
    void shouldNotStartAfterSomethingThatCannotStart() {
        SimulatedCluster cluster = on(
                three().resource(a.meta("target-role", "Stopped")).resource(b).constraint(Order.startAfter("b", "a")));
        assertThat(cluster.settle()).noneMatch(action -> action.startsWith("start"));
        assertThat(cluster.plan().explain("b"))
                .anyMatch(reason ->
                        reason.source().equals("blocked") && reason.text().contains("start of a"));
    }

    @Test
    void shouldGoOnAsLongAsEnoughInstancesRun() {
        SimulatedCluster cluster =
                settled(three().resource(Clone.anonymous("first", a).meta("clone-min", "2"))
                        .resource(b)
                        .constraint(Order.startAfter("b", "first"))
                        .constraint(Location.prefer("b", "n3", 100)));
        assertThat(cluster.standby("n1", true).settle()).containsExactly("stop a on n1");
        assertThat(cluster.standby("n2", true).settle())
                .containsExactlyInAnyOrder("stop b on n3", "stop a on n2")
                .containsSubsequence("stop b on n3", "stop a on n2");
        assertThat(cluster.standby("n1", false).settle()).containsSubsequence("start a on n1", "start b on n3");
    }

    @Test
    void shouldWaitForANodeThatLeftInGoodOrderWhereShutdownsLock() {
        SimulatedCluster cluster = settled(
                three().resource(a).constraint(Location.prefer("a", "n2", 10)).property("shutdown-lock", "true"));
        Transition transition = cluster.leaving("n2").plan();
        assertThat(cluster.carryOut(transition)).containsExactly("stop a on n2");
    }

    @Test
    void shouldSayOfWhatRunsNowhereWhatKeepsItFromRunning() {
        SimulatedCluster cluster = on(three().resource(a).constraint(Location.avoid("a", "n1")))
                .lost("n2")
                .standby("n3", true);
        assertThat(cluster.plan().explain("a"))
                .filteredOn(reason -> reason.source().equals("stopped"))
                .extracting(Transition.Reason::text)
                .containsExactly(
                        "it cannot run on n1: its score there is -INFINITY",
                        "it cannot run on n2: the node is offline",
                        "it cannot run on n3: the node is on standby");
    }

    @Test
    void shouldLetInstancesOfInterleavedClonesWaitOnlyForTheirPartner() {
        Clone first = Clone.anonymous("first", a.monitor(Duration.ofSeconds(10)));
        Clone second = Clone.anonymous("second", b).interleave(true);
        SimulatedCluster cluster = settled(three().resource(first)
                .resource(second)
                .constraint(Order.startAfter("second", "first"))
                .constraint(Colocation.with("second", "first")));
        cluster.monitorFails("a", "n2", Duration.ofSeconds(10));
        assertThat(cluster.settle())
                .startsWith("stop b on n2", "stop a on n2", "start a on n2")
                .contains("start b on n2")
                .noneMatch(action -> action.contains("n1") || action.contains("n3"));
    }

    @Test
    void shouldMigrateLiveWhereTheAgentCan() {
        ClusterConfig.Builder config = three().resource(a.meta("allow-migrate", "true"));
        SimulatedCluster cluster = settled(config);
        cluster.standby("n1", true);
        List<String> done = cluster.carryOut(cluster.plan());
        assertThat(done).containsExactly("migrate_to a on n1", "migrate_from a on n2", "stop a on n1");
        Action from =
                Scheduler.plan(
                                config.build(),
                                settled(config).standby("n1", true).state(),
                                NOW)
                        .actions()
                        .stream()
                        .filter(action -> action.operation().equals("migrate_from"))
                        .findFirst()
                        .orElseThrow();
        assertThat(from.meta()).containsEntry("migrate-source", "n1").containsEntry("migrate-target", "n2");
    }

    @Test
    void shouldNotPutMoreOnANodeThanItHolds() {
        ClusterConfig.Builder config = ClusterConfig.builder("c").property("placement-strategy", "balanced");
        for (int i = 1; i <= 3; i++) {
            config.node(new ClusterNode("n" + i, List.of(), List.of(AttributeSet.of(Map.of("memory", "4")))));
        }
        for (String id : List.of("a", "b", "c", "d")) {
            config.resource(new Primitive(
                    id, "x", List.of(), List.of(), List.of(), List.of(AttributeSet.of(Map.of("memory", "3")))));
        }
        assertThat(settled(config).placement())
                .containsExactly("a Started n1", "b Started n2", "c Started n3", "d Stopped -");
    }

    @Test
    void shouldRunOnlyWithATicket() {
        ClusterConfig config = three().resource(a)
                .constraint(new Ticket("t", "a", Optional.empty(), "site", Ticket.LossPolicy.STOP))
                .build();
        Map<String, NodeState> nodes = Map.of("n1", NodeState.online("n1"));
        ClusterState without = new ClusterState(true, "n1", nodes);
        ClusterState with =
                new ClusterState(true, "n1", nodes, Map.of("site", new ClusterState.TicketState(true, false)));
        assertThat(placement(config, without)).containsExactly("a Stopped -");
        assertThat(placement(config, with)).containsExactly("a Started n1");
    }

    private static List<String> placement(ClusterConfig config, ClusterState state) {
        return Scheduler.plan(config, state, NOW).placement().stream()
                .map(placed -> placed.resourceId() + " " + placed.role() + " "
                        + placed.node().orElse("-"))
                .toList();
    }

    @Test
    void shouldFollowTheCalendarAndSayWhenItWillChangeItsMind() {
        Instant evening = Instant.parse("2026-01-01T18:00:00Z");
        ClusterConfig config = three().resource(a)
                .constraint(Location.where("a", new Rule.Before(evening), Score.MINUS_INFINITY))
                .build();
        ClusterState state = new ClusterState(true, "n1", Map.of("n1", NodeState.online("n1")));
        Transition transition = Scheduler.plan(config, state, NOW);
        assertThat(transition.recheckAt()).contains(evening);
        assertThat(placement(config, state)).containsExactly("a Stopped -");
        assertThat(Scheduler.plan(config, state, evening).placement().get(0).role())
                .isEqualTo(Role.STARTED);
    }

    @Test
    void shouldStopOtherCopiesBeforeItStartsWhatRunsTwice() {
        SimulatedCluster cluster = settled(three().resource(a));
        cluster.node(withHistory("n2", started("a")));
        assertThat(cluster.settle()).containsExactly("stop a on n1", "stop a on n2", "start a on n1");
    }

    @Test
    void shouldBlockWhatCannotBeStoppedAndLeaveTheRestAlone() {
        SimulatedCluster cluster = settled(three().resource(a).resource(b));
        cluster.node(withHistory("n1", started("a"), failed("a", "stop")));
        Transition transition = cluster.plan();
        assertThat(transition.actions())
                .noneMatch(action -> action.resourceId().equals("a")
                        && action.kind() == Action.Kind.OPERATION
                        && !action.operation().equals("monitor"));
        assertThat(transition.actions()).noneMatch(action -> action.kind() == Action.Kind.FENCE);
    }

    @Test
    void shouldFenceALostNodeBeforeAnybodyTakesOverWhereFencingIsDeclared() {
        ClusterConfig config =
                three().resource(a).property("stonith-enabled", "true").build();
        ClusterState state = new ClusterState(
                true,
                "n2",
                Map.of(
                        "n1", lostWith(started("a")),
                        "n2", withHistory("n2", probed("a")),
                        "n3", withHistory("n3", probed("a"))));
        Transition transition = Scheduler.plan(config, state, NOW);
        Action fence = one(transition, "reboot");
        Action start = one(transition, "start");
        assertThat(fence.kind()).isEqualTo(Action.Kind.FENCE);
        assertThat(fence.node()).contains("n1");
        assertThat(start.node()).contains("n2");
        assertThat(start.after()).contains(fence.id());
    }

    @Test
    void shouldStopEverythingWithoutQuorumUnlessToldToGoOn() {
        NodeState node = withHistory("n1", started("a"));
        ClusterState alone = new ClusterState(false, "n1", Map.of("n1", node));
        assertThat(Scheduler.plan(three().resource(a).build(), alone, NOW).actions())
                .extracting(Action::toString)
                .contains("stop a on n1");
        ClusterConfig careless =
                three().resource(a).property("no-quorum-policy", "ignore").build();
        assertThat(Scheduler.plan(careless, alone, NOW).actions())
                .extracting(Action::toString)
                .doesNotContain("stop a on n1");
    }

    @Test
    void shouldOnlyDemoteWithoutQuorumWhereThatIsThePolicy() {
        ClusterConfig config = three().resource(Clone.promotable("db", a))
                .resource(b)
                .property("no-quorum-policy", "demote")
                .build();
        NodeState node = new NodeState(
                "n1",
                NodeState.Membership.ONLINE,
                false,
                false,
                false,
                Map.of("master-a", "10"),
                Map.of(
                        "a", List.of(started("a"), result("a", "promote", Status.DONE, 0, 0, 2)),
                        "b", List.of(started("b"))),
                List.of());
        ClusterState alone = new ClusterState(false, "n1", Map.of("n1", node));
        assertThat(Scheduler.plan(config, alone, NOW).actions())
                .filteredOn(action -> action.kind() == Action.Kind.OPERATION)
                .extracting(Action::toString)
                .containsExactlyInAnyOrder("demote a on n1", "stop b on n1");
    }

    private static Action one(Transition transition, String operation) {
        return transition.actions().stream()
                .filter(action -> action.operation().equals(operation))
                .findFirst()
                .orElseThrow();
    }

    private static NodeState lostWith(OperationResult... results) {
        NodeState state = withHistory("n1", results);
        return new NodeState(
                "n1",
                NodeState.Membership.UNCLEAN,
                false,
                false,
                false,
                state.attributes(),
                state.history(),
                state.failCounts());
    }

    private static NodeState withHistory(String node, OperationResult... results) {
        return new NodeState(
                node,
                NodeState.Membership.ONLINE,
                false,
                false,
                false,
                Map.of(),
                Map.of(results[0].resourceId(), List.of(results)),
                List.of());
    }

    private static OperationResult started(String id) {
        return result(id, "start", Status.DONE, 0, 0, 1);
    }

    private static OperationResult probed(String id) {
        return result(id, "monitor", Status.DONE, 7, 7, 1);
    }

    private static OperationResult failed(String id, String operation) {
        return result(id, operation, Status.ERROR, 1, 0, 2);
    }

    private static OperationResult result(
            String id, String operation, Status status, int code, int expected, int call) {
        return new OperationResult(
                id, operation, Duration.ZERO, call, status, code, expected, NOW, Duration.ZERO, "", "");
    }

    @Test
    void shouldTellWithAFenceByWhichLevelsItIsDone() {
        SimulatedCluster cluster = settled(three().resource(a)
                .property("stonith-enabled", "true")
                .fencingLevel(FencingLevel.of("n1", 2, "pdu1", "pdu2"))
                .fencingLevel(FencingLevel.of("n1", 1, "ipmi")));
        cluster.node(
                new NodeState("n1", NodeState.Membership.UNCLEAN, false, false, false, Map.of(), Map.of(), List.of()));
        assertThat(cluster.plan().actions())
                .filteredOn(action -> action.kind() == Action.Kind.FENCE)
                .singleElement()
                .satisfies(fence -> assertThat(fence.fencing())
                        .containsExactly(FencingLevel.of("n1", 1, "ipmi"), FencingLevel.of("n1", 2, "pdu1", "pdu2")));
    }
}
