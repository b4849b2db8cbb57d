package io.releve.scheduler;

import java.util.Locale;

/** Takes note of where a resource is active, and of what follows if that is more than one place. */
final class Activity {

    private Activity() {}

    static void found(Cluster cluster, PrimitiveUnit unit, Node node) {
        if (unit.active.contains(node)) {
            return;
        }
        unit.activeOn(node);
        if (node.maintenance) {
            unit.managed = false;
            unit.maintenance = true;
        }
        if (!unit.managed) {
            unit.addScore(node, ScoreTable.INFINITY);
            cluster.reasons.add(
                    unit, node, ScoreTable.INFINITY, "unmanaged", "it is active on " + node + " and not to be touched");
            return;
        }
        if (isMultiplyActive(unit)) {
            multiplyActive(cluster, unit);
        }
    }

    static boolean isMultiplyActive(PrimitiveUnit unit) {
        return unit.needsFencing()
                ? unit.active.size() > 1
                : unit.active.stream().filter(Node::isOnlineAndClean).count() > 1;
    }

    static String policy(Unit unit) {
        return unit.meta.getOrDefault("multiple-active", "stop_start").toLowerCase(Locale.ROOT);
    }

    private static void multiplyActive(Cluster cluster, PrimitiveUnit unit) {
        switch (policy(unit)) {
            case "stop_only" -> {
                unit.table.replaceEverywhere(-ScoreTable.INFINITY);
                cluster.reasons.add(
                        unit, null, -ScoreTable.INFINITY, "multiple-active", "it was active on several nodes at once");
            }
            case "block" -> {
                unit.block();
                if (unit.parent != null && policy(unit.parent).equals("block")) {
                    unit.parent.children().forEach(Unit::block);
                }
            }
            default -> {
                // All copies are stopped, or the unexpected ones, when actions are made.
            }
        }
    }
}
