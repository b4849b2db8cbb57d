package io.releve.scheduler;

import io.releve.model.OnFail;
import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Status;

/** What failures do to a resource and to the node where it failed. */
final class FailureEffects {

    private static final int NOT_RUNNING = 7;

    private final Cluster cluster;
    private final MigrationHistory migrations;

    FailureEffects(Cluster cluster, MigrationHistory migrations) {
        this.cluster = cluster;
        this.migrations = migrations;
    }

    /** Takes note of one failure. */
    void failed(Verdict verdict, OperationResult result, int code, Status status, OnFail onFail) {
        PrimitiveUnit unit = verdict.unit;
        if (status == Status.NOT_INSTALLED) {
            ban(unit, verdict.node, "its agent is not installed on " + verdict.node);
            if (onFail == OnFail.IGNORE) {
                verdict.worsen(OnFail.MIGRATE);
            }
        }
        verdict.lastFailure = result;
        verdict.worsen(onFail);
        failedOperation(verdict, result, code, onFail);
        if (HistoryReader.isProbe(result) && code == 5) {
            unit.current = Phase.STOPPED;
        } else if (unit.current.compareTo(Phase.STARTED) < 0) {
            unit.current = unit.activePhase();
        }
        Phase wanted = Operations.roleAfterFailure(onFail, result.operation());
        if (wanted != Phase.STARTED && unit.next.compareTo(wanted) < 0) {
            unit.next = wanted;
        }
        if (wanted == Phase.STOPPED) {
            unit.failureScope().addScoreEverywhere(-ScoreTable.INFINITY);
        }
        if (status == Status.HARD_ERROR) {
            ban(
                    unit,
                    verdict.node,
                    result.operation() + " failed on " + verdict.node + " in a way that another try there cannot mend");
        } else if (status == Status.FATAL_ERROR) {
            unit.failureScope().addScoreEverywhere(-ScoreTable.INFINITY);
            cluster.reasons.add(
                    unit.failureScope(),
                    null,
                    -ScoreTable.INFINITY,
                    "failures",
                    result.operation() + " failed on " + verdict.node + " for a reason that holds on every node");
        }
    }

    private void failedOperation(Verdict verdict, OperationResult result, int code, OnFail onFail) {
        PrimitiveUnit unit = verdict.unit;
        switch (result.operation()) {
            case "stop" -> unit.addScore(verdict.node, -ScoreTable.INFINITY);
            case "migrate_to" -> migrations.failedToLeave(unit, verdict.node, result);
            case "migrate_from" -> migrations.failedToArrive(unit, verdict.node, result);
            case "promote" -> unit.current = Phase.PROMOTED;
            case "demote" -> {
                if (onFail == OnFail.BLOCK) {
                    unit.current = Phase.PROMOTED;
                    unit.next = Phase.STOPPED;
                } else {
                    unit.current = code == NOT_RUNNING ? Phase.STOPPED : Phase.UNPROMOTED;
                }
            }
            default -> {
                // The failure itself is all there is to note.
            }
        }
    }

    void ban(PrimitiveUnit unit, Node node, String why) {
        Unit scope = unit.failureScope();
        scope.addScore(node, -ScoreTable.INFINITY);
        cluster.reasons.add(scope, node, -ScoreTable.INFINITY, "failures", why);
    }

    /** Applies what all the failures on a node, taken together, ask for. */
    void react(PrimitiveUnit unit, Node node, OnFail reaction, boolean active) {
        switch (reaction) {
            case IGNORE -> {
                return;
            }
            case DEMOTE -> {
                unit.failed = true;
                unit.demotesRequired.add(node);
                return;
            }
            case RESTART -> {
                if (active) {
                    unit.requireStop(node);
                }
            }
            case MIGRATE -> unit.addScore(node, -ScoreTable.INFINITY);
            case BLOCK -> {
                unit.block();
                unit.failed |= active;
                return;
            }
            case STOP -> unit.next = Phase.STOPPED;
            case STANDBY -> {
                node.standby = true;
                cluster.reasons.add(
                        unit,
                        node,
                        0,
                        "failures",
                        node + " is on standby because " + unit.publicId() + " failed there");
            }
            case FENCE -> node.mustBeFenced(unit.publicId() + " failed there");
        }
        if (active) {
            unit.failed = true;
            unit.mustStop = true;
        }
    }
}
