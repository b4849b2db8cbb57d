package io.releve.scheduler;

import java.time.Instant;

/** Has resources wait for a node that left in good order, instead of moving away from it. */
final class ShutdownLocks {

    private final Cluster cluster;

    ShutdownLocks(Cluster cluster) {
        this.cluster = cluster;
    }

    void apply() {
        if (!cluster.options.shutdownLock()) {
            return;
        }
        for (Unit unit : cluster.units) {
            if (!(unit instanceof CloneUnit)) {
                unit.forEachPrimitive(this::apply);
            }
        }
    }

    private void apply(PrimitiveUnit unit) {
        if (unit.isFencingDevice()) {
            return;
        }
        long limit = cluster.options.shutdownLockLimitSeconds();
        Node node = unit.lockedTo;
        if (node != null) {
            boolean over = limit > 0 && cluster.now.getEpochSecond() > unit.lockedSince + limit;
            if (over || !unit.active.isEmpty()) {
                unit.historyToDelete.add(node);
                unit.lockedTo = null;
                node = null;
            }
        } else if (unit.active.size() == 1) {
            Node only = unit.active.get(0);
            if (only.shutdown && !only.unclean) {
                node = only;
                unit.lockedTo = only;
                unit.lockedSince = Values.integer(only.attributes.get("shutdown"), (int) cluster.now.getEpochSecond());
            }
        }
        if (node == null) {
            return;
        }
        if (limit > 0) {
            cluster.recheck.at(Instant.ofEpochSecond(unit.lockedSince + limit + 1));
        }
        for (Node other : cluster.nodes) {
            if (other != node) {
                unit.table.add(other.index, -ScoreTable.INFINITY);
            }
        }
        cluster.reasons.add(unit, node, 0, "shutdown-lock", "it waits for " + node + " to come back");
    }
}
