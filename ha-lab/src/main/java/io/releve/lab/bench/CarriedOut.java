package io.releve.lab.bench;

import io.releve.scheduler.Action;
import io.releve.scheduler.Transition;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state of a cluster after every operation of a transition has succeeded. */
final class CarriedOut {

    private final Map<String, Map<String, List<OperationResult>>> histories = new HashMap<>();
    private final Instant now;
    private int callId;

    private CarriedOut(Instant now) {
        this.now = now;
    }

    /**
     * Carries out.
     *
     * @throws IllegalStateException if the order of the transition is cyclic
     */
    static ClusterState of(ClusterState before, Transition transition, Instant now) {
        CarriedOut run = new CarriedOut(now);
        before.nodes().forEach((name, node) -> run.histories.put(name, copy(node.history())));
        run.inOrder(transition.actions());
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        before.nodes().forEach((name, node) -> nodes.put(name, run.after(node)));
        return new ClusterState(before.quorate(), before.controller(), nodes);
    }

    private static Map<String, List<OperationResult>> copy(Map<String, List<OperationResult>> history) {
        Map<String, List<OperationResult>> copy = new LinkedHashMap<>();
        history.forEach((resource, results) -> copy.put(resource, new ArrayList<>(results)));
        return copy;
    }

    private void inOrder(List<Action> actions) {
        int[] waiting = new int[actions.size()];
        List<List<Integer>> next = new ArrayList<>(actions.size());
        actions.forEach(action -> next.add(new ArrayList<>(1)));
        Deque<Action> ready = new ArrayDeque<>();
        for (Action action : actions) {
            waiting[action.id()] = action.after().size();
            action.after().forEach(before -> next.get(before).add(action.id()));
            if (action.after().isEmpty()) {
                ready.add(action);
            }
        }
        int done = 0;
        for (Action action = ready.poll(); action != null; action = ready.poll()) {
            done++;
            apply(action);
            for (int id : next.get(action.id())) {
                if (--waiting[id] == 0) {
                    ready.add(actions.get(id));
                }
            }
        }
        if (done < actions.size()) {
            throw new IllegalStateException((actions.size() - done) + " of " + actions.size()
                    + " actions wait for each other: the order of the transition is cyclic");
        }
    }

    private void apply(Action action) {
        switch (action.kind()) {
            case OPERATION, RECURRING -> record(action);
            case CANCEL -> resultsOf(action).removeIf(result -> result.key().equals(key(action)));
            default -> {}
        }
    }

    private void record(Action action) {
        OperationResult result = new OperationResult(
                action.resourceId(),
                action.operation(),
                action.interval(),
                ++callId,
                OperationResult.Status.DONE,
                action.expectedCode(),
                action.expectedCode(),
                now,
                Duration.ofMillis(10),
                "",
                "");
        List<OperationResult> results = resultsOf(action);
        results.removeIf(earlier -> earlier.key().equals(result.key()));
        results.add(result);
    }

    private List<OperationResult> resultsOf(Action action) {
        return histories
                .computeIfAbsent(action.node().orElseThrow(), name -> new LinkedHashMap<>())
                .computeIfAbsent(action.resourceId(), id -> new ArrayList<>(1));
    }

    private static String key(Action action) {
        return action.operation() + "_" + action.interval().toMillis();
    }

    private NodeState after(NodeState node) {
        return new NodeState(
                node.name(),
                node.membership(),
                node.standby(),
                node.maintenance(),
                node.shutdownRequested(),
                node.attributes(),
                histories.getOrDefault(node.name(), Map.of()),
                node.failCounts(),
                node.agents(),
                node.locks());
    }
}
