package io.releve.scheduler;

import io.releve.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done now, and why.
 *
 * @param actions the steps; each step's number is its place in this list
 * @param placement where each instance of each primitive will be when all steps have succeeded
 * @param reasons for each resource and node the contributions that made the score
 * @param recheckAt when to plan again even if nothing changes: a failure is forgotten then, a rule changes its mind
 */
public record Transition(
        List<Action> actions, List<Placed> placement, List<Reason> reasons, Optional<Instant> recheckAt) {

    public Transition {
        actions = PlannedActions.immutable(actions);
        placement = List.copyOf(placement);
        reasons = List.copyOf(reasons);
    }

    /** Whether nothing is to be done. */
    public boolean isEmpty() {
        return actions.isEmpty();
    }

    /** Why a resource, or an instance of it, is where it is: one line per contribution. */
    public List<Reason> explain(String resourceId) {
        return reasons.stream()
                .filter(reason -> reason.resourceId().equals(resourceId)
                        || reason.resourceId().startsWith(resourceId + ":"))
                .toList();
    }

    /**
     * Where an instance will be.
     *
     * @param resourceId the primitive's id; for an instance of a globally unique clone with its number
     * @param role its role there
     * @param node the node; empty if Stopped, unless it waits for that node to come back
     */
    public record Placed(String resourceId, Role role, Optional<String> node) {}

    /**
     * One contribution to a score, or one cause why a resource does not run.
     *
     * @param resourceId the resource
     * @param node the node; empty if it holds for all
     * @param score how many points
     * @param source the constraint, {@code stickiness}, {@code failures} … that gives them
     * @param text one readable sentence
     */
    public record Reason(String resourceId, Optional<String> node, int score, String source, String text) {}

    /** Steps by node, for those that carry them out. */
    public Map<String, List<Action>> byNode() {
        return actions.stream()
                .filter(action -> action.node().isPresent())
                .collect(java.util.stream.Collectors.groupingBy(
                        action -> action.node().orElseThrow()));
    }
}
