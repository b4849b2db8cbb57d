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

    private final Cluster cluster;
    private final HistoryOwner owner;
    private final MigrationHistory migrations;
    private final ResultStatus status;
    private final FailureEffects effects;

    HistoryReader(Cluster cluster, UnitTree tree, Failures failures) {
        this.cluster = cluster;
        this.owner = new HistoryOwner(cluster, tree);
        this.migrations = new MigrationHistory(cluster);
        this.status = new ResultStatus(cluster, failures);
        this.effects = new FailureEffects(cluster, migrations);
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
            // Whether parameters were taken over says nothing about where the resource is.
            if (!Changes.isReload(result)) {
                consider(verdict, result);
            }
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
        boolean expired = status.hasExpired(verdict, result, code, probe);
        status.forgetFailureOfOtherParameters(verdict, result);
        boolean masked = probe && (code == 5 || code == 2 || result.status() == Status.NOT_INSTALLED);
        Status kind = masked ? Status.DONE : status.read(verdict, result, code, probe, expired);
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
            effects.ban(unit, verdict.node, "the probe on " + verdict.node + " said that it cannot run there");
            return;
        }
        switch (kind) {
            case DONE -> succeeded(verdict, result, code);
            case PENDING -> pending(verdict, result);
            case CANCELLED -> {
                // It says nothing about the resource.
            }
            default -> failed(verdict, result, code, kind);
        }
    }

    static boolean isProbe(OperationResult result) {
        return result.operation().equals("monitor") && result.interval().isZero();
    }

    static PrimitiveUnit.MonitorKey keyOf(OperationResult result) {
        return new PrimitiveUnit.MonitorKey(
                result.operation(), result.interval().toMillis());
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
            case "promote" -> {
                unit.current = Phase.PROMOTED;
                unit.promotePending = true;
            }
            case "migrate_to" -> migrations.pendingFromUncleanSource(unit, verdict.node, result);
            default -> {
                // Where it is shows only when the operation has ended.
            }
        }
        if (unit.pendingOn == null && !isProbe(result)) {
            unit.pendingOn = verdict.node;
        }
    }

    private void failed(Verdict verdict, OperationResult result, int code, Status kind) {
        OnFail onFail = cluster.operations
                .of(
                        verdict.unit.primitive,
                        result.operation(),
                        result.interval().toMillis())
                .onFail();
        if (onFail == OnFail.IGNORE && kind != Status.NOT_INSTALLED) {
            succeeded(verdict, result, result.expectedCode());
            verdict.unit.failureIgnored = true;
        } else {
            effects.failed(verdict, result, code, kind, onFail);
        }
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
        effects.react(unit, node, reaction, active);
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
