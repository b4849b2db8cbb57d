package io.releve.controller;

import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.node.Progress;
import io.releve.scheduler.Action;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is left of a plan, seen from its controller. A function of the plan and of what is known.
 *
 * @param mayGoOn whether some node may begin or end a step without anything happening that is not planned. Not so if every
 *     step is done, or those that are left belong to lives that are over, or wait for a fence
 * @param fences the nodes that are to be fenced and are not
 */
record Remaining(boolean mayGoOn, Set<String> fences) {

    static Remaining of(
            Plan plan, Map<String, String> incarnations, Map<String, NodeReport> reports, Set<Integer> released) {
        BitSet held = held(plan, Progress.of(plan, reports.values(), released));
        Set<String> fences = new TreeSet<>();
        boolean mayGoOn = false;
        for (Action action : Progress.of(plan, reports.values(), released).remaining()) {
            String node = action.node().orElse("");
            if (action.kind() == Action.Kind.FENCE) {
                fences.add(node);
            } else if (!held.get(action.id())) {
                String meant = plan.incarnations().get(node);
                mayGoOn |= meant != null && meant.equals(incarnations.get(node));
            }
        }
        return new Remaining(mayGoOn, fences);
    }

    /** The fences that are not done, and all steps that come after them. */
    private static BitSet held(Plan plan, Progress progress) {
        BitSet held = new BitSet(plan.actions().size());
        progress.remaining().stream()
                .filter(action -> action.kind() == Action.Kind.FENCE)
                .forEach(action -> held.set(action.id()));
        boolean more = !held.isEmpty();
        while (more) {
            more = false;
            for (Action action : plan.actions()) {
                if (!held.get(action.id()) && action.after().stream().anyMatch(held::get)) {
                    held.set(action.id());
                    more = true;
                }
            }
        }
        return held;
    }

    /** The nodes that a plan has fenced. */
    static Set<String> targets(Plan plan) {
        Set<String> targets = new TreeSet<>();
        for (Action action : plan.actions()) {
            if (action.kind() == Action.Kind.FENCE) {
                action.node().ifPresent(targets::add);
            }
        }
        return targets;
    }
}
