package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Orders between two clones whose instances only wait for the instance on their own node. */
final class Interleave {

    private Interleave() {}

    /** Whether it depends on pairs of instances what an order between these two means. */
    static boolean applies(Act first, Act then) {
        if (!(first.unit instanceof CloneUnit firstClone) || !(then.unit instanceof CloneUnit thenClone)) {
            return false;
        }
        if (firstClone == thenClone) {
            return false;
        }
        return first.task.isDown() ? firstClone.interleave : thenClone.interleave;
    }

    /**
     * Orders the instances pair by pair. Is done again whenever something about either clone changes, as an instance that
     * has lost its place is nobody's partner.
     *
     * @param changed told of each action that has a new order before it, or that is something else than before
     */
    static void connect(Act.Edge edge, Consumer<Act> changed) {
        if (!(edge.first.unit instanceof CloneUnit firstClone) || !(edge.then.unit instanceof CloneUnit thenClone)) {
            return;
        }
        boolean down = edge.first.task.isDown();
        for (Unit instance : thenClone.instances) {
            Node node = down ? instance.currentNode() : instance.assigned();
            Unit partner = node == null ? null : on(firstClone, node, down);
            if (partner == null) {
                boolean needed = (edge.effects & (Effect.PULL_THEN | Effect.BLOCK_THEN)) != 0
                        || ((edge.effects & Effect.ASYMMETRIC) != 0 && !edge.then.task.isDown());
                if (node != null && !down && needed) {
                    unassign(instance, changed);
                }
                continue;
            }
            for (Act first : acts(partner, edge.first.task)) {
                for (Act then : acts(instance, edge.then.task)) {
                    if (Relations.connect(first, then, edge.effects) != null) {
                        changed.accept(then);
                    }
                }
            }
        }
    }

    private static List<Act> acts(Unit instance, Task task) {
        Task wanted = instance instanceof PrimitiveUnit ? task.begun() : task;
        List<Act> found = new ArrayList<>(1);
        for (Act act : instance.acts) {
            if (act.task == wanted && act.intervalMillis == 0) {
                found.add(act);
            }
        }
        return found;
    }

    private static @Nullable Unit on(CloneUnit clone, Node node, boolean down) {
        for (Unit candidate : clone.instances) {
            Node at = down ? candidate.currentNode() : candidate.assigned();
            if (at == node && !candidate.blocked) {
                return candidate;
            }
        }
        return null;
    }

    /** An instance without a partner has no business anywhere. */
    private static void unassign(Unit instance, Consumer<Act> changed) {
        instance.forEachPrimitive(unit -> {
            if (unit.assigned == null) {
                return;
            }
            unit.assigned = null;
            unit.next = Phase.STOPPED;
            for (Act act : unit.acts) {
                if (act.task == Task.STOP && unit.managed) {
                    act.required = true;
                    changed.accept(act);
                } else if (act.task == Task.START || act.task == Task.PROMOTE) {
                    act.required = false;
                    act.runnable = false;
                    changed.accept(act);
                }
            }
        });
        if (instance instanceof GroupUnit group) {
            group.assigned = null;
        }
    }
}
