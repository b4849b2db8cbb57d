package io.releve.node;

import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.scheduler.Action;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * How far a plan has come, and what may begin now. A function of the plan and of what the nodes report.
 */
public final class Progress {

    private final Plan plan;
    private final BitSet done;

    private Progress(Plan plan, BitSet done) {
        this.plan = plan;
        this.done = done;
    }

    /**
     * Puts together what is known.
     *
     * @param plan the plan
     * @param reports what the nodes say; those that follow another plan, or are another life of the node, do not count
     */
    public static Progress of(Plan plan, Collection<NodeReport> reports) {
        BitSet done = new BitSet(plan.actions().size());
        for (NodeReport report : reports) {
            if (report.plan().equals(plan.id()) && isMeant(plan, report)) {
                report.done().forEach(done::set);
            }
        }
        return new Progress(plan, withBarriers(plan, done));
    }

    /** The same with what this node knows of itself and has not reported yet. */
    public static Progress of(Plan plan, Collection<NodeReport> reports, Set<Integer> ownDone) {
        Progress known = of(plan, reports);
        ownDone.forEach(known.done::set);
        return new Progress(plan, withBarriers(plan, known.done));
    }

    private static boolean isMeant(Plan plan, NodeReport report) {
        return report.incarnation().equals(plan.incarnations().get(report.node()));
    }

    /** Barriers are reached when all steps before them are done; they may stand before or after each other. */
    private static BitSet withBarriers(Plan plan, BitSet done) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Action action : plan.actions()) {
                if (action.kind() == Action.Kind.BARRIER
                        && !done.get(action.id())
                        && action.after().stream().allMatch(done::get)) {
                    done.set(action.id());
                    changed = true;
                }
            }
        }
        return done;
    }

    /** The steps of one node that may begin: not done, and all steps before them done. */
    public List<Action> ready(String node) {
        List<Action> ready = new ArrayList<>();
        for (Action action : plan.actions()) {
            if (action.kind() != Action.Kind.BARRIER
                    && action.node().filter(node::equals).isPresent()
                    && !done.get(action.id())
                    && action.after().stream().allMatch(done::get)) {
                ready.add(action);
            }
        }
        return ready;
    }

    /** The fences that may be carried out: not done, and all steps before them done. */
    public List<Action> readyFences() {
        return plan.actions().stream()
                .filter(action -> action.kind() == Action.Kind.FENCE
                        && !done.get(action.id())
                        && action.after().stream().allMatch(done::get))
                .toList();
    }

    /** Whether every step is done. */
    public boolean isComplete() {
        return done.cardinality() == plan.actions().size();
    }

    /** The steps that are not done, barriers left out. */
    public List<Action> remaining() {
        return plan.actions().stream()
                .filter(action -> action.kind() != Action.Kind.BARRIER && !done.get(action.id()))
                .toList();
    }
}
