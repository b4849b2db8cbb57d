package io.releve.scheduler;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders between two clones whose instances only wait for the instance on their own node. */
final class Interleave {

    private final Relations relations;

    Interleave(Relations relations) {
        this.relations = relations;
    }

    boolean applies(Act first, Act then) {
        if (!(first.unit instanceof CloneUnit firstClone) || !(then.unit instanceof CloneUnit thenClone)) {
            return false;
        }
        if (firstClone == thenClone) {
            return false;
        }
        return first.task.isDown() ? firstClone.interleave : thenClone.interleave;
    }

    void connect(Act first, Act then, int effects) {
        CloneUnit firstClone = (CloneUnit) java.util.Objects.requireNonNull(first.unit);
        CloneUnit thenClone = (CloneUnit) java.util.Objects.requireNonNull(then.unit);
        boolean down = first.task.isDown();
        for (Unit instance : List.copyOf(thenClone.instances)) {
            Unit partner = partner(firstClone, instance, down);
            if (partner == null) {
                if (!down && (effects & (Effect.PULL_THEN | Effect.BLOCK_THEN)) != 0) {
                    unassign(instance);
                }
                continue;
            }
            for (Act firstAct : acts(partner, first.task)) {
                for (Act thenAct : acts(instance, then.task)) {
                    relations.connect(firstAct, thenAct, effects);
                }
            }
        }
    }

    private static List<Act> acts(Unit instance, Task task) {
        Task wanted = instance instanceof PrimitiveUnit ? task.begun() : task;
        return instance.acts.stream()
                .filter(act -> act.task == wanted && act.intervalMillis == 0)
                .toList();
    }

    private static @Nullable Unit partner(CloneUnit clone, Unit instance, boolean down) {
        Node node = down ? instance.currentNode() : instance.assigned();
        if (node != null) {
            return on(clone, node, down);
        }
        if (!down) {
            return null;
        }
        return null;
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
    private static void unassign(Unit instance) {
        instance.forEachPrimitive(unit -> {
            if (unit.assigned == null) {
                return;
            }
            unit.assigned = null;
            unit.next = Phase.STOPPED;
            for (Act act : unit.acts) {
                if (act.task == Task.STOP && unit.managed) {
                    act.required = true;
                } else if (act.task == Task.START || act.task == Task.PROMOTE) {
                    act.runnable = false;
                }
            }
        });
        if (instance instanceof GroupUnit group) {
            group.assigned = null;
        }
    }
}
