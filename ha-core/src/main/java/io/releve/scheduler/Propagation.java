package io.releve.scheduler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets each action have its effect on those ordered before and after it, until nothing changes any more. */
final class Propagation {

    private final Acts acts;
    private final Deque<Act> queue = new ArrayDeque<>();

    Propagation(Acts acts) {
        this.acts = acts;
    }

    void run() {
        pair();
        for (Act act : List.copyOf(acts.all)) {
            if (!act.runnable && (act.task == Task.START || act.task == Task.PROMOTE)) {
                blockDependents(act);
            }
        }
        for (Act act : acts.all) {
            if (!act.before.isEmpty()) {
                enqueue(act);
            }
        }
        do {
            while (!queue.isEmpty()) {
                Act then = queue.removeFirst();
                then.queued = false;
                update(then);
            }
            postponePromotions();
        } while (!queue.isEmpty());
    }

    /**
     * What has to be demoted for a restart is promoted again only by the next transition: until then, what needs it
     * Promoted cannot run.
     */
    private void postponePromotions() {
        for (Act act : acts.all) {
            if (act.task == Task.PROMOTE && act.runnable && !act.required && isDemoted(act)) {
                act.runnable = false;
                act.why = "it is promoted again once it has been restarted";
                blockDependents(act);
                changed(act);
            }
        }
    }

    private static boolean isDemoted(Act promote) {
        if (!(promote.unit instanceof PrimitiveUnit unit)) {
            return false;
        }
        for (Act act : unit.acts) {
            if (act.task == Task.DEMOTE && act.required) {
                return true;
            }
        }
        return false;
    }

    /** Instances that have no partner lose their places before these have any effect on others. */
    private void pair() {
        List<Act.Edge> paired = new ArrayList<>();
        for (Act act : acts.all) {
            for (Act.Edge edge : act.before) {
                if (edge.paired) {
                    paired.add(edge);
                }
            }
        }
        boolean[] again = {!paired.isEmpty()};
        while (again[0]) {
            again[0] = false;
            paired.forEach(edge -> Interleave.connect(edge, changed -> again[0] = true));
        }
    }

    private void enqueue(Act act) {
        if (!act.queued) {
            act.queued = true;
            queue.addLast(act);
        }
    }

    /** Something about the action has changed: whatever looks at it has to look again. */
    private void changed(Act act) {
        enqueue(act);
        for (Act.Edge edge : act.after) {
            enqueue(edge.then);
        }
        for (Unit unit = act.unit == null ? null : act.unit.parent; unit != null; unit = unit.parent) {
            for (Act whole : unit.acts) {
                if (whole.task.begun() == act.task.begun()) {
                    enqueue(whole);
                    for (Act.Edge edge : whole.after) {
                        enqueue(edge.then);
                    }
                }
            }
        }
    }

    private void update(Act then) {
        if (then.atLeast > 0) {
            count(then);
        }
        for (int i = 0; i < then.before.size(); i++) {
            Act.Edge edge = then.before.get(i);
            if (edge.paired) {
                Interleave.connect(edge, this::changed);
            } else if ((edge.effects & ~(Effect.AFTER | Effect.AT_LEAST)) != 0) {
                apply(edge.first, then, edge.effects);
            } else if (edge.has(Effect.AT_LEAST)) {
                apply(edge.first, then, Effect.GRAPH_THEN);
            }
        }
    }

    private void count(Act counter) {
        int runnable = 0;
        for (Act.Edge edge : counter.before) {
            if (edge.has(Effect.AT_LEAST) && new View(edge.first, null).runnable) {
                runnable++;
            }
        }
        boolean enough = runnable >= counter.atLeast;
        if (counter.runnable != enough) {
            counter.runnable = enough;
            changed(counter);
        }
    }

    /** How an action looks to one that is ordered after it: for a group or clone, what its parts make of it. */
    private static final class View {
        boolean required;
        boolean runnable;

        View(Act act, @Nullable Node node) {
            required = act.required;
            runnable = act.runnable;
            if (act.unit instanceof GroupUnit group) {
                ofGroup(group, act);
            } else if (act.unit instanceof CloneUnit clone) {
                ofClone(clone, act, node);
            }
        }

        private void ofGroup(GroupUnit group, Act act) {
            Task task = act.task.begun();
            for (PrimitiveUnit member : group.members) {
                Act part = member.act(task);
                if (part == null) {
                    if (!task.isDown()) {
                        runnable = false;
                    }
                } else {
                    for (Act each : member.acts) {
                        if (each.task == task && each.intervalMillis == 0) {
                            required |= each.required;
                            if (act.task.isCompletion() && !each.runnable) {
                                runnable = false;
                            }
                        }
                    }
                }
            }
        }

        private void ofClone(CloneUnit clone, Act act, @Nullable Node node) {
            Task begun = act.task.begun();
            if (begun != Task.START && begun != Task.STOP && begun != Task.PROMOTE && begun != Task.DEMOTE) {
                return;
            }
            boolean here = false;
            boolean any = false;
            for (Unit instance : clone.instances) {
                for (Act part : instance.acts) {
                    boolean same = instance instanceof PrimitiveUnit ? part.task == begun : part.task == act.task;
                    if (!same || part.intervalMillis != 0) {
                        continue;
                    }
                    View view = new View(part, null);
                    any |= view.runnable;
                    boolean wanted = node == null
                            ? view.required
                            : instance instanceof GroupUnit group
                                    ? isRequired(group, begun, node)
                                    : view.required && part.node == node;
                    // An instance that cannot start is no reason for others to start anew.
                    here |= wanted && (view.runnable || begun.isDown());
                }
            }
            required = here;
            runnable = any && runnable;
        }

