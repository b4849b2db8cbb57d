package io.releve.scheduler;

import io.releve.model.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes what was decided as a transition that nodes can carry out. */
final class TransitionWriter {

    private final Decision decision;
    private final Cluster cluster;
    private final PlannedActions.Batches probes = new PlannedActions.Batches();
    private final Map<Act, List<Integer>> numbers = new HashMap<>();
    private @Nullable Common last;

    TransitionWriter(Decision decision) {
        this.decision = decision;
        this.cluster = decision.cluster;
    }

    Transition write() {
        writeProbes();
        List<Act> acts = new ArrayList<>();
        boolean any = probes.size() > 0;
        int[] ids = new int[decision.acts.all.size()];
        Arrays.fill(ids, -1);
        for (Act act : decision.graph.acts()) {
            if (act.task != Task.SHUTDOWN && (!act.pseudo || stands(act))) {
                any |= !act.pseudo && act.task != Task.NOTIFY;
                ids[act.index] = acts.size();
                acts.add(act);
            }
        }
        if (!any) {
            return transition(List.of());
        }
        List<Action> actions = new ArrayList<>(acts.size());
        int[] seen = new int[acts.size()];
        for (Act act : acts) {
            actions.add(action(act, probes.size() + actions.size(), after(act, ids, seen)));
        }
        return transition(probes.size() == 0 ? actions : new PlannedActions(probes.all(), actions));
    }

    /** The probes that are no actions of their own come first: they wait for nothing. */
    private void writeProbes() {
        Map<BitSet, List<Optional<String>>> names = new HashMap<>();
        for (Act probed : decision.graph.acts()) {
            int first = probes.size();
            for (Probing probing : probed.probings) {
                PrimitiveUnit unit = probing.unit();
                String name = Task.MONITOR.toString();
                Operations.Settings settings = cluster.operations.of(unit.primitive, name, 0);
                probes.add(new PlannedActions.Batch(
                        unit.publicId(),
                        names.computeIfAbsent(probing.nodes(), this::names),
                        settings.timeout(),
                        Map.copyOf(unit.parameters(cluster.parameters, null)),
                        meta(unit, null, name, 0, settings)));
            }
            if (probes.size() > first) {
                numbers.put(probed, new PlannedActions.Range(first, probes.size() - first));
            }
        }
    }

    private List<Optional<String>> names(BitSet nodes) {
        return nodes.stream()
                .mapToObj(node -> Optional.of(cluster.nodes.get(node).name))
                .toList();
    }

    /** Whether a barrier is one: it has something before it and something after it. */
    private static boolean stands(Act act) {
        return (!act.probings.isEmpty() || anyCounts(act.before)) && anyCounts(act.after);
    }

    private static boolean anyCounts(List<Act.Edge> edges) {
        for (Act.Edge edge : edges) {
            if (Graph.counts(edge)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The steps before one.
     *
     * @param seen for each step the number, from 1, of the last one that was found to come after it
     */
    private List<Integer> after(Act act, int[] ids, int[] seen) {
        List<Integer> probed = numbers.getOrDefault(act, List.of());
        if (act.before.isEmpty()) {
            return probed;
        }
        List<Integer> after = new ArrayList<>(probed);
        int mark = ids[act.index] + 1;
        for (Act.Edge edge : act.before) {
            int id = ids[edge.first.index];
            if (id >= 0 && seen[id] != mark && Graph.counts(edge)) {
                seen[id] = mark;
                after.add(probes.size() + id);
            }
        }
        return after;
    }

    private Transition transition(List<Action> actions) {
        List<Transition.Reason> reasons = new ArrayList<>(cluster.reasons.all());
        reasons.addAll(new WhyNot(cluster).reasons());
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
                    after,
                    act.task == Task.FENCE && node != null
                            ? cluster.config.fencingLevelsFor(node.declared)
                            : List.of());
        }
        String name = act.task == Task.CANCEL ? "monitor" : operation;
        Common common = common(act, unit, node, name);
        return new Action(
                id,
                kind(act),
                name,
                unit.publicId(),
                Optional.of(node.name),
                common.interval(),
                common.timeout(),
                act.expectedCode,
                common.parameters(),
                migrationMeta(act, unit, common.meta()),
                after,
                List.of(),
                Optional.ofNullable(act.notification));
    }

    /** What the actions of one operation have in common, on all nodes unless their parameters differ by node. */
    private record Common(
            PrimitiveUnit unit,
            @Nullable Node node,
            String name,
            long intervalMillis,
            Duration interval,
            Duration timeout,
            Map<String, String> parameters,
            Map<String, String> meta) {

        boolean isFor(Act act, PrimitiveUnit otherUnit, Node otherNode, String otherName) {
            return unit == otherUnit
                    && (node == null || node == otherNode)
                    && intervalMillis == act.intervalMillis
                    && name.equals(otherName);
        }
    }

    private Common common(Act act, PrimitiveUnit unit, Node node, String name) {
        Common known = last;
        if (known != null && known.isFor(act, unit, node, name)) {
            return known;
        }
        Operations.Settings settings = cluster.operations.of(unit.primitive, name, act.intervalMillis);
        boolean byNode = cluster.digests.dependOnNode(unit, name, act.intervalMillis)
                || settings.declared()
                        .map(operation -> !operation.parameters().isEmpty())
                        .orElse(false);
        Common made = new Common(
                unit,
                byNode ? node : null,
                name,
                act.intervalMillis,
                Duration.ofMillis(act.intervalMillis),
                settings.timeout(),
                Map.copyOf(parameters(act, unit, node, name)),
                meta(unit, byNode ? node : null, name, act.intervalMillis, settings));
        last = made;
        return made;
    }

    private static Action.Kind kind(Act act) {
        return switch (act.task) {
            case FENCE -> Action.Kind.FENCE;
            case CANCEL -> Action.Kind.CANCEL;
            case CLEAR_FAILURES, DELETE -> Action.Kind.CLEAR_FAILURES;
            case NOTIFY -> Action.Kind.NOTIFY;
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

    private Map<String, String> meta(
            PrimitiveUnit unit, @Nullable Node node, String name, long interval, Operations.Settings settings) {
        Map<String, String> meta = new HashMap<>(settings.meta());
        meta.remove("timeout");
        meta.put("on-fail", settings.onFail().toString());
        meta.put("agent", unit.primitive.agent());
        if (Changes.isRecorded(name)) {
            meta.put("digest", cluster.digests.of(unit, node, name, interval));
        }
        if (name.equals("start")) {
            meta.put("start-failure-is-fatal", Boolean.toString(cluster.options.startFailureIsFatal()));
        }
        return Map.copyOf(meta);
    }

    private static Map<String, String> migrationMeta(Act act, PrimitiveUnit unit, Map<String, String> plain) {
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
