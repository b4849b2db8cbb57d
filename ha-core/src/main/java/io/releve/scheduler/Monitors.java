package io.releve.scheduler;

import io.releve.model.Operation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Begins the recurring monitors that fit a resource's role, and ends those that do not. */
final class Monitors {

    private static final int NOT_RUNNING = 7;
    private static final int PROMOTED = 8;

    private final Cluster cluster;
    private final Acts acts;
    private final Relations relations;

    Monitors(Cluster cluster, Acts acts, Relations relations) {
        this.cluster = cluster;
        this.acts = acts;
        this.relations = relations;
    }

    void make(PrimitiveUnit unit) {
        if (unit.maintenance || unit.blocked) {
            return;
        }
        Node target = unit.assigned;
        if (target != null && (unit.next != Phase.STOPPED || !unit.managed)) {
            // Whatever is stopped on the way to another role or node has to come up again there.
            acts.request(unit, Task.START, target, false);
        }
        for (Operation operation : cluster.operations.recurring(unit.primitive)) {
            Operations.Settings settings = cluster.operations.of(
                    unit.primitive, operation.name(), operation.interval().toMillis());
            if (settings.role() == Phase.STOPPED) {
                whereStopped(unit, operation);
            } else if (target != null && unit.next.isActive()) {
                whereActive(unit, operation, settings, target);
            }
        }
        cancelUndeclared(unit);
    }

    private static boolean fits(Phase wanted, Phase next) {
        return wanted == Phase.PROMOTED ? next == Phase.PROMOTED : next == Phase.STARTED || next == Phase.UNPROMOTED;
    }

    private static boolean runs(PrimitiveUnit unit, Node node, PrimitiveUnit.MonitorKey key) {
        return unit.monitors.getOrDefault(node, Set.of()).contains(key);
    }

    private void whereActive(PrimitiveUnit unit, Operation operation, Operations.Settings settings, Node node) {
        PrimitiveUnit.MonitorKey key = new PrimitiveUnit.MonitorKey(
                operation.name(), operation.interval().toMillis());
        boolean running = runs(unit, node, key);
        if (!fits(settings.role(), unit.next)) {
            if (running) {
                Act cancel = cancel(unit, key, node);
                for (Task task : new Task[] {Task.PROMOTE, Task.DEMOTE, Task.STOP}) {
                    relations.from(cancel, unit, task, Effect.AFTER | Effect.SAME_NODE);
                }
            }
            return;
        }
        Act start = acts.request(unit, Task.START, node, false);
        boolean restart = unit.monitorsToRestart.getOrDefault(node, Set.of()).contains(key);
        boolean needed = !running || restart || start.required;
        Act monitor = acts.separate(unit, Task.MONITOR, key.intervalMillis(), node);
        monitor.required = needed;
        monitor.expectedCode = unit.next == Phase.PROMOTED ? PROMOTED : 0;
        unit.acts.add(monitor);
        relations.to(unit, Task.START, monitor, Effect.PULL_THEN | Effect.BLOCK_THEN | Effect.SAME_NODE);
        relations.to(unit, Task.RELOAD, monitor, Effect.PULL_THEN | Effect.BLOCK_THEN | Effect.SAME_NODE);
        if (unit.next == Phase.PROMOTED) {
            relations.to(unit, Task.PROMOTE, monitor, Effect.AFTER | Effect.BLOCK_THEN | Effect.SAME_NODE);
        } else if (unit.current == Phase.PROMOTED) {
            relations.to(unit, Task.DEMOTE, monitor, Effect.AFTER | Effect.BLOCK_THEN | Effect.SAME_NODE);
        }
    }

    /** A monitor that makes sure that the resource does not run where it should not. */
    private void whereStopped(PrimitiveUnit unit, Operation operation) {
        PrimitiveUnit.MonitorKey key = new PrimitiveUnit.MonitorKey(
                operation.name(), operation.interval().toMillis());
        if (!unit.isUnique() || unit.parent instanceof CloneUnit) {
            return;
        }
        Node target = unit.next.isActive() ? unit.assigned : null;
        for (Node node : cluster.nodes) {
            boolean running = runs(unit, node, key);
            if (node == target) {
                if (running) {
                    relations.from(cancel(unit, key, node), unit, Task.START, Effect.AFTER);
                }
            } else if (node.online && !node.unclean && !node.pending && !running) {
                Act monitor = acts.separate(unit, Task.MONITOR, key.intervalMillis(), node);
                monitor.required = unit.managed;
                monitor.expectedCode = NOT_RUNNING;
                unit.acts.add(monitor);
                relations.to(unit, Task.STOP, monitor, Effect.AFTER | Effect.BLOCK_THEN | Effect.SAME_NODE);
                Act probed = unit.act(Task.PROBED);
                if (probed != null) {
                    relations.between(probed, monitor, Effect.AFTER);
                }
            }
        }
    }

    private void cancelUndeclared(PrimitiveUnit unit) {
        if (!cluster.options.cancelRemoved() || unit.removed) {
            return;
        }
        unit.monitors.forEach((node, keys) -> {
            for (PrimitiveUnit.MonitorKey key : keys) {
                boolean declared = cluster.operations.recurring(unit.primitive).stream()
                        .anyMatch(operation -> operation.name().equals(key.name())
                                && operation.interval().toMillis() == key.intervalMillis());
                if (!declared && isStill(unit, node)) {
                    cancel(unit, key, node);
                }
            }
        });
    }

    private static boolean isStill(PrimitiveUnit unit, @Nullable Node node) {
        return node != null && unit.assigned == node && unit.next.isActive();
    }

    private Act cancel(PrimitiveUnit unit, PrimitiveUnit.MonitorKey key, Node node) {
        Act cancel = acts.separate(unit, Task.CANCEL, key.intervalMillis(), node);
        cancel.required = true;
        return cancel;
    }
}
