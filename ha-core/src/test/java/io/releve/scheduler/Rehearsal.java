package io.releve.scheduler;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Role;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Plays a case: disturbs a cluster, plans, carries plans out in any order that they allow, and checks at each step what
 * must always hold.
 */
final class Rehearsal {

    private static final int ROUNDS = 6;

    private final ClusterCase play;
    private final ClusterConfig config;
    private final Random random;
    private final Map<String, NodeState> nodes = new LinkedHashMap<>();

    /** What really runs: by instance, by node. */
    private final Map<String, Map<String, Role>> truth = new TreeMap<>();

    private final Set<String> cannotStart = new HashSet<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int callId;

    private Rehearsal(ClusterCase play) {
        this.play = play;
        this.config = play.config();
        this.random = new Random(play.seed());
        config.nodeNames().forEach(name -> nodes.put(name, NodeState.online(name)));
    }

    /** Plays a case; what was violated, if anything. */
    static Optional<Violation> of(ClusterCase play) {
        try {
            Rehearsal rehearsal = new Rehearsal(play);
            rehearsal.settle(Set.of());
            for (Disturbance disturbance : play.disturbances()) {
                rehearsal.settle(rehearsal.disturb(disturbance));
            }
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        } catch (RuntimeException defect) {
            Violation violation = new Violation("planning fails with " + defect.getClass().getSimpleName(), "" + defect);
            violation.initCause(defect);
            return Optional.of(violation);
        }
    }

    private ClusterState state() {
        String controller = nodes.values().stream()
                .filter(node -> node.membership() == Membership.ONLINE)
                .map(NodeState::name)
                .findFirst()
                .orElse("");
        return new ClusterState(true, controller, nodes);
    }

    /**
     * Plans and carries out until nothing is left to do.
     *
     * @param failed the primitives that have just failed: what has nothing to do with them stays
     */
    private void settle(Set<String> failed) {
        Set<String> reason = failed;
        for (int round = 0; round < ROUNDS; round++) {
            Transition plan = plan();
            if (!reason.isEmpty()) {
                unrelatedStay(plan, reason);
            }
            if (plan.isEmpty()) {
                leave();
                return;
            }
            reason = carryOut(plan);
            if (reason.isEmpty() && isPredictable()) {
                Transition again = plan();
                if (!again.isEmpty()) {
                    throw new Violation(
                            "plans converge at once", "after " + plan.actions() + " there is still " + again.actions());
                }
            }
        }
        throw new Violation("plans converge", "not within " + ROUNDS + " rounds");
    }

    /**
     * Whether one plan must be enough. As in Pacemaker it need not be where clones or mere preferences for company are
     * about: where a resource ends up then changes what others would have preferred.
     */
    private boolean isPredictable() {
        return config.resources().stream().noneMatch(Clone.class::isInstance)
                && config.constraints().stream()
                        .noneMatch(constraint -> constraint instanceof Constraint.Colocation colocation
                                && !colocation.score().equals(Score.INFINITY)
                                && !colocation.score().equals(Score.MINUS_INFINITY));
    }

    /** Nodes that wanted to leave, and run nothing any more, are gone. */
    private void leave() {
        for (NodeState node : List.copyOf(nodes.values())) {
            if (node.shutdownRequested()
                    && node.membership() == Membership.ONLINE
                    && truth.values().stream().noneMatch(places -> places.containsKey(node.name()))) {
                nodes.put(node.name(), NodeState.offline(node.name()));
            }
        }
    }

    private Transition plan() {
        Transition plan = Scheduler.plan(config, state(), now);
        PlacementRules.check(config, plan.placement());
        plan.actions().forEach(this::checkNode);
        checkSameForAnyOrder(plan);
        return plan;
    }

    private void checkNode(Action action) {
        Optional<Membership> membership =
                action.node().map(nodes::get).map(NodeState::membership);
        if (action.kind() != Action.Kind.FENCE
                && action.kind() != Action.Kind.CLEAR_FAILURES
                && membership.isPresent()
                && membership.get() != Membership.ONLINE) {
            throw new Violation("nothing is done on a node that is not online", action + ": " + membership.get());
        }
    }

    private void checkSameForAnyOrder(Transition plan) {
        Map<String, NodeState> shuffled = new LinkedHashMap<>();
        // By the order of the nodes in the state instances of clones are told apart: it has a meaning.
        nodes.forEach((name, node) -> shuffled.put(name, shuffledHistory(node)));
        ClusterState state = state();
        Transition other = Scheduler.plan(
                play.shuffled(list -> {
                    List<Object> copy = new ArrayList<>(list);
                    Collections.shuffle(copy, random);
                    return copy;
                }),
                new ClusterState(state.quorate(), state.controller(), shuffled),
                now);
        requireSame("placement", placement(plan), placement(other));
        requireSame("actions", actions(plan), actions(other));
    }

