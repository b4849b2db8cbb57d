package io.releve.scheduler;

import java.util.List;

/** The actions that stand for a whole group or clone, and the orders between them and their parts. */
final class Collectives {

    private final Acts acts;
    private final Relations relations;

    Collectives(Acts acts, Relations relations) {
        this.acts = acts;
        this.relations = relations;
    }

    /** Makes the actions of groups and clones; those of their parts are there already. */
    void make(Unit unit) {
        if (unit instanceof GroupUnit group) {
            for (Task task : tasks(group)) {
                acts.pseudo(group, task);
                acts.pseudo(group, task.completed());
            }
        } else if (unit instanceof CloneUnit clone) {
            for (Task task : tasks(clone)) {
                makeForClone(clone, task);
            }
        }
    }

    private static List<Task> tasks(Unit unit) {
        CloneUnit clone = unit.inClone();
        return clone != null && clone.promotable
                ? List.of(Task.START, Task.STOP, Task.PROMOTE, Task.DEMOTE)
                : List.of(Task.START, Task.STOP);
    }

    private void makeForClone(CloneUnit clone, Task task) {
        boolean required = false;
        boolean[] restarts = {false};
        for (Unit instance : clone.instances) {
            boolean[] found = {false};
            instance.forEachPrimitive(part -> {
                for (Act act : part.acts) {
                    if (act.task == task && act.required && (act.runnable || act.pseudo)) {
                        found[0] = true;
                    }
                }
                Act stop = part.act(Task.STOP);
                Act start = part.act(Task.START);
                restarts[0] |= stop != null && stop.required && start != null && start.required;
            });
            required |= found[0];
        }
        Act begin = acts.pseudo(clone, task);
        begin.required = required;
        begin.migratable = task == Task.STOP && !restarts[0];
        Act end = acts.pseudo(clone, task.completed());
        end.required = required;
        if (task == Task.START) {
            boolean starts = required;
            end.runnable = starts || !clone.active.isEmpty();
        }
    }

    void relate(Unit unit) {
        if (unit instanceof PrimitiveUnit primitive) {
            relatePrimitive(primitive);
        } else if (unit instanceof GroupUnit group) {
            relateGroup(group);
        } else if (unit instanceof CloneUnit clone) {
            relateClone(clone);
        }
    }

    private void relatePrimitive(PrimitiveUnit unit) {
        if (!unit.managed) {
            return;
        }
        relations.order(unit, Task.STOP, unit, Task.START, Effect.AFTER | Effect.PULL_THEN | Effect.RESTART);
        if (unit.isPromotable() || unit.current == Phase.PROMOTED) {
            relations.order(unit, Task.DEMOTE, unit, Task.STOP, Effect.PULL_FIRST_IF_PROMOTED);
            relations.order(unit, Task.START, unit, Task.PROMOTE, Effect.BLOCK_THEN);
        }
        relations.order(unit, Task.RELOAD, unit, Task.STOP, Effect.CANCEL_FIRST);
        relations.order(unit, Task.RELOAD, unit, Task.DEMOTE, Effect.CANCEL_FIRST);
        relations.order(unit, Task.STOP, unit, Task.DELETE, Effect.AFTER);
        relations.order(unit, Task.DELETE, unit, Task.START, Effect.AFTER);
        relations.order(unit, Task.CLEAR_FAILURES, unit, Task.STOP, Effect.AFTER);
    }

    private void relateGroup(GroupUnit group) {
        relations.order(group, Task.STOP, group, Task.STOPPED, Effect.BLOCK_THEN);
        relations.order(group, Task.STOPPED, group, Task.START, Effect.AFTER);
        relations.order(group, Task.START, group, Task.RUNNING, Effect.BLOCK_THEN);
        boolean promotable = group.parent instanceof CloneUnit clone && clone.promotable;
        if (promotable) {
            relations.order(group, Task.DEMOTE, group, Task.DEMOTED, Effect.BLOCK_THEN);
            relations.order(group, Task.PROMOTE, group, Task.PROMOTED, Effect.BLOCK_THEN);
        }
        PrimitiveUnit previous = null;
        PrimitiveUnit lastActive = null;
        int both = Effect.PULL_THEN | Effect.BLOCK_THEN;
        for (PrimitiveUnit member : group.members) {
            relatePrimitive(member);
            boolean first = previous == null && group.ordered;
            int down = Effect.GRAPH_THEN;
            relations.order(
                    group,
                    Task.STOP,
                    member,
                    Task.STOP,
                    first ? Effect.GRAPH_FIRST | Effect.AFTER : Effect.GRAPH_FIRST);
            relations.order(member, Task.STOP, group, Task.STOPPED, first ? Effect.PULL_THEN : down);
            relations.order(group, Task.START, member, Task.START, Effect.GRAPH_FIRST);
            relations.order(member, Task.START, group, Task.RUNNING, both | Effect.GRAPH_THEN);
            if (promotable) {
                relations.order(group, Task.PROMOTE, member, Task.PROMOTE, Effect.GRAPH_FIRST);
                relations.order(member, Task.PROMOTE, group, Task.PROMOTED, both | Effect.GRAPH_THEN);
                relations.order(
                        group,
                        Task.DEMOTE,
                        member,
                        Task.DEMOTE,
                        first ? Effect.GRAPH_FIRST | Effect.AFTER : Effect.GRAPH_FIRST);
                relations.order(member, Task.DEMOTE, group, Task.DEMOTED, first ? Effect.PULL_THEN : down);
            }
            if (group.ordered && previous != null) {
                relateNeighbours(previous, member, promotable);
                if (!member.active.isEmpty() && previous.active.isEmpty()) {
                    relations.order(member, Task.STOP, previous, Task.START, Effect.PULL_FIRST | Effect.BLOCK_THEN);
                    if (lastActive != null) {
                        relations.order(member, Task.STOP, lastActive, Task.STOP, Effect.AFTER);
                    }
                }
            }
            if (!member.active.isEmpty()) {
                lastActive = member;
            }
            previous = member;
        }
    }

