package io.releve.scheduler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Picks the actions that are carried out, and those orders among them that count. */
final class Graph {

    private final List<Act> acts = new ArrayList<>();

    Graph(Acts all) {
        for (Act act : all.all) {
            act.inGraph = belongs(act);
            if (act.inGraph) {
                acts.add(act);
            }
        }
        cutLoops(all);
    }

    List<Act> acts() {
        return acts;
    }

    /** Whether it is carried out, or stands between what is. */
    static boolean belongs(Act act) {
        if (!act.runnable || !(act.required || act.forced)) {
            return false;
        }
        boolean probe = act.task == Task.MONITOR
                || act.task == Task.CANCEL
                || act.task == Task.CLEAR_FAILURES
                || act.task == Task.DELETE;
        if (act.unit != null && !act.unit.managed && !probe && !act.pseudo) {
            return false;
        }
        if (act.pseudo || act.task == Task.FENCE || act.task == Task.SHUTDOWN) {
            return true;
        }
        return act.node != null && act.node.online && !act.node.unclean;
    }

    /** Whether the edge is an order in the graph. */
    static boolean counts(Act.Edge edge) {
        Act first = edge.first;
        Act then = edge.then;
        if (!first.inGraph || !then.inGraph) {
            return false;
        }
        return wouldCount(edge);
    }

    private static boolean wouldCount(Act.Edge edge) {
        Act first = edge.first;
        Act then = edge.then;
        if (edge.effects == 0) {
            return false;
        }
        if (edge.has(Effect.IF_FIRST_UNMIGRATABLE) && first.migratable) {
            return false;
        }
        if (edge.effects == Effect.AFTER && first.task == Task.STOP && first.migratable && !first.isCollective()) {
            return false;
        }
        if (edge.has(Effect.LOAD)) {
            Node at = then.task == Task.MIGRATE_TO && then.unit != null ? then.unit.assigned() : then.node;
            if (first.node != at || !(first.required || first.forced)) {
                return false;
            }
        }
        if (edge.has(Effect.IF_REQUIRED_SAME_NODE)) {
            boolean apart = first.node != null && then.node != null && first.node != then.node;
            return !apart && isRequired(first);
        }
        return true;
    }

    /** Whether it is required; for a group or clone also where an action of one of its parts is. */
    private static boolean isRequired(Act act) {
        if (act.required || act.unit == null || act.unit instanceof PrimitiveUnit) {
            return act.required;
        }
        boolean[] any = {false};
        act.unit.forEachPrimitive(part -> {
            for (Act one : part.acts) {
                any[0] |= one.required && one.intervalMillis == 0 && one.task == act.task.begun();
            }
        });
        return any[0];
    }

    /**
     * A migration must not wait for capacity that only its own end sets free. Of two that wait for each other the one
     * that was planned last goes first.
     */
    private static void cutLoops(Acts all) {
        for (int i = all.all.size() - 1; i >= 0; i--) {
            Act act = all.all.get(i);
            if (act.task != Task.MIGRATE_TO) {
                continue;
            }
            for (Act.Edge edge : act.before) {
                if (edge.has(Effect.LOAD) && counts(edge) && reaches(act, edge.first, new HashSet<>())) {
                    edge.effects = 0;
                }
            }
        }
    }

    private static boolean reaches(Act from, Act to, Set<Act> seen) {
        if (from == to) {
            return true;
        }
        if (!seen.add(from)) {
            return false;
        }
        for (Act.Edge edge : from.after) {
            if (counts(edge) && reaches(edge.then, to, seen)) {
                return true;
            }
        }
        return false;
    }
}
