package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in one word per resource what the transition does to it. */
final class Summary {

    private final Cluster cluster;

    Summary(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * What happens to one resource, or to one node.
     *
     * @param verb Start, Stop, Move …
     * @param resource the resource; empty for the fencing of a node
     * @param from node, node/role or {@code -}
     * @param to the same
     * @param blocked whether it is wanted but may not be carried out
     */
    record Line(String verb, String resource, String from, String to, boolean blocked) {}

    List<Line> lines(List<Act> all) {
        List<Line> lines = new ArrayList<>();
        for (Act act : all) {
            if (act.task == Task.FENCE && act.required && act.node != null) {
                lines.add(new Line("Fence(" + cluster.options.fencingAction() + ")", "", act.node.name, "", false));
            }
        }
        cluster.forEachPrimitive(unit -> describe(unit, lines));
        return lines;
    }

    private void describe(PrimitiveUnit unit, List<Line> lines) {
        Node current = unit.currentNode();
        Node target = unit.assigned;
        if (!unit.managed
                || (current == null && target == null)
                || (unit.removed && current == null && unit.active.isEmpty())) {
            return;
        }
        Phase role =
                !unit.active.isEmpty() && unit.current.compareTo(Phase.STOPPED) <= 0 ? Phase.STARTED : unit.current;
        if (role == unit.next) {
            same(unit, current, target, role, lines);
        } else {
            different(unit, current, target, role, lines);
        }
    }

    private static void same(
            PrimitiveUnit unit, @Nullable Node current, @Nullable Node target, Phase role, List<Line> lines) {
        Ends ends = new Ends(unit, role);
        Act start = target == null ? null : exact(unit, Task.START, target);
        Act stop = stop(unit, current, start);
        Act promote = target == null ? null : exact(unit, Task.PROMOTE, target);
        Act demote = target == null ? null : exact(unit, Task.DEMOTE, target);
        Act arrive = target == null ? null : exact(unit, Task.MIGRATE_FROM, target);
        if (current != null && arrive != null && arrive.runnable) {
            lines.add(ends.line("Migrate", current, target, start));
        } else if (isReloaded(unit)) {
            lines.add(ends.line("Reload", current, target, start));
        } else if (start == null || !start.required) {
            if (demote != null && demote.required && promote != null && promote.required) {
                lines.add(ends.line("Re-promote", current, target, promote));
            }
        } else if (!start.runnable) {
            lines.add(new Line("Stop", unit.publicId(), ends.from(current), "-", isBlocked(stop)));
        } else if (current != target) {
            lines.add(ends.line(unit.failed ? "Recover" : "Move", current, target, stop));
        } else if (unit.failed) {
            lines.add(ends.line("Recover", current, target, stop));
        } else {
            lines.add(ends.line("Restart", current, target, start));
        }
    }

    private static void different(
            PrimitiveUnit unit, @Nullable Node current, @Nullable Node target, Phase role, List<Line> lines) {
        Ends ends = new Ends(unit, role);
        Act start = target == null ? null : exact(unit, Task.START, target);
        Act stop = stop(unit, current, start);
        Act onTarget = target == null ? null : exact(unit, Task.PROMOTE, target);
        Act promote = onTarget == null ? unit.act(Task.PROMOTE) : onTarget;
        if (stop != null && (unit.next == Phase.STOPPED || (start != null && !start.runnable))) {
            for (Node node : unit.active) {
                Act here = exact(unit, Task.STOP, node);
                lines.add(new Line("Stop", unit.publicId(), ends.from(node), "-", isBlocked(here)));
            }
        } else if (stop != null && unit.mustStop) {
            lines.add(ends.line("Recover", current, target, stop));
        } else if (current != null && target != null && current != target) {
            lines.add(ends.line("Move", current, target, stop));
        } else if (isReloaded(unit)) {
            lines.add(ends.line("Reload", current, target, start));
        } else if (stop != null && stop.required) {
            lines.add(ends.line("Restart", current, target, start));
        } else if (role == Phase.PROMOTED) {
            lines.add(ends.line("Demote", current, target, target == null ? null : exact(unit, Task.DEMOTE, target)));
        } else if (unit.next == Phase.PROMOTED) {
            lines.add(ends.line("Promote", current, target, promote));
        } else if (role.compareTo(Phase.STOPPED) <= 0 && unit.next.isActive()) {
            lines.add(ends.line("Start", null, target, start));
        }
    }

    private static boolean isReloaded(PrimitiveUnit unit) {
        Act reload = unit.act(Task.RELOAD);
        return reload != null && reload.required;
    }

    private static @Nullable Act stop(PrimitiveUnit unit, @Nullable Node current, @Nullable Act start) {
        if (start == null || !start.runnable) {
            return unit.act(Task.STOP);
        }
        Act here = current == null ? null : exact(unit, Task.STOP, current);
        return here == null && unit.stopUnexpected ? unit.act(Task.STOP) : here;
    }

    private static @Nullable Act exact(PrimitiveUnit unit, Task task, Node node) {
        for (Act act : unit.acts) {
            if (act.task == task && act.intervalMillis == 0 && act.node == node) {
                return act;
            }
        }
        return null;
    }

    private static boolean isBlocked(@Nullable Act act) {
        return act != null && !act.runnable;
    }

    /** How both ends of a line are written. */
    private static final class Ends {
        private final PrimitiveUnit unit;
        private final Phase role;
        private final boolean withRole;

        Ends(PrimitiveUnit unit, Phase role) {
            this.unit = unit;
            this.role = role;
            this.withRole = role.exceeds(Phase.STARTED) || unit.next.exceeds(Phase.UNPROMOTED);
        }

        String from(@Nullable Node node) {
            return text(node, role);
        }

        private String text(@Nullable Node node, Phase shown) {
            return node == null ? "-" : withRole ? node.name + "/" + shown.role() : node.name;
        }

        Line line(String verb, @Nullable Node current, @Nullable Node target, @Nullable Act decisive) {
            return new Line(verb, unit.publicId(), from(current), text(target, unit.next), isBlocked(decisive));
        }
    }
}