    private static void requireSame(String what, List<String> one, List<String> other) {
        if (!one.equals(other)) {
            List<String> onlyOne = new ArrayList<>(one);
            other.forEach(onlyOne::remove);
            List<String> onlyOther = new ArrayList<>(other);
            one.forEach(onlyOther::remove);
            throw new Violation(
                    "the order of the parts does not matter",
                    what + " has " + onlyOne + " in one order and " + onlyOther + " in another");
        }
    }

    private NodeState shuffledHistory(NodeState node) {
        List<String> resources = new ArrayList<>(node.history().keySet());
        Collections.shuffle(resources, random);
        Map<String, List<OperationResult>> history = new LinkedHashMap<>();
        resources.forEach(resource -> history.put(resource, node.history().get(resource)));
        return with(node, node.standby(), node.shutdownRequested(), node.attributes(), history, node.failCounts());
    }

    private static List<String> placement(Transition plan) {
        return plan.placement().stream().map(Object::toString).distinct().sorted().toList();
    }

    private static List<String> actions(Transition plan) {
        return plan.actions().stream()
                .filter(action -> action.kind() != Action.Kind.BARRIER)
                .map(Object::toString)
                .sorted()
                .toList();
    }

    private void unrelatedStay(Transition plan, Set<String> failed) {
        Set<String> related = new HashSet<>();
        failed.forEach(one -> related.addAll(related(one)));
        for (Action action : plan.actions()) {
            if (action.kind() == Action.Kind.OPERATION && !related.contains(plain(action.resourceId()))) {
                throw new Violation(
                        "what is unrelated stays", action + ", because " + failed + " failed: " + plan.actions());
            }
        }
    }

    /** The primitives that a chain of constraints links with one. */
    private Set<String> related(String primitive) {
        Set<Resource> related = new HashSet<>();
        config.resources().stream()
                .filter(resource -> ClusterCase.ids(resource).contains(primitive))
                .forEach(related::add);
        boolean more = true;
        while (more) {
            more = false;
            for (Constraint constraint : config.constraints()) {
                List<String> ends = ends(constraint);
                if (related.stream().anyMatch(resource -> ends.contains(resource.id()))) {
                    for (String end : ends) {
                        more |= related.add(config.resource(end).orElseThrow());
                    }
                }
            }
        }
        Set<String> ids = new HashSet<>();
        related.forEach(resource -> ids.addAll(ClusterCase.ids(resource)));
        return ids;
    }

    private static List<String> ends(Constraint constraint) {
        if (constraint instanceof Constraint.Colocation colocation) {
            return List.of(colocation.dependent(), colocation.primary());
        }
        return constraint instanceof Constraint.Order order ? List.of(order.first(), order.then()) : List.of();
    }

    private static String plain(String resource) {
        return resource.replaceFirst(":\\d+$", "");
    }

    /** Carries out what can be, in any order that is allowed; the primitives whose start failed. */
    private Set<String> carryOut(Transition plan) {
        Set<Integer> done = new HashSet<>();
        List<Action> left = new ArrayList<>(plan.actions());
        Set<String> failed = new HashSet<>();
        while (true) {
            List<Action> ready = left.stream()
                    .filter(action -> done.containsAll(action.after()))
                    .toList();
            if (ready.isEmpty()) {
                break;
            }
            Action next = ready.get(random.nextInt(ready.size()));
            left.remove(next);
            if (apply(next)) {
                done.add(next.id());
            } else {
                failed.add(plain(next.resourceId()));
            }
        }
        if (failed.isEmpty() && !left.isEmpty()) {
            throw new Violation("the order is acyclic", left + " wait for each other");
        }
        return failed;
    }

    private boolean apply(Action action) {
        String node = action.node().orElse("");
        switch (action.kind()) {
            case OPERATION -> {
                return operate(action, node);
            }
            case RECURRING -> record(node, result(action, action.expectedCode()));
            case CANCEL ->
                history(node, action.resourceId(), results -> results.removeIf(
                        result -> result.key().equals("monitor_" + action.interval().toMillis())));
            case FENCE -> {
                nodes.put(node, NodeState.offline(node));
                truth.values().forEach(places -> places.remove(node));
            }
            case CLEAR_FAILURES -> clearFailures(node, action.resourceId());
            case BARRIER -> {}
        }
        return true;
    }

