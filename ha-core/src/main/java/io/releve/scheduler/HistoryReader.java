package io.releve.scheduler;

import io.releve.model.OnFail;
import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Status;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Works out from the results of the past where each resource is, in which role, and what must be done about failures. */
final class HistoryReader {

    private static final int NOT_RUNNING = 7;
    private static final int PROMOTED = 8;
    private static final int FAILED_PROMOTED = 9;

    private final Cluster cluster;
    private final HistoryOwner owner;
    private final Failures failures;
    private final MigrationHistory migrations;

    HistoryReader(Cluster cluster, UnitTree tree, Failures failures) {
        this.cluster = cluster;
        this.owner = new HistoryOwner(cluster, tree);
        this.failures = failures;
        this.migrations = new MigrationHistory(cluster);
    }

    void read() {
        boolean all = cluster.options.fencing() || cluster.options.shutdownLock();
        for (NodeState observed : cluster.state.nodes().values()) {
            Node node = cluster.node(observed.name());
            if (node != null && (all || node.online)) {
                observed.history().forEach((id, results) -> read(observed, node, id, results));
            }
        }
        cluster.forEachPrimitive(unit -> {
            if (unit.current == Phase.UNKNOWN) {
                unit.current = Phase.STOPPED;
            }
        });
    }

    private void read(NodeState observed, Node node, String id, List<OperationResult> results) {
        Instant lock = observed.locks().get(id);
        if (results.isEmpty() && lock == null) {
            return;
        }
        PrimitiveUnit unit = owner.find(id, node, observed.agents().getOrDefault(id, "ocf:heartbeat:unknown"));
        if (lock != null) {
            unit.lockedTo = node;
            unit.lockedSince = lock.getEpochSecond();
        }
        Phase before = unit.current;
        unit.current = Phase.UNKNOWN;
        Verdict verdict = new Verdict(unit, node);
        for (OperationResult result : results) {
            consider(verdict, result);
        }
        conclude(verdict);
        noteMonitors(unit, node, results);
        if (unit.current.compareTo(before) < 0) {
            unit.current = before;
        }
        if (unit.historyId != null && unit.historyId.contains(":") && !unit.active.contains(node)) {
            unit.historyId = null;
        }
    }

    private void consider(Verdict verdict, OperationResult result) {
        PrimitiveUnit unit = verdict.unit;
        int code = result.code() == 190 ? 0 : result.code() == 191 ? PROMOTED : result.code();
        boolean probe = isProbe(result);
        boolean expired = hasExpired(verdict, result, code, probe);
        forgetFailureOfOtherParameters(verdict, result);
        boolean masked = probe && (code == 5 || code == 2 || result.status() == Status.NOT_INSTALLED);
        Status status = masked ? Status.DONE : remap(verdict, result, code, probe, expired);
        if (expired && code != result.expectedCode()) {
            if (masked) {
                if (unit.current.compareTo(Phase.STOPPED) <= 0) {
                    unit.current = Phase.UNKNOWN;
                }
                return;
            }
            if (result.interval().isZero()) {
                return;
            }
            if (verdict.node.isOnlineAndClean()) {
                unit.monitorsToRestart
                        .computeIfAbsent(verdict.node, key -> new HashSet<>())
                        .add(keyOf(result));
                return;
            }
        }
        if (masked) {
            unit.current = Phase.STOPPED;
            ban(unit, verdict.node, "the probe on " + verdict.node + " said that it cannot run there");
            return;
        }
        switch (status) {
            case DONE -> succeeded(verdict, result, code);
            case PENDING -> pending(verdict, result);
            case CANCELLED -> {
                // It says nothing about the resource.
            }
            default -> failed(verdict, result, code, status);
        }
    }

    private static boolean isProbe(OperationResult result) {
        return result.operation().equals("monitor") && result.interval().isZero();
    }