    private void relateNeighbours(PrimitiveUnit previous, PrimitiveUnit member, boolean promotable) {
        relations.order(previous, Task.START, member, Task.START, Effect.PULL_THEN | Effect.BLOCK_THEN);
        relations.order(member, Task.STOP, previous, Task.STOP, Effect.AFTER | Effect.RESTART);
        if (promotable) {
            relations.order(previous, Task.PROMOTE, member, Task.PROMOTE, Effect.PULL_THEN | Effect.BLOCK_THEN);
            relations.order(member, Task.DEMOTE, previous, Task.DEMOTE, Effect.AFTER);
        }
    }

    private void relateClone(CloneUnit clone) {
        relations.order(clone, Task.STOPPED, clone, Task.START, Effect.AFTER);
        relations.order(clone, Task.START, clone, Task.RUNNING, Effect.BLOCK_THEN);
        relations.order(clone, Task.STOP, clone, Task.STOPPED, Effect.BLOCK_THEN);
        Unit previous = null;
        for (Unit instance : clone.byNumber()) {
            relate(instance);
            relations.order(clone, Task.START, instance, Task.START, Effect.BLOCK_THEN | Effect.GRAPH_FIRST);
            relations.order(instance, Task.START, clone, Task.RUNNING, Effect.GRAPH_THEN);
            relations.order(clone, Task.STOP, instance, Task.STOP, Effect.GRAPH_FIRST);
            relations.order(instance, Task.STOP, clone, Task.STOPPED, Effect.GRAPH_THEN);
            if (clone.ordered && previous != null) {
                relations.order(previous, Task.START, instance, Task.START, Effect.AFTER);
                relations.order(instance, Task.STOP, previous, Task.STOP, Effect.AFTER);
            }
            previous = instance;
        }
        if (clone.promotable) {
            relatePromotable(clone);
        }
    }

    private void relatePromotable(CloneUnit clone) {
        relations.order(clone, Task.DEMOTED, clone, Task.STOP, Effect.AFTER);
        relations.order(clone, Task.DEMOTED, clone, Task.START, Effect.AFTER);
        relations.order(clone, Task.DEMOTED, clone, Task.PROMOTE, Effect.AFTER);
        relations.order(clone, Task.STOPPED, clone, Task.PROMOTE, Effect.AFTER);
        relations.order(clone, Task.RUNNING, clone, Task.PROMOTE, Effect.AFTER | Effect.BLOCK_THEN);
        relations.order(clone, Task.DEMOTE, clone, Task.DEMOTED, Effect.AFTER);
        relations.order(clone, Task.PROMOTE, clone, Task.PROMOTED, Effect.AFTER);
        Unit previous = null;
        for (Unit instance : clone.byNumber()) {
            relations.order(instance, Task.DEMOTE, instance, Task.PROMOTE, Effect.AFTER);
            relations.order(clone, Task.PROMOTE, instance, Task.PROMOTE, Effect.AFTER);
            relations.order(instance, Task.PROMOTE, clone, Task.PROMOTED, Effect.AFTER);
            relations.order(clone, Task.DEMOTE, instance, Task.DEMOTE, Effect.GRAPH_FIRST);
            relations.order(instance, Task.DEMOTE, clone, Task.DEMOTED, Effect.GRAPH_THEN);
            if (clone.ordered && previous != null) {
                relations.order(previous, Task.PROMOTE, instance, Task.PROMOTE, Effect.AFTER);
                relations.order(instance, Task.DEMOTE, previous, Task.DEMOTE, Effect.AFTER);
            }
            previous = instance;
        }
    }
}