    private boolean operate(Action action, String node) {
        String resource = action.resourceId();
        Map<String, Role> places = truth.computeIfAbsent(resource, id -> new TreeMap<>());
        switch (action.operation()) {
            case "start" -> {
                checkStart(action, node);
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
                checkStop(action);
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
        return true;
    }

    private void checkStart(Action action, String node) {
        String id = plain(action.resourceId());
        for (Resource top : config.resources()) {
            if (!ClusterCase.ids(top).contains(id)) {
                continue;
            }
            if (!(top instanceof Clone) && !places(id).isEmpty()) {
                throw new Violation("never in two places", action + ", and it still runs on " + places(id).keySet());
            }
            Optional<Group> group = top instanceof Group plain
                    ? Optional.of(plain)
                    : top instanceof Clone clone && clone.member() instanceof Group cloned
                            ? Optional.of(cloned)
                            : Optional.empty();
            group.ifPresent(one -> checkGroupStart(one, id, node, action));
            checkOrders(top, action);
        }
    }

    private void checkGroupStart(Group group, String id, String node, Action action) {
        for (Primitive member : group.members()) {
            if (member.id().equals(id)) {
                return;
            }
            if (!places(member.id()).containsKey(node)) {
                throw new Violation("members of a group start in order", action + " before " + member.id());
            }
        }
    }

    private void checkOrders(Resource starting, Action action) {
        for (Constraint constraint : config.constraints()) {
            if (constraint instanceof Constraint.Order order
                    && order.kind() == Constraint.Order.Kind.MANDATORY
                    && order.then().equals(starting.id())) {
                Resource first = config.resource(order.first()).orElseThrow();
                boolean up = order.firstAction().equals("promote")
                        ? primitives(first).stream()
                                .anyMatch(one -> places(one.id()).containsValue(Role.PROMOTED))
                        : primitives(first).stream()
                                .noneMatch(one -> places(one.id()).isEmpty());
                if (!up) {
                    throw new Violation("mandatory orders hold while plans are carried out", action + " before " + order);
                }
            }
        }
    }

    private void checkStop(Action action) {
        for (Constraint constraint : config.constraints()) {
            if (constraint instanceof Constraint.Order order
                    && order.kind() == Constraint.Order.Kind.MANDATORY
                    && order.symmetrical()
                    && order.firstAction().equals("start")) {
                Resource first = config.resource(order.first()).orElseThrow();
                Resource then = config.resource(order.then()).orElseThrow();
                if (!(first instanceof Clone)
                        && !(then instanceof Clone)
                        && ClusterCase.ids(first).contains(plain(action.resourceId()))
                        && primitives(then).stream().anyMatch(one -> !places(one.id()).isEmpty())) {
                    throw new Violation("mandatory orders hold while plans are carried out", action + " before " + order.then());
                }
            }
        }
    }

    private static List<Primitive> primitives(Resource resource) {
        if (resource instanceof Clone clone) {
            return clone.primitives();
        }
        return resource instanceof Group group ? group.members() : List.of((Primitive) resource);
    }

    /** Where a primitive, or any instance of it, runs. */
    private Map<String, Role> places(String primitive) {
        Map<String, Role> places = new HashMap<>();
        truth.forEach((instance, where) -> {
            if (plain(instance).equals(primitive)) {
                where.forEach((node, role) ->
                        places.merge(node, role, (a, b) -> a == Role.PROMOTED ? a : b));
            }
        });
        return places;
    }

    /** Lets it happen; the primitives that have failed by it. */
    private Set<String> disturb(Disturbance disturbance) {
        if (disturbance instanceof Disturbance.Lost lost) {
            lose(nodes.get(lost.node()));
        } else if (disturbance instanceof Disturbance.Joins joins) {
            if (nodes.get(joins.node()).membership() == Membership.OFFLINE) {
                nodes.put(joins.node(), NodeState.online(joins.node()));
            }
        } else if (disturbance instanceof Disturbance.Standby change) {
            NodeState node = nodes.get(change.node());
            nodes.put(node.name(), with(node, change.standby(), node.shutdownRequested(), node.attributes(), node.history(), node.failCounts()));
        } else if (disturbance instanceof Disturbance.Leaves leaves) {
            NodeState node = nodes.get(leaves.node());
            if (node.membership() == Membership.ONLINE) {
                nodes.put(node.name(), with(node, node.standby(), true, node.attributes(), node.history(), node.failCounts()));
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
                nodes.put(node.name(), with(node, node.standby(), node.shutdownRequested(), attributes, node.history(), node.failCounts()));
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
                .anyMatch(other -> other != node && other.membership() == Membership.ONLINE);
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
        Optional<OperationResult> monitor =
                nodes.get(node).history().getOrDefault(chosen[0], List.of()).stream()
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

    private static NodeState with(
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
