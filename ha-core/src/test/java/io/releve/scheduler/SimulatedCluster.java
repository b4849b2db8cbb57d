package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Carries transitions out as nodes would, on a state in memory, so that tests can look at what comes of them. */
final class SimulatedCluster {

    private ClusterConfig config;
    private final Map<String, NodeState> nodes = new LinkedHashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int callId;
    private String unsupported = "";

    SimulatedCluster(ClusterConfig config) {
        this.config = config;
    }

    SimulatedCluster online(String... names) {
        for (String name : names) {
            nodes.put(name, NodeState.online(name));
        }
        return this;
    }

    SimulatedCluster lost(String name) {
        nodes.put(name, NodeState.offline(name));
        return this;
    }

    SimulatedCluster node(NodeState state) {
        nodes.put(state.name(), state);
        return this;
    }

    NodeState node(String name) {
        return nodes.get(name);
    }

    SimulatedCluster attribute(String node, String name, String value) {
        NodeState old = nodes.get(node);
        Map<String, String> attributes = new LinkedHashMap<>(old.attributes());
        attributes.put(name, value);
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        old.standby(),
                        old.maintenance(),
                        old.shutdownRequested(),
                        attributes,
                        old.history(),
                        old.failCounts()));
        return this;
    }

    SimulatedCluster standby(String node, boolean standby) {
        NodeState old = nodes.get(node);
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        standby,
                        old.maintenance(),
                        old.shutdownRequested(),
                        old.attributes(),
                        old.history(),
                        old.failCounts()));
        return this;
    }

    /** Lost, and what it ran may still run there. */
    SimulatedCluster unclean(String node) {
        NodeState old = nodes.get(node);
        nodes.put(
                node,
                new NodeState(
                        node,
                        NodeState.Membership.UNCLEAN,
                        old.standby(),
                        old.maintenance(),
                        old.shutdownRequested(),
                        old.attributes(),
                        old.history(),
                        old.failCounts()));
        return this;
    }

    SimulatedCluster leaving(String node) {
        NodeState old = nodes.get(node);
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        old.standby(),
                        old.maintenance(),
                        true,
                        old.attributes(),
                        old.history(),
                        old.failCounts()));
        return this;
    }

    /** Another configuration is declared. */
    SimulatedCluster declare(ClusterConfig.Builder other) {
        config = other.build();
        return this;
    }

    /** Agents do not know an operation. */
    SimulatedCluster without(String operation) {
        unsupported = operation;
        return this;
    }

    /** Time passes. */
    SimulatedCluster later(Duration time) {
        now = now.plus(time);
        return this;
    }

    Instant now() {
        return now;
    }

    /** The recurring monitor of a resource finds that it has stopped. */
    SimulatedCluster monitorFails(String resource, String node, Duration interval) {
        record(node, result(resource, "monitor", interval, 7, 0));
        return failed(resource, node, "monitor", interval, Score.of(1));
    }

    SimulatedCluster failed(String resource, String node, String operation, Duration interval, Score count) {
        NodeState old = nodes.get(node);
        List<FailCount> counts = new ArrayList<>(old.failCounts());
        counts.add(new FailCount(resource, operation, interval.toMillis(), count, now));
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        old.standby(),
                        old.maintenance(),
                        old.shutdownRequested(),
                        old.attributes(),
                        old.history(),
                        counts));
        return this;
    }

    SimulatedCluster startFails(String resource, String node) {
        record(node, result(resource, "start", Duration.ZERO, 1, 0));
        return failed(resource, node, "start", Duration.ZERO, Score.INFINITY);
    }

    private OperationResult result(String resource, String operation, Duration interval, int code, int expected) {
        return new OperationResult(
                resource,
                operation,
                interval,
                ++callId,
                OperationResult.Status.DONE,
                code,
                expected,
                now,
                Duration.ofMillis(10),
                "",
                "");
    }

    ClusterState state() {
        String controller = nodes.values().stream()
                .filter(node -> node.membership() == NodeState.Membership.ONLINE)
                .map(NodeState::name)
                .findFirst()
                .orElse("");
        return new ClusterState(true, controller, nodes);
    }

    Transition plan() {
        return Scheduler.plan(config, state(), now);
    }

    /** Plans, and carries everything out with success; the operations in the order in which they were done. */
    List<String> settle() {
        Transition transition = plan();
        List<String> done = carryOut(transition);
        Transition again = plan();
        if (!again.isEmpty()) {
            throw new AssertionError("after " + done + " there is still something to do: " + again.actions());
        }
        return done;
    }

    List<String> carryOut(Transition transition) {
        List<String> log = new ArrayList<>();
        Set<Integer> done = new HashSet<>();
        List<Action> left = new ArrayList<>(transition.actions());
        while (!left.isEmpty()) {
            Action next = left.stream()
                    .filter(action -> done.containsAll(action.after()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the graph is cyclic: " + left));
            left.remove(next);
            done.add(next.id());
            apply(next);
            if (next.kind() != Action.Kind.BARRIER) {
                log.add(next.toString());
            }
        }
        return log;
    }

    private void apply(Action action) {
        String node = action.node().orElse("");
        switch (action.kind()) {
            case OPERATION, RECURRING ->
                record(
                        node,
                        new OperationResult(
                                action.resourceId(),
                                action.operation(),
                                action.interval(),
                                ++callId,
                                OperationResult.Status.DONE,
                                action.operation().equals(unsupported) ? 3 : action.expectedCode(),
                                action.expectedCode(),
                                now,
                                Duration.ofMillis(10),
                                action.meta().getOrDefault("digest", ""),
                                ""));
            case CANCEL -> forget(node, action);
            case FENCE -> nodes.put(node, NodeState.offline(node));
            case CLEAR_FAILURES -> {
                NodeState old = nodes.get(node);
                Map<String, List<OperationResult>> history = new LinkedHashMap<>(old.history());
                history.computeIfPresent(
                        action.resourceId(),
                        (id, results) -> results.stream()
                                .filter(result -> result.code() == result.expectedCode())
                                .toList());
                nodes.put(
                        node,
                        new NodeState(
                                node,
                                old.membership(),
                                old.standby(),
                                old.maintenance(),
                                old.shutdownRequested(),
                                old.attributes(),
                                history,
                                old.failCounts().stream()
                                        .filter(count -> !count.resourceId().equals(action.resourceId()))
                                        .toList()));
            }
            case NOTIFY, BARRIER -> {}
        }
    }

    private void forget(String node, Action action) {
        NodeState old = nodes.get(node);
        Map<String, List<OperationResult>> history = new LinkedHashMap<>(old.history());
        history.computeIfPresent(
                action.resourceId(),
                (id, results) -> results.stream()
                        .filter(result -> !result.operation().equals("monitor")
                                || !result.interval().equals(action.interval()))
                        .toList());
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        old.standby(),
                        old.maintenance(),
                        old.shutdownRequested(),
                        old.attributes(),
                        history,
                        old.failCounts()));
    }

    private void record(String node, OperationResult result) {
        NodeState old = nodes.get(node);
        Map<String, List<OperationResult>> history = new LinkedHashMap<>(old.history());
        List<OperationResult> results = new ArrayList<>(history.getOrDefault(result.resourceId(), List.of()));
        results.removeIf(earlier -> earlier.key().equals(result.key()));
        results.add(result);
        history.put(result.resourceId(), results);
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        old.standby(),
                        old.maintenance(),
                        old.shutdownRequested(),
                        old.attributes(),
                        history,
                        old.failCounts()));
    }

    /** Where things are, as {@code resource role node}, sorted. */
    List<String> placement() {
        return plan().placement().stream()
                .map(placed -> placed.resourceId() + " " + placed.role() + " "
                        + placed.node().orElse("-"))
                .sorted()
                .toList();
    }
}
