package io.releve.scheduler;

import io.releve.model.OnFail;
import io.releve.model.Operation;
import io.releve.model.Score;
import io.releve.state.FailCount;
import io.releve.state.OperationResult;
import java.time.Instant;
import java.util.List;

/** Counts the failures that are remembered, and bans resources from nodes where they failed too often. */
final class Failures {

    private final Cluster cluster;

    Failures(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * The failures of a resource on a node.
     *
     * @param count how many, expired or not
     * @param last when the last one was; the epoch if not known
     */
    record Tally(int count, Instant last) {}

    Tally tally(PrimitiveUnit unit, Node node) {
        int count = 0;
        Instant last = Instant.EPOCH;
        for (FailCount one : cluster.observed(node).failCounts()) {
            if (isFor(one.resourceId(), unit)) {
                count = Score.add(count, one.count().value());
                last = one.last().isAfter(last) ? one.last() : last;
            }
        }
        return new Tally(count, last);
    }

    private static boolean isFor(String name, PrimitiveUnit unit) {
        String own = unit.historyId == null ? unit.id : unit.historyId;
        return unit.isUnique()
                ? name.equals(own)
                : name.equals(unit.primitive.id())
                        || HistoryOwner.withoutNumber(name).equals(unit.primitive.id());
    }

    /** How many failures count: none if the last is longer ago than the failure time-out. */
    int effective(PrimitiveUnit unit, Node node) {
        if (cluster.observed(node).failCounts().isEmpty()) {
            return 0;
        }
        Tally tally = tally(unit, node);
        if (tally.count() > 0 && isForgotten(unit, node, tally)) {
            return 0;
        }
        return tally.count();
    }

    private boolean isForgotten(PrimitiveUnit unit, Node node, Tally tally) {
        if (unit.failureTimeoutSeconds == 0 || tally.last().equals(Instant.EPOCH) || blocks(unit, node)) {
            return false;
        }
        Instant end = tally.last().plusSeconds(unit.failureTimeoutSeconds);
        if (cluster.now.isAfter(end)) {
            return true;
        }
        cluster.recheck.at(end.plusSeconds(1));
        return false;
    }

    /** Whether an operation that blocks the resource when it fails has failed here: that is never forgotten. */
    private boolean blocks(PrimitiveUnit unit, Node node) {
        for (Operation operation : unit.primitive.operations()) {
            if (operation.onFail().filter(reaction -> reaction == OnFail.BLOCK).isPresent()) {
                String name = unit.historyId == null ? unit.id : unit.historyId;
                List<OperationResult> history = cluster.observed(node).history().get(name);
                if (history == null) {
                    history = cluster.observed(node).history().getOrDefault(unit.primitive.id(), List.of());
                }
                for (OperationResult result : history) {
                    if (result.operation().equals(operation.name())
                            && (result.details().lastFailure()
                                    || result.interval().equals(operation.interval()))
                            && result.code() != result.expectedCode()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Bans what failed too often. */
    void ban() {
        for (Node node : cluster.nodes) {
            if (!cluster.observed(node).failCounts().isEmpty()) {
                cluster.forEachPrimitive(unit -> ban(unit, node));
            }
        }
    }

    private void ban(PrimitiveUnit unit, Node node) {
        if (unit.migrationThreshold == 0 || unit.failureIgnored || unit.failuresToClear.containsKey(node)) {
            return;
        }
        int count = effective(unit, node);
        if (count > 0 && count >= unit.migrationThreshold) {
            Unit scope = unit.failureScope();
            scope.addScore(node, -ScoreTable.INFINITY);
            cluster.reasons.add(
                    scope,
                    node,
                    -ScoreTable.INFINITY,
                    "migration-threshold",
                    unit.publicId() + " has failed " + (count >= ScoreTable.INFINITY ? "for good" : count + " times")
                            + " on " + node + ", and " + Score.of(unit.migrationThreshold)
                            + " is the limit: it may come back when its failures are cleared");
        }
    }
}
