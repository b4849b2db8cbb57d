package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All actions that may become part of the transition, and whether they can be carried out. */
final class Acts {

    private final Cluster cluster;
    final List<Act> all = new ArrayList<>();

    Acts(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The action of this task on this node; makes it if there is none. Once required, it stays so. */
    Act request(Unit unit, Task task, @Nullable Node node, boolean required) {
        return request(unit, task, 0, node, required);
    }

    Act request(Unit unit, Task task, long intervalMillis, @Nullable Node node, boolean required) {
        Act act = find(unit, task, intervalMillis, node);
        if (act == null) {
            act = make(unit, task, intervalMillis, node);
            unit.acts.add(act);
        } else if (act.node == null) {
            act.node = node;
        }
        act.required |= required;
        if (!act.pseudo) {
            if (!unit.managed
                    && act.node != null
                    && intervalMillis == 0
                    && task != Task.CLEAR_FAILURES
                    && task != Task.DELETE) {
                act.required = false;
            }
            judge(act, unit);
        }
        return act;
    }

    private static @Nullable Act find(Unit unit, Task task, long intervalMillis, @Nullable Node node) {
        for (Act act : unit.acts) {
            if (act.task == task
                    && act.intervalMillis == intervalMillis
                    && (act.node == node || act.node == null || node == null)) {
                return act;
            }
        }
        return null;
    }

    private Act make(@Nullable Unit unit, Task task, long intervalMillis, @Nullable Node node) {
        Act act = new Act(all.size(), unit, task, intervalMillis, node);
        all.add(act);
        return act;
    }

    /** An action that nobody carries out and that stands for something of a group or clone. */
    Act pseudo(Unit unit, Task task) {
        Act act = make(unit, task, 0, null);
        act.pseudo = true;
        unit.acts.add(act);
        return act;
    }

    /** An action that belongs to no resource. */
    Act free(Task task, @Nullable Node node, boolean pseudo) {
        Act act = make(null, task, 0, node);
        act.pseudo = pseudo;
        return act;
    }

    /** An action of a resource that is not to be found under its task: probes, cancellations. */
    Act separate(Unit unit, Task task, long intervalMillis, Node node) {
        Act act = make(unit, task, intervalMillis, node);
        judge(act, unit);
        return act;
    }

    /** An action that something else waits for and that there is no way to carry out. */
    Act placeholder(Unit unit, Task task) {
        Act act = make(unit, task, 0, null);
        act.runnable = false;
        act.why = "nothing is planned that would do it";
        unit.acts.add(act);
        return act;
    }

    private void judge(Act act, Unit unit) {
        Node node = act.node;
        if (node == null) {
            act.runnable = false;
            return;
        }
        if (!node.online) {
            act.runnable = false;
            act.why = node + " is offline";
            if (act.task == Task.STOP && unit.managed && !node.unclean) {
                node.mustBeFenced(unit.id + " cannot be stopped there");
            }
            return;
        }
        if (node.pending) {
            act.runnable = false;
            act.why = node + " is not ready yet";
            return;
        }
        act.runnable = !needsQuorum(act, unit) || hasQuorumFor(unit);
        if (!act.runnable) {
            act.why = "the cluster has no quorum";
        }
    }

    private static boolean needsQuorum(Act act, Unit unit) {
        return (act.task == Task.START || act.task == Task.PROMOTE)
                && unit instanceof PrimitiveUnit primitive
                && primitive.requires != PrimitiveUnit.Requires.NOTHING;
    }

    private boolean hasQuorumFor(Unit unit) {
        if (cluster.state.quorate()) {
            return true;
        }
        return switch (cluster.options.quorumPolicy()) {
            case IGNORE, FENCE -> true;
            case STOP -> false;
            case FREEZE -> !unit.active.isEmpty() && !unit.next.exceeds(unit.current);
            case DEMOTE -> {
                boolean promotable = unit.current == Phase.PROMOTED || unit.current == Phase.UNPROMOTED;
                if (promotable && unit.next.exceeds(Phase.UNPROMOTED)) {
                    unit.next = Phase.UNPROMOTED;
                }
                yield promotable;
            }
        };
    }
}
