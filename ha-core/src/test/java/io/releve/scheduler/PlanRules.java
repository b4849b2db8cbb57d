package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.Resource;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import io.releve.state.OperationResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What must hold of every plan. */
final class PlanRules {

    private final ClusterCase play;
    private final ClusterConfig config;
    private final Random random;

    PlanRules(ClusterCase play, Random random) {
        this.play = play;
        this.config = play.config();
        this.random = random;
    }

    /**
     * Checks.
     *
     * @throws Violation if something does not hold
     */
    void check(Transition plan, ClusterState state, Instant now) {
        PlacementRules.check(config, plan.placement());
        plan.actions().forEach(action -> checkNode(action, state));
        if (!plan.isEmpty() && plan.actions().stream().allMatch(PlanRules::isTalk)) {
            throw new Violation("no plan is only talk", plan.actions() + " changes nothing");
        }
        checkSameForAnyOrder(plan, state, now);
    }

    private static boolean isTalk(Action action) {
        return action.kind() == Action.Kind.NOTIFY || action.kind() == Action.Kind.BARRIER;
    }

    private void checkNode(Action action, ClusterState state) {
        Optional<Membership> membership = action.node().map(state.nodes()::get).map(NodeState::membership);
        if (action.kind() != Action.Kind.FENCE
                && action.kind() != Action.Kind.CLEAR_FAILURES
                && membership.isPresent()
                && membership.get() != Membership.ONLINE) {
            throw new Violation("nothing is done on a node that is not online", action + ": " + membership.get());
        }
    }

    private void checkSameForAnyOrder(Transition plan, ClusterState state, Instant now) {
        Map<String, NodeState> shuffled = new LinkedHashMap<>();
        // By the order of the nodes in the state instances of clones are told apart: it has a meaning.
        state.nodes().forEach((name, node) -> shuffled.put(name, shuffledHistory(node)));
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
        return World.with(
                node, node.standby(), node.shutdownRequested(), node.attributes(), history, node.failCounts());
    }

    private static List<String> placement(Transition plan) {
        return plan.placement().stream()
                .map(Object::toString)
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> actions(Transition plan) {
        return plan.actions().stream()
                .filter(action -> action.kind() != Action.Kind.BARRIER)
                .map(Object::toString)
                .sorted()
                .toList();
    }

    void unrelatedStay(Transition plan, Set<String> failed) {
        Set<String> related = new HashSet<>();
        failed.forEach(one -> related.addAll(related(one)));
        for (Action action : plan.actions()) {
            if (action.kind() == Action.Kind.OPERATION && !related.contains(World.plain(action.resourceId()))) {
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
}
