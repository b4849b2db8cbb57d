package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.model.Role;
import io.releve.model.Score;
import io.releve.state.CloneTransition;
import io.releve.state.ClusterState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A cluster as it really is, and as it is observed; what is planned and what befalls it changes both. */
final class World {

    private final ClusterConfig config;
    private final StepRules rules;
    private final Map<String, NodeState> nodes = new LinkedHashMap<>();

    /** What really runs: by instance, by node. */
    private final Map<String, Map<String, Role>> truth = new TreeMap<>();

    /** What the present plan has done, by operation, instance and node. */
    private final Set<String> carriedOut = new HashSet<>();

    private final Set<String> cannotStart = new HashSet<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int callId;

    World(ClusterConfig config) {
        this.config = config;
        this.rules = new StepRules(config, this);
        config.nodeNames().forEach(name -> nodes.put(name, NodeState.online(name)));
    }

    Instant now() {
        return now;
    }

    ClusterState state() {
        String controller = nodes.values().stream()
                .filter(node -> node.membership() == Membership.ONLINE)
                .map(NodeState::name)
                .findFirst()
                .orElse("");
        return new ClusterState(true, controller, nodes);
    }

    /** Nodes that wanted to leave, and run nothing any more, are gone. */
    void leave() {
        for (NodeState node : List.copyOf(nodes.values())) {
            if (node.shutdownRequested()
                    && node.membership() == Membership.ONLINE
                    && truth.values().stream().noneMatch(places -> places.containsKey(node.name()))) {
                nodes.put(node.name(), NodeState.offline(node.name()));
            }
        }
    }

    boolean apply(Action action) {
        String node = action.node().orElse("");
        switch (action.kind()) {
            case OPERATION -> {
                return operate(action, node);
            }
            case RECURRING -> record(node, result(action, action.expectedCode()));
            case CANCEL ->
                history(
                        node,
                        action.resourceId(),
                        results -> results.removeIf(result -> result.key()
                                .equals("monitor_" + action.interval().toMillis())));
            case FENCE -> {
                nodes.put(node, NodeState.offline(node));
                truth.values().forEach(places -> places.remove(node));
            }
            case CLEAR_FAILURES -> clearFailures(node, action.resourceId());
            case NOTIFY -> rules.checkNotification(action, node);
            case BARRIER -> {}
        }
        return true;
    }

    private boolean operate(Action action, String node) {
        String resource = action.resourceId();
        Map<String, Role> places = truth.computeIfAbsent(resource, id -> new TreeMap<>());
        switch (action.operation()) {
            case "start" -> {
                rules.checkStart(action, node);
                if (cannotStart.remove(plain(resource))) {
                    record(node, result(action, 1));
                    count(node, resource, "start", 0, Score.INFINITY);
                    return false;
                }
                Role role = places.get(node);
                if (role != null) {
                    throw new Violation("nothing is started twice", action + ", where it is " + role);
                }
                places.put(node, Role.STARTED);
            }
            case "stop" -> {
                rules.checkStop(action);
                places.remove(node);
            }
            case "promote" -> places.put(node, Role.PROMOTED);
            case "demote" -> places.put(node, Role.STARTED);
            case "monitor" -> {
                if (places.containsKey(node) && action.expectedCode() == 7) {
                    throw new Violation("probes expect what is", action + " expects that it does not run");
                }
            }
            default -> throw new IllegalStateException("what is " + action + "?");
        }
        record(node, result(action, action.expectedCode()));
        carriedOut.add(action.operation() + " " + new CloneTransition.Instance(resource, node));
        return true;
    }

    /** Where a primitive, or any instance of it, runs. */
    Map<String, Role> places(String primitive) {
        Map<String, Role> places = new HashMap<>();
        truth.forEach((instance, where) -> {
            if (plain(instance).equals(primitive)) {
                where.forEach((node, role) -> places.merge(node, role, (a, b) -> a == Role.PROMOTED ? a : b));
            }
        });
        return places;
    }

    boolean runs(CloneTransition.Instance instance) {
        return truth.getOrDefault(instance.resourceId(), Map.of()).containsKey(instance.node());
    }

    /** Whether the plan that is being carried out has done this already. */
    boolean isCarriedOut(String operation, CloneTransition.Instance instance) {
        return carriedOut.contains(operation + " " + instance);
    }

    /** Another plan is to be carried out. */
    void beginPlan() {
        carriedOut.clear();
    }

    boolean isOnline(String node) {
        return nodes.get(node).membership() == Membership.ONLINE;
    }

    static String plain(String resource) {
        return resource.replaceFirst(":\\d+$", "");
    }