        private static boolean isRequired(GroupUnit group, Task task, Node node) {
            for (PrimitiveUnit member : group.members) {
                for (Act act : member.acts) {
                    if (act.task == task && act.intervalMillis == 0 && act.node == node && act.required) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private void apply(Act first, Act then, int effects) {
        View view = new View(first, then.node);
        affect(first, view, then, effects);
        if ((effects & Effect.GRAPH_FIRST) != 0
                && !first.forced
                && then.isCollective()
                && new View(then, null).required) {
            first.forced = true;
            changed(first);
        }
        if (then.unit instanceof GroupUnit group) {
            for (PrimitiveUnit member : group.members) {
                affectParts(first, view, member, then, effects);
            }
        } else if (then.unit instanceof CloneUnit clone && first.unit != null && !first.unit.isInside(clone)) {
            for (Unit instance : clone.instances) {
                affectParts(first, view, instance, then, effects);
            }
        } else if (then.unit instanceof CloneUnit clone && first.unit == null) {
            for (Unit instance : clone.instances) {
                affectParts(first, view, instance, then, effects);
            }
        }
    }

    private void affectParts(Act first, View view, Unit part, Act whole, int effects) {
        if (first.unit != null && first.unit.isInside(java.util.Objects.requireNonNull(whole.unit))) {
            return;
        }
        Task task = whole.task;
        for (Act act : part.acts) {
            if (act.task == task
                    && act.intervalMillis == 0
                    && (act.runnable || !(whole.unit instanceof CloneUnit))
                    && (whole.node == null || act.node == whole.node)) {
                affect(first, view, act, effects & ~(Effect.GRAPH_THEN | Effect.GRAPH_FIRST));
                if (part instanceof GroupUnit group) {
                    for (PrimitiveUnit member : group.members) {
                        affectParts(first, view, member, act, effects);
                    }
                }
            }
        }
    }

    /** The effects of one action on another, as far as they are plain actions. */
    private void affect(Act first, View view, Act then, int effects) {
        boolean thenRequired = then.required;
        boolean thenRunnable = then.runnable;
        boolean thenOther = then.migratable ^ then.pseudo ^ then.forced;
        boolean firstRequired = first.required;
        boolean firstRunnable = first.runnable;
        boolean firstOther = first.migratable ^ first.forced;
        Effects.apply(first, view.required, view.runnable, then, effects);
        if (then.required != thenRequired
                || then.runnable != thenRunnable
                || (then.migratable ^ then.pseudo ^ then.forced) != thenOther) {
            if (thenRunnable && !then.runnable && (then.task == Task.START || then.task == Task.PROMOTE)) {
                blockDependents(then);
            }
            changed(then);
        }
        if (first.required != firstRequired
                || first.runnable != firstRunnable
                || (first.migratable ^ first.forced) != firstOther) {
            if (firstRunnable && !first.runnable && (first.task == Task.START || first.task == Task.PROMOTE)) {
                blockDependents(first);
            }
            changed(first);
        }
    }

    /** Whatever runs only with something that cannot start does not start either. */
    private void blockDependents(Act act) {
        if (act.unit == null) {
            return;
        }
        Unit top = act.unit.top();
        Node only = null;
        if (!(top instanceof PrimitiveUnit) && anyRunnable(top, act.task, null)) {
            // Others of a clone can: whoever has to be with it may be where these are.
            if (act.node == null || anyRunnable(top, act.task, act.node)) {
                return;
            }
            only = act.node;
        }
        for (Colocation colocation : top.dependents) {
            if (colocation.score() < ScoreTable.INFINITY
                    || (act.task == Task.PROMOTE && colocation.primaryRole() != Phase.PROMOTED)) {
                continue;
            }
            Task task = colocation.dependentRole() == Phase.PROMOTED ? Task.PROMOTE : Task.START;
            block(colocation.dependent(), task, top, only);
        }
    }

    private static boolean anyRunnable(Unit top, Task task, @Nullable Node node) {
        for (Unit child : top.children()) {
            for (Act act : child.acts) {
                if (act.task == task
                        && act.runnable
                        && act.intervalMillis == 0
                        && (node == null || act.isCollective() || act.node == node)) {
                    if (child instanceof GroupUnit) {
                        if (anyRunnable(child, task, node)) {
                            return true;
                        }
                    } else {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void block(Unit unit, Task task, Unit cause, @Nullable Node only) {
        for (Act act : unit.acts) {
            if (act.task == task && act.runnable && act.intervalMillis == 0 && (only == null || act.node == only)) {
                act.runnable = false;
                act.why = cause.id + " cannot " + task;
                changed(act);
                if (unit instanceof PrimitiveUnit) {
                    blockDependents(act);
                }
            }
        }
        for (Unit child : unit.children()) {
            block(child, task, cause, only);
        }
    }
}
