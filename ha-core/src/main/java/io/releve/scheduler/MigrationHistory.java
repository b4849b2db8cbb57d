package io.releve.scheduler;

import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Works out where a resource is whose live migration was begun, from the histories of both ends. */
final class MigrationHistory {

    private static final int UNKNOWN_CODE = 193;

    private final Cluster cluster;

    MigrationHistory(Cluster cluster) {
        this.cluster = cluster;
    }

    /** A migrate_to succeeded on its source. */
    void movedAway(PrimitiveUnit unit, Node source, OperationResult left) {
        String sourceName = left.details().migrateSource().orElse("");
        String targetName = left.details().migrateTarget().orElse("");
        if (!sourceName.equals(source.name) || targetName.isEmpty()) {
            return;
        }
        Node target = cluster.node(targetName);
        OperationResult arrived = find(unit, targetName, "migrate_from", sourceName);
        boolean sourceMoved = hasNewerOperation(unit, sourceName, left, true);
        if (arrived != null && sourceMoved) {
            return;
        }
        boolean targetChanged = hasNewerState(unit, targetName, left, arrived);
        if (sourceMoved && targetChanged) {
            return;
        }
        if (arrived != null && arrived.code() == 0 && arrived.status() == Status.DONE) {
            unit.current = Phase.STOPPED;
            if (!unit.leftBehind.contains(source)) {
                unit.leftBehind.add(source);
            }
            return;
        }
        unit.current = Phase.STARTED;
        Node there = targetChanged || target == null || !target.online ? null : target;
        boolean arriving = arrived == null || arrived.status() == Status.PENDING;
        if (!arriving) {
            if (there != null) {
                Activity.found(cluster, unit, there);
            } else {
                giveUp(unit);
            }
        } else if (target != null && target.online && isUnknown(unit, targetName)) {
            return;
        } else if (there != null) {
            Activity.found(cluster, unit, there);
            if (source.online) {
                unit.migrationSource = source;
                unit.migrationTarget = there;
            }
        } else if (!sourceMoved) {
            giveUp(unit);
        }
    }

    private static void giveUp(PrimitiveUnit unit) {
        unit.failed = true;
        unit.mustStop = true;
        unit.unmigratable = true;
    }

    /** A migrate_to runs still, as far as is known, from a node that is lost. */
    void pendingFromUncleanSource(PrimitiveUnit unit, Node source, OperationResult leaving) {
        Node target = cluster.node(leaving.details().migrateTarget().orElse(""));
        if (source.unclean && target != null) {
            unit.requireStop(target);
        }
    }

    /** A migrate_to failed on its source. */
    void failedToLeave(PrimitiveUnit unit, Node source, OperationResult left) {
        String sourceName = left.details().migrateSource().orElse("");
        String targetName = left.details().migrateTarget().orElse("");
        if (!sourceName.equals(source.name) || targetName.isEmpty()) {
            return;
        }
        unit.current = Phase.STARTED;
        Node target = cluster.node(targetName);
        OperationResult arrived = find(unit, targetName, "migrate_from", sourceName);
        if (!isUnknown(unit, targetName) && !hasNewerState(unit, targetName, left, arrived)) {
            if (target != null && target.online) {
                Activity.found(cluster, unit, target);
            }
        } else if (!hasNewerOperation(unit, sourceName, left, true) && !unit.leftBehind.contains(source)) {
            unit.leftBehind.add(source);
        }
    }

    /** A migrate_from failed on its target. */
    void failedToArrive(PrimitiveUnit unit, Node target, OperationResult arrived) {
        String sourceName = arrived.details().migrateSource().orElse("");
        String targetName = arrived.details().migrateTarget().orElse("");
        if (!targetName.equals(target.name) || sourceName.isEmpty()) {
            return;
        }
        unit.current = Phase.STARTED;
        Node source = cluster.node(sourceName);
        OperationResult left = find(unit, sourceName, "migrate_to", sourceName);
        if (!isUnknown(unit, sourceName)
                && !hasNewerState(unit, sourceName, arrived, left)
                && source != null
                && source.online) {
            Activity.found(cluster, unit, source);
        }
    }

    private List<OperationResult> history(PrimitiveUnit unit, String node) {
        NodeState observed = cluster.state.nodes().get(node);
        return observed == null ? List.of() : HistoryReader.of(observed, unit);
    }

    private @Nullable OperationResult find(PrimitiveUnit unit, String node, String operation, String source) {
        OperationResult found = null;
        for (OperationResult result : history(unit, node)) {
            if (result.operation().equals(operation)
                    && result.details().migrateSource().orElse("").equals(source)) {
                found = result;
            }
        }
        return found;
    }

    private boolean isUnknown(PrimitiveUnit unit, String node) {
        return history(unit, node).stream().noneMatch(result -> result.code() != UNKNOWN_CODE);
    }

    private boolean hasNewerOperation(PrimitiveUnit unit, String node, OperationResult than, boolean sameNode) {
        return history(unit, node).stream()
                .filter(result -> !result.equals(than))
                .filter(result -> switch (result.operation()) {
                    case "start", "stop", "migrate_to", "migrate_from" -> true;
                    default -> false;
                })
                .anyMatch(result -> isNewer(result, than, sameNode));
    }

    /**
     * Whether something is known of the node that came after the migration.
     *
     * @param than the step of the migration that is known
     * @param there the step of the migration on this node, if that is known: compared with what else is known of the
     *     node it tells most
     */
    private boolean hasNewerState(
            PrimitiveUnit unit, String node, OperationResult than, @Nullable OperationResult there) {
        OperationResult reference = there == null ? than : there;
        boolean sameNode = there != null;
        if (hasNewerOperation(unit, node, reference, sameNode)) {
            return true;
        }
        for (OperationResult result : history(unit, node)) {
            if (result.operation().equals("monitor")) {
                return result.code() == 7 && result.status() == Status.DONE && isNewer(result, reference, sameNode);
            }
        }
        return false;
    }

    private static boolean isNewer(OperationResult a, OperationResult b, boolean sameNode) {
        boolean comparable =
                sameNode || (a.details().globalCallIds() && b.details().globalCallIds());
        if (comparable && a.callId() >= 0 && b.callId() >= 0) {
            return a.callId() > b.callId();
        }
        boolean timed = !a.at().equals(Instant.EPOCH) && !b.at().equals(Instant.EPOCH);
        return timed && a.at().isAfter(b.at());
    }
}
