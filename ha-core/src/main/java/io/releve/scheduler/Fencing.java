package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;

/** Has lost nodes made harmless before others take over, and lets nodes leave that want to. */
final class Fencing {

    private final Cluster cluster;
    private final Acts acts;
    private final Relations relations;
    final List<Act> fences = new ArrayList<>();

    Fencing(Cluster cluster, Acts acts, Relations relations) {
        this.cluster = cluster;
        this.acts = acts;
        this.relations = relations;
    }

    void make() {
        boolean anyManaged = cluster.units.stream().anyMatch(unit -> unit.managed);
        Act controllerLast = null;
        List<Act> others = new ArrayList<>();
        List<Act> shutdowns = new ArrayList<>();
        for (Node node : cluster.nodes) {
            if (node.unclean && anyManaged && cluster.canFence(node)) {
                Act fence = acts.free(Task.FENCE, node, false);
                fence.required = true;
                fence.why = node.uncleanReason;
                fences.add(fence);
                orderStops(node, fence);
                if (cluster.isController(node)) {
                    controllerLast = fence;
                } else {
                    others.add(fence);
                }
            } else if (node.online && node.shutdown) {
                Act shutdown = shutdown(node);
                if (cluster.isController(node)) {
                    controllerLast = shutdown;
                } else {
                    shutdowns.add(shutdown);
                }
            }
        }
        orderAmongThemselves(others, shutdowns, controllerLast);
        orderStarts();
    }

    private void orderAmongThemselves(
            List<Act> others, List<Act> shutdowns, @org.jspecify.annotations.Nullable Act controllerLast) {
        if (!cluster.options.concurrentFencing()) {
            for (int i = 1; i < others.size(); i++) {
                relations.between(others.get(i - 1), others.get(i), Effect.AFTER);
            }
        }
        if (controllerLast != null) {
            for (Act other : others) {
                relations.between(other, controllerLast, Effect.AFTER);
            }
            if (controllerLast.task == Task.SHUTDOWN) {
                for (Act shutdown : shutdowns) {
                    relations.between(shutdown, controllerLast, Effect.AFTER);
                }
            }
        }
    }

    private void orderStops(Node node, Act fence) {
        cluster.forEachPrimitive(unit -> {
            if (!unit.managed) {
                return;
            }
            for (Act act : unit.acts) {
                if (act.node != node) {
                    continue;
                }
                if (act.task == Task.STOP) {
                    act.pseudo = true;
                    act.runnable = true;
                    if (unit.needsFencing()) {
                        relations.between(fence, act, Effect.AFTER);
                        Act whole = unit.top() == unit ? null : unit.top().act(Task.STOP);
                        if (whole != null && act.required) {
                            relations.between(fence, whole, Effect.AFTER);
                        }
                    }
                } else if (act.task == Task.DEMOTE) {
                    act.pseudo = true;
                    act.runnable = true;
                    if (unit.needsFencing()) {
                        relations.between(fence, act, Effect.AFTER);
                    }
                }
            }
        });
    }

    private void orderStarts() {
        if (fences.isEmpty()) {
            return;
        }
        cluster.forEachPrimitive(unit -> {
            for (Act act : unit.acts) {
                if (!bringsUp(act.task) || act.node == null) {
                    continue;
                }
                if (unit.requires == PrimitiveUnit.Requires.FENCING) {
                    for (Act fence : fences) {
                        relations.between(fence, act, Effect.AFTER);
                    }
                } else if (unit.requires == PrimitiveUnit.Requires.QUORUM && act.task == Task.START) {
                    for (Act fence : fences) {
                        Node node = java.util.Objects.requireNonNull(fence.node);
                        if (unit.table.lists(node.index) && !isKnown(unit, node)) {
                            relations.between(fence, act, Effect.AFTER | Effect.BLOCK_THEN);
                        }
                    }
                }
            }
        });
    }

    private static boolean bringsUp(Task task) {
        return switch (task) {
            case START, PROMOTE, MIGRATE_TO, MIGRATE_FROM -> true;
            default -> false;
        };
    }

    /** Of equal instances it is enough to know one. */
    private static boolean isKnown(PrimitiveUnit unit, Node node) {
        return unit.known.get(node.index)
                || (unit.parent instanceof CloneUnit clone && !clone.unique && clone.known.get(node.index));
    }

    private Act shutdown(Node node) {
        Act shutdown = acts.free(Task.SHUTDOWN, node, false);
        shutdown.required = true;
        cluster.forEachPrimitive(unit -> {
            boolean leftAlone = unit.maintenance || node.maintenance || (!unit.managed && !unit.blocked);
            if (leftAlone) {
                return;
            }
            for (Act act : unit.acts) {
                if (act.task == Task.STOP && act.node == node) {
                    act.required = true;
                    relations.between(act, shutdown, Effect.AFTER | Effect.BLOCK_THEN);
                }
            }
        });
        return shutdown;
    }
}
