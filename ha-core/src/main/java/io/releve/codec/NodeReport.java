package io.releve.codec;

import io.releve.state.FailCount;
import io.releve.state.OperationResult;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a node tells of itself: one document, written by that node alone, and replaced as a whole.
 *
 * @param node the node
 * @param incarnation which life of the node
 * @param leaseMillis the length of its lease, for whoever must wait for its end after the membership is gone
 * @param leaving whether it wants to leave in good order
 * @param left whether it has left: nothing that it ran is running
 * @param attributes what its agents published
 * @param history results by resource, in the order of their call ids
 * @param failCounts failures not yet forgotten
 * @param surprises counts what happened here and was not planned so: whoever sees it rise must plan anew
 * @param plan the plan that it follows
 * @param done the steps of that plan that it has carried out with success
 * @param leftBehind resources that it could not stop, and that do not end with its lease nor with its JVM
 */
public record NodeReport(
        String node,
        String incarnation,
        long leaseMillis,
        boolean leaving,
        boolean left,
        Map<String, String> attributes,
        Map<String, List<OperationResult>> history,
        List<FailCount> failCounts,
        int surprises,
        PlanId plan,
        Set<Integer> done,
        Set<String> leftBehind) {

    public NodeReport {
        attributes = Map.copyOf(attributes);
        history = Map.copyOf(history);
        failCounts = List.copyOf(failCounts);
        done = Set.copyOf(done);
        leftBehind = leftBehind == null ? Set.of() : Set.copyOf(leftBehind);
    }

    /** A report of a node that leaves nothing behind. */
    public NodeReport(
            String node,
            String incarnation,
            long leaseMillis,
            boolean leaving,
            boolean left,
            Map<String, String> attributes,
            Map<String, List<OperationResult>> history,
            List<FailCount> failCounts,
            int surprises,
            PlanId plan,
            Set<Integer> done) {
        this(
                node,
                incarnation,
                leaseMillis,
                leaving,
                left,
                attributes,
                history,
                failCounts,
                surprises,
                plan,
                done,
                Set.of());
    }
}