    static PrimitiveUnit.MonitorKey keyOf(OperationResult result) {
        return new PrimitiveUnit.MonitorKey(
                result.operation(), result.interval().toMillis());
    }

    /** A failure of something that has been changed since is no reason any more to keep it off the node. */
    private void forgetFailureOfOtherParameters(Verdict verdict, OperationResult result) {
        if (result.details().lastFailure()
                && (result.operation().equals("start") || result.operation().equals("monitor"))
                && !result.parametersDigest().isEmpty()
                && !result.parametersDigest().equals("none")
                && Changes.areOther(cluster, verdict.unit, verdict.node, result)
                && failures.tally(verdict.unit, verdict.node).count() > 0) {
            verdict.unit.failuresToClear.putIfAbsent(verdict.node, "its parameters have changed");
        }
    }

    private boolean hasExpired(Verdict verdict, OperationResult result, int code, boolean probe) {
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

    /** What the status comes to in the light of code and expectation. */
    private Status remap(Verdict verdict, OperationResult result, int code, boolean probe, boolean expired) {
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

    private void succeeded(Verdict verdict, OperationResult result, int code) {
        PrimitiveUnit unit = verdict.unit;
        if (code == 5) {
            unit.current = Phase.STOPPED;
            return;
        }
        if (code == NOT_RUNNING) {
            verdict.clear();
            return;
        }
        switch (result.operation()) {
            case "monitor" -> {
                if (unit.current.compareTo(Phase.STARTED) < 0) {
                    unit.current = unit.activePhase();
                }
                OperationResult failure = verdict.lastFailure;
                if (failure != null && failure.key().equals(result.key())) {
                    verdict.clear();
                }
            }
            case "start" -> {
                unit.current = Phase.STARTED;
                verdict.clear();
            }
            case "stop" -> {
                unit.current = Phase.STOPPED;
                verdict.clear();
            }
            case "promote" -> {
                unit.current = Phase.PROMOTED;
                verdict.clear();
            }
            case "demote" -> {
                unit.current = Phase.UNPROMOTED;
                if (verdict.reaction == OnFail.DEMOTE) {
                    verdict.clear();
                }
            }
            case "migrate_from" -> {
                unit.current = Phase.STARTED;
                verdict.clear();
            }
            case "migrate_to" -> migrations.movedAway(unit, verdict.node, result);
            default -> {
                if (unit.current.compareTo(Phase.STARTED) < 0) {
                    unit.current = unit.activePhase();
                }
            }
        }
    }

    private void pending(Verdict verdict, OperationResult result) {
        PrimitiveUnit unit = verdict.unit;
        OperationResult failure = verdict.lastFailure;
        if (failure != null
                && failure.key().equals(result.key())
                && !failure.at().isBefore(result.at())
                && !failure.at().equals(Instant.EPOCH)) {
            return;
        }
        switch (result.operation()) {
            case "start" -> {
                unit.current = unit.activePhase();
                unit.startPending = true;
            }
            case "promote" -> unit.current = Phase.PROMOTED;
            case "migrate_to" -> migrations.pendingFromUncleanSource(unit, verdict.node, result);
            default -> {
                // Where it is shows only when the operation has ended.
            }
        }
        if (unit.pendingOn == null && !isProbe(result)) {
            unit.pendingOn = verdict.node;
        }
    }

    private void failed(Verdict verdict, OperationResult result, int code, Status status) {
        PrimitiveUnit unit = verdict.unit;
        Operations.Settings settings = cluster.operations.of(
                unit.primitive, result.operation(), result.interval().toMillis());
        OnFail onFail = settings.onFail();
        if (status == Status.NOT_INSTALLED) {
            ban(unit, verdict.node, "its agent is not installed on " + verdict.node);
            if (onFail == OnFail.IGNORE) {
                verdict.worsen(OnFail.MIGRATE);
            }
        } else if (onFail == OnFail.IGNORE) {
            succeeded(verdict, result, result.expectedCode());
            unit.failureIgnored = true;
            return;
        }
        verdict.lastFailure = result;
        verdict.worsen(onFail);
        failedOperation(verdict, result, code, onFail);
        if (isProbe(result) && code == 5) {
            unit.current = Phase.STOPPED;
        } else if (unit.current.compareTo(Phase.STARTED) < 0) {
            unit.current = unit.activePhase();
        }
        Phase wanted = settings.roleAfterFailure(result.operation());
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

    private void ban(PrimitiveUnit unit, Node node, String why) {
        Unit scope = unit.failureScope();
        scope.addScore(node, -ScoreTable.INFINITY);
        cluster.reasons.add(scope, node, -ScoreTable.INFINITY, "failures", why);
    }

    /** Applies what the results amount to. */
    private void conclude(Verdict verdict) {
        PrimitiveUnit unit = verdict.unit;
        Node node = verdict.node;
        boolean active = unit.current.isActive();
        if (unit.current != Phase.UNKNOWN) {
            for (Unit part = unit; part != null; part = part.parent) {
                part.known.set(node.index);
                if (part.isUnique()) {
                    break;
                }
            }
        }
        if (active && !node.online && unit.managed && !node.maintenance && cluster.options.fencing()) {
            node.mustBeFenced(unit.publicId() + " is thought to be active there");
        }
        OnFail reaction = node.unclean ? OnFail.IGNORE : verdict.reaction;
        react(unit, node, reaction, active);
        if (active) {
            Activity.found(cluster, unit, node);
        } else {
            unit.stopsRequired.remove(node);
        }
        if (unit.current == Phase.STOPPED && unit.migrationSource == node) {
            unit.current = Phase.STARTED;
        }
        Phase declared = UnitTree.declaredRole(unit);
        if (declared != Phase.UNKNOWN && (unit.next == Phase.UNKNOWN || declared.compareTo(unit.next) < 0)) {
            unit.next = declared;
        }
    }

    private void react(PrimitiveUnit unit, Node node, OnFail reaction, boolean active) {
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

    private void noteMonitors(PrimitiveUnit unit, Node node, List<OperationResult> results) {
        int since = node.online ? lastStart(results) : -1;
        if (since < 0) {
            return;
        }
        for (int i = since; i < results.size(); i++) {
            OperationResult result = results.get(i);
            if (!result.interval().isZero()
                    && result.status() != Status.PENDING
                    && result.status() != Status.CANCELLED) {
                unit.monitors.computeIfAbsent(node, key -> new HashSet<>()).add(keyOf(result));
            }
        }
    }

    /** Where in the history the resource began to run as it runs now; −1 if it does not run. */
    static int lastStart(List<OperationResult> results) {
        int start = -1;
        int stop = -1;
        int role = -1;
        int monitor = -1;
        for (int i = 0; i < results.size(); i++) {
            OperationResult result = results.get(i);
            switch (result.operation()) {
                case "stop" -> stop = result.status() == Status.DONE && result.code() == 0 ? i : stop;
                case "start", "migrate_from" -> start = i;
                case "promote", "demote" -> role = i;
                case "monitor" -> {
                    if ((monitor < 0 || monitor < stop) && (result.code() == 0 || result.code() == PROMOTED)) {
                        monitor = i;
                    }
                }
                default -> {
                    // Says nothing about monitors.
                }
            }
        }
        int since = start >= 0 ? start : role >= 0 ? role : monitor;
        return stop > since ? -1 : since;
    }

    /** Where results of one resource are kept, for those who look again. */
    static List<OperationResult> of(NodeState observed, PrimitiveUnit unit) {
        Map<String, List<OperationResult>> history = observed.history();
        if (unit.historyId != null && history.containsKey(unit.historyId)) {
            return history.getOrDefault(unit.historyId, List.of());
        }
        return history.getOrDefault(unit.id, history.getOrDefault(unit.primitive.id(), List.of()));
    }
}
