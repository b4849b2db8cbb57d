package io.releve.scheduler;

import io.releve.model.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what was decided as a transition that nodes can carry out. */
final class TransitionWriter {

    private final Decision decision;
    private final Cluster cluster;
    private final Map<String, Map<String, String>> metaByOperation = new HashMap<>();

    TransitionWriter(Decision decision) {
        this.decision = decision;
        this.cluster = decision.cluster;
    }

    Transition write() {
        List<Act> acts = new ArrayList<>();
        Set<Act> needed = new HashSet<>();
        for (Act act : decision.graph.acts()) {
            if (!act.pseudo && act.task != Task.SHUTDOWN) {
                needed.add(act);
            }
        }
        if (needed.isEmpty()) {
            return transition(List.of());
        }
        int[] ids = new int[decision.acts.all.size()];
        for (Act act : decision.graph.acts()) {
            if (needed.contains(act) || stands(act)) {
                ids[act.index] = acts.size();
                acts.add(act);
            }
        }
        List<Action> actions = new ArrayList<>(acts.size());
        for (Act act : acts) {
            actions.add(action(act, ids[act.index], after(act, ids)));
        }
        return transition(actions);
    }

    /** Whether a barrier is one: it has something before it and something after it. */
    private static boolean stands(Act act) {
        return act.pseudo
                && act.before.stream().anyMatch(Graph::counts)
                && act.after.stream().anyMatch(Graph::counts);
    }

    private static List<Integer> after(Act act, int[] ids) {
        List<Integer> after = new ArrayList<>(act.before.size());
        for (Act.Edge edge : act.before) {
            if (Graph.counts(edge) && edge.first.task != Task.SHUTDOWN && (!edge.first.pseudo || stands(edge.first))) {
                Integer id = ids[edge.first.index];
                if (!after.contains(id)) {
                    after.add(id);
                }
            }
        }
        return after;
    }

    private Transition transition(List<Action> actions) {
        List<Transition.Reason> reasons = new ArrayList<>(cluster.reasons.all());
        for (Act act : decision.acts.all) {
            if (act.required && !act.runnable && act.unit instanceof PrimitiveUnit unit && !act.why.isEmpty()) {
                reasons.add(new Transition.Reason(
                        unit.publicId(),
                        act.node == null ? Optional.empty() : Optional.of(act.node.name),
                        0,
                        "blocked",
                        act.task + " cannot be carried out: " + act.why));
            }
        }
        return new Transition(actions, decision.placement(), reasons, cluster.recheck.earliest());
    }

    private Action action(Act act, int id, List<Integer> after) {
        if (act.pseudo) {
            return new Action(
                    id,
                    Action.Kind.BARRIER,
                    act.task.toString(),
                    act.unit == null ? "" : act.unit.id,
                    Optional.empty(),
                    Duration.ZERO,
                    Duration.ZERO,
                    0,
                    Map.of(),
                    Map.of(),
                    after);
        }
        Node node = act.node;
        String operation = act.task == Task.FENCE ? cluster.options.fencingAction() : act.task.toString();
        if (!(act.unit instanceof PrimitiveUnit unit) || node == null) {
            return new Action(
                    id,
                    kind(act),
                    operation,
                    "",
                    Optional.ofNullable(node).map(one -> one.name),
                    Duration.ZERO,
                    Operation.DEFAULT_TIMEOUT,
                    0,
                    Map.of(),
                    act.why.isEmpty() ? Map.of() : Map.of("reason", act.why),
                    after);
        }
        String name = act.task == Task.CANCEL ? "monitor" : operation;
        return new Action(
                id,
                kind(act),
                name,
                unit.publicId(),
                Optional.of(node.name),
                Duration.ofMillis(act.intervalMillis),
                cluster.operations.of(unit.primitive, name, act.intervalMillis).timeout(),
                act.expectedCode,
                parameters(act, unit, node, name),
                meta(act, unit, name),
                after);
    }

    private static Action.Kind kind(Act act) {
        return switch (act.task) {
            case FENCE -> Action.Kind.FENCE;
            case CANCEL -> Action.Kind.CANCEL;
            case CLEAR_FAILURES, DELETE -> Action.Kind.CLEAR_FAILURES;
            default -> act.isRecurring() ? Action.Kind.RECURRING : Action.Kind.OPERATION;
        };
    }

    private Map<String, String> parameters(Act act, PrimitiveUnit unit, Node node, String name) {
        Map<String, String> all = Changes.parameters(cluster, unit, node, name, act.intervalMillis);
        if (!act.isRecurring()) {
            return all;
        }
        Map<String, String> plain = new HashMap<>(all);
        plain.remove("CRM_meta_timeout");
        return plain;
    }

    private Map<String, String> meta(Act act, PrimitiveUnit unit, String name) {
        Map<String, String> plain =
                metaByOperation.computeIfAbsent(unit.primitive.id() + "\n" + name + "\n" + act.intervalMillis, key -> {
                    Operations.Settings settings = cluster.operations.of(unit.primitive, name, act.intervalMillis);
                    Map<String, String> meta = new HashMap<>(settings.meta());
                    meta.remove("timeout");
                    meta.put("on-fail", settings.onFail().toString());
                    meta.put("agent", unit.primitive.agent());
                    if (name.equals("start")) {
                        meta.put("start-failure-is-fatal", Boolean.toString(cluster.options.startFailureIsFatal()));
                    }
                    return Map.copyOf(meta);
                });
        if (act.task != Task.MIGRATE_TO && act.task != Task.MIGRATE_FROM) {
            return plain;
        }
        Map<String, String> meta = new HashMap<>(plain);
        put(meta, "migrate-source", unit.currentNode());
        put(meta, "migrate-target", unit.assigned);
        return meta;
    }

    private static void put(Map<String, String> meta, String name, @Nullable Node node) {
        if (node != null) {
            meta.put(name, node.name);
        }
    }
}