    /** Lets it happen; the primitives that have failed by it. */
    Set<String> disturb(Disturbance disturbance) {
        if (disturbance instanceof Disturbance.Lost lost) {
            lose(nodes.get(lost.node()));
        } else if (disturbance instanceof Disturbance.Joins joins) {
            if (nodes.get(joins.node()).membership() == Membership.OFFLINE) {
                nodes.put(joins.node(), NodeState.online(joins.node()));
            }
        } else if (disturbance instanceof Disturbance.Standby change) {
            NodeState node = nodes.get(change.node());
            nodes.put(
                    node.name(),
                    with(
                            node,
                            change.standby(),
                            node.shutdownRequested(),
                            node.attributes(),
                            node.history(),
                            node.failCounts()));
        } else if (disturbance instanceof Disturbance.Leaves leaves) {
            NodeState node = nodes.get(leaves.node());
            if (node.membership() == Membership.ONLINE) {
                nodes.put(
                        node.name(),
                        with(node, node.standby(), true, node.attributes(), node.history(), node.failCounts()));
            }
        } else if (disturbance instanceof Disturbance.Fails fails) {
            return fail(fails);
        } else if (disturbance instanceof Disturbance.CannotStart next) {
            cannotStart.add(next.resource());
        } else if (disturbance instanceof Disturbance.Scores scores) {
            NodeState node = nodes.get(scores.node());
            if (node.membership() == Membership.ONLINE) {
                Map<String, String> attributes = new HashMap<>(node.attributes());
                attributes.put("master-" + scores.resource(), Integer.toString(scores.score()));
                nodes.put(
                        node.name(),
                        with(
                                node,
                                node.standby(),
                                node.shutdownRequested(),
                                attributes,
                                node.history(),
                                node.failCounts()));
            }
        } else if (disturbance instanceof Disturbance.Passes passes) {
            now = now.plus(passes.time());
        }
        return Set.of();
    }

    private void lose(NodeState node) {
        if (node.membership() != Membership.ONLINE) {
            return;
        }
        boolean fenced = config.properties().stream()
                .anyMatch(set -> "true".equals(set.values().get("stonith-enabled")));
        boolean survivors = nodes.values().stream()
                .anyMatch(other -> !other.name().equals(node.name()) && other.membership() == Membership.ONLINE);
        if (!survivors) {
            return;
        }
        if (fenced) {
            nodes.put(
                    node.name(),
                    new NodeState(
                            node.name(),
                            Membership.UNCLEAN,
                            node.standby(),
                            false,
                            false,
                            node.attributes(),
                            node.history(),
                            node.failCounts()));
        } else {
            nodes.put(node.name(), NodeState.offline(node.name()));
            truth.values().forEach(places -> places.remove(node.name()));
        }
    }

    private Set<String> fail(Disturbance.Fails fails) {
        List<String[]> instances = new ArrayList<>();
        truth.forEach((instance, places) -> {
            if (plain(instance).equals(fails.resource())) {
                places.keySet().forEach(node -> instances.add(new String[] {instance, node}));
            }
        });
        if (instances.isEmpty()) {
            return Set.of();
        }
        String[] chosen = instances.get(fails.instance() % instances.size());
        String node = chosen[1];
        Optional<OperationResult> monitor = nodes.get(node).history().getOrDefault(chosen[0], List.of()).stream()
                .filter(result -> result.operation().equals("monitor")
                        && !result.interval().isZero())
                .findFirst();
        if (monitor.isEmpty() || nodes.get(node).membership() != Membership.ONLINE) {
            return Set.of();
        }
        truth.getOrDefault(chosen[0], new TreeMap<>()).remove(node);
        OperationResult seen = monitor.get();
        record(node, result(chosen[0], "monitor", seen.interval(), 7, seen.expectedCode()));
        count(node, chosen[0], "monitor", seen.interval().toMillis(), Score.of(1));
        return Set.of(fails.resource());
    }

    private void count(String node, String resource, String operation, long interval, Score score) {
        NodeState old = nodes.get(node);
        List<FailCount> counts = new ArrayList<>();
        Score sum = score;
        for (FailCount count : old.failCounts()) {
            if (count.resourceId().equals(resource)
                    && count.operation().equals(operation)
                    && count.intervalMillis() == interval) {
                sum = sum.plus(count.count());
            } else {
                counts.add(count);
            }
        }
        counts.add(new FailCount(resource, operation, interval, sum, now));
        nodes.put(node, with(old, old.standby(), old.shutdownRequested(), old.attributes(), old.history(), counts));
    }

    private void clearFailures(String node, String resource) {
        history(node, resource, results -> results.removeIf(result -> result.code() != result.expectedCode()));
        NodeState old = nodes.get(node);
        List<FailCount> counts = old.failCounts().stream()
                .filter(count -> !count.resourceId().equals(resource))
                .toList();
        nodes.put(node, with(old, old.standby(), old.shutdownRequested(), old.attributes(), old.history(), counts));
    }

    private OperationResult result(Action action, int code) {
        return result(action.resourceId(), action.operation(), action.interval(), code, action.expectedCode());
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

    private void record(String node, OperationResult result) {
        history(node, result.resourceId(), results -> {
            results.removeIf(earlier -> earlier.key().equals(result.key()));
            results.add(result);
        });
    }

    private void history(String node, String resource, java.util.function.Consumer<List<OperationResult>> change) {
        NodeState old = nodes.get(node);
        Map<String, List<OperationResult>> history = new LinkedHashMap<>(old.history());
        List<OperationResult> results = new ArrayList<>(history.getOrDefault(resource, List.of()));
        change.accept(results);
        history.put(resource, results);
        nodes.put(node, with(old, old.standby(), old.shutdownRequested(), old.attributes(), history, old.failCounts()));
    }

    static NodeState with(
            NodeState old,
            boolean standby,
            boolean shutdown,
            Map<String, String> attributes,
            Map<String, List<OperationResult>> history,
            List<FailCount> failCounts) {
        return new NodeState(
                old.name(), old.membership(), standby, old.maintenance(), shutdown, attributes, history, failCounts);
    }
}
