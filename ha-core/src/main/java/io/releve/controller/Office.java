package io.releve.controller;

import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a controller remembers between two decisions, for one reign. Immutable.
 *
 * @param epoch the reign
 * @param lastNumber the number of the last plan of this reign
 * @param plan the last plan of this reign; empty at its beginning, when an earlier reign's plan may be half way
 * @param surprises what each node's count of surprises was when the plan was made
 * @param planned the inputs that the last decision was made on
 */
record Office(
        long epoch, int lastNumber, Optional<Plan> plan, Map<String, Integer> surprises, Optional<Inputs> planned) {

    /** What a plan depends on; two equal inputs lead to the same plan. */
    record Inputs(int configVersion, Map<String, String> incarnations, Map<String, Integer> reports, long recheck) {}

    static Office begin(long epoch) {
        return new Office(epoch, 0, Optional.empty(), Map.of(), Optional.empty());
    }

    Office published(Plan newPlan, Map<String, NodeReport> reports, Inputs inputs) {
        Map<String, Integer> counts = new HashMap<>();
        reports.forEach((node, report) -> counts.put(node, report.surprises()));
        return new Office(epoch, newPlan.number(), Optional.of(newPlan), counts, Optional.of(inputs));
    }

    Office found(Inputs inputs) {
        return new Office(epoch, lastNumber, plan, surprises, Optional.of(inputs));
    }

    /** Whether something happened on a node that the plan did not foresee. */
    boolean isSurprised(Plan current, Map<String, NodeReport> reports) {
        Set<String> fenced = Remaining.targets(current);
        return current.incarnations().keySet().stream()
                .filter(node -> !fenced.contains(node))
                .anyMatch(node -> {
                    NodeReport report = reports.get(node);
                    return report != null && report.surprises() != surprises.getOrDefault(node, 0);
                });
    }

    /** Whether every node that the plan was made for has seen it. */
    static boolean isAcknowledged(Plan plan, Map<String, NodeReport> reports) {
        return plan.incarnations().entrySet().stream().allMatch(entry -> {
            NodeReport report = reports.get(entry.getKey());
            return report != null
                    && report.incarnation().equals(entry.getValue())
                    && report.plan().equals(plan.id());
        });
    }
}
