package io.releve.scheduler;

import io.releve.model.OnFail;
import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Status;
import java.time.Instant;

/** Says what a result comes to: success, or which kind of failure, and whether it is so old that it no longer counts. */
final class ResultStatus {

    private static final int NOT_RUNNING = 7;
    private static final int PROMOTED = 8;
    private static final int FAILED_PROMOTED = 9;

    private final Cluster cluster;
    private final Failures failures;

    ResultStatus(Cluster cluster, Failures failures) {
        this.cluster = cluster;
        this.failures = failures;
    }

    /** What the status comes to in the light of code and expectation. */
    Status read(Verdict verdict, OperationResult result, int code, boolean probe, boolean expired) {
        PrimitiveUnit unit = verdict.unit;
        if (result.status() != Status.DONE && result.status() != Status.ERROR) {
            return result.status();
        }
        Status status = result.expectedCode() == code ? Status.DONE : Status.ERROR;
        switch (code) {
            case 0 -> {
                return probe && result.expectedCode() == NOT_RUNNING ? Status.DONE : status;
            }
            case NOT_RUNNING -> {
                if (probe || result.expectedCode() == NOT_RUNNING || !unit.managed) {
                    unit.current = Phase.STOPPED;
                    verdict.reaction = OnFail.IGNORE;
                    unit.next = Phase.UNKNOWN;
                    return Status.DONE;
                }
                return status;
            }
            case PROMOTED -> {
                if (!(expired && result.expectedCode() != code)) {
                    unit.current = Phase.PROMOTED;
                }
                return probe ? Status.DONE : status;
            }
            case FAILED_PROMOTED -> {
                if (!expired) {
                    unit.current = Phase.PROMOTED;
                }
                return Status.ERROR;
            }
            case 6 -> {
                return Status.FATAL_ERROR;
            }
            case 3 -> {
                return result.interval().isZero() ? hard(verdict, result, expired) : Status.NOT_SUPPORTED;
            }
            case 2, 4, 5 -> {
                return hard(verdict, result, expired);
            }
            default -> {
                return status == Status.DONE ? Status.ERROR : status;
            }
        }
    }

    private Status hard(Verdict verdict, OperationResult result, boolean expired) {
        if (!expired && result.operation().equals("stop") && !cluster.canFence(verdict.node)) {
            verdict.unit.block();
        }
        return Status.HARD_ERROR;
    }

    boolean hasExpired(Verdict verdict, OperationResult result, int code, boolean probe) {
        PrimitiveUnit unit = verdict.unit;
        if (unit.failureTimeoutSeconds == 0
                || result.at().equals(Instant.EPOCH)
                || result.status() == Status.NOT_INSTALLED
                || result.status() == Status.PENDING) {
            return false;
        }
        boolean expired = !cluster.now.isBefore(result.at().plusSeconds(unit.failureTimeoutSeconds));
        if (expired && failures.tally(unit, verdict.node).count() > 0) {
            if (failures.effective(unit, verdict.node) > 0) {
                expired = false;
            } else if (verdict.node.online) {
                unit.failuresToClear.putIfAbsent(verdict.node, "they are longer ago than failure-timeout");
            }
        }
        if (!expired && result.code() != result.expectedCode() && !probe) {
            cluster.recheck.at(result.at().plusSeconds(unit.failureTimeoutSeconds + 1));
        }
        return expired && !(probe && (code == 0 || code == NOT_RUNNING || code == PROMOTED));
    }

    /** A failure of something that has been changed since is no reason any more to keep it off the node. */
    void forgetFailureOfOtherParameters(Verdict verdict, OperationResult result) {
        boolean failure = result.details().lastFailure()
                || (ParameterDigest.isOwn(result.parametersDigest()) && result.code() != result.expectedCode());
        if (failure
                && (result.operation().equals("start") || result.operation().equals("monitor"))
                && !result.parametersDigest().isEmpty()
                && !result.parametersDigest().equals("none")
                && Changes.areOther(cluster, verdict.unit, verdict.node, result)
                && failures.tally(verdict.unit, verdict.node).count() > 0) {
            verdict.unit.failuresToClear.putIfAbsent(verdict.node, "its parameters have changed");
        }
    }
}
