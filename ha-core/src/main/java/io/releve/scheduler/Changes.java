package io.releve.scheduler;

import io.releve.model.AttributeSet;
import io.releve.model.Operation;
import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what runs with other parameters than those declared now, and has it restarted or reloaded. */
final class Changes {

    private final Cluster cluster;
    private final Acts acts;
    private final Failures failures;

    Changes(Cluster cluster, Acts acts, Failures failures) {
        this.cluster = cluster;
        this.acts = acts;
        this.failures = failures;
    }

    void find() {
        cluster.forEachPrimitive(unit -> {
            if (!unit.removed) {
                for (Node node : unit.active) {
                    if (node.isAvailable()) {
                        find(unit, node);
                    }
                }
            }
        });
    }

    private void find(PrimitiveUnit unit, Node node) {
        NodeState observed = cluster.observed(node);
        String agent = observed.agents().get(unit.historyId == null ? unit.id : unit.historyId);
        if (agent == null) {
            agent = observed.agents().get(unit.primitive.id());
        }
        if (agent != null && !agent.equals(unit.primitive.agent())) {
            acts.request(unit, Task.STOP, node, true);
            restart(unit, "its agent has changed");
            unit.historyToDelete.add(node);
            clearFailures(unit, node);
            return;
        }
        List<OperationResult> results = HistoryReader.of(observed, unit);
        int since = HistoryReader.lastStart(results);
        int reloaded = lastReload(results);
        boolean inVain = triedInVain(unit, node, results);
        for (int i = Math.max(since, 0); since >= 0 && i < results.size(); i++) {
            OperationResult result = results.get(i);
            boolean outdated = result.interval().isZero() && i < reloaded;
            boolean failedReload = isReload(result) && result.code() != 0;
            if (isExamined(result)
                    && !outdated
                    && !failedReload
                    && result.status() != OperationResult.Status.PENDING
                    && compare(unit, node, result, inVain)) {
                clearFailures(unit, node);
            }
        }
    }

    private void clearFailures(PrimitiveUnit unit, Node node) {
        if (failures.tally(unit, node).count() > 0) {
            unit.failuresToClear.putIfAbsent(node, "the resource has been changed");
        }
    }

    /** Where in the history new parameters were taken over without a restart; −1 if they were not. */
    private static int lastReload(List<OperationResult> results) {
        for (int i = results.size() - 1; i >= 0; i--) {
            OperationResult result = results.get(i);
            if (isReload(result)
                    && result.status() == OperationResult.Status.DONE
                    && result.code() == 0
                    && ParameterDigest.isOwn(result.parametersDigest())) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the resource was asked to take these very parameters over without a restart, and did not. */
    private boolean triedInVain(PrimitiveUnit unit, Node node, List<OperationResult> results) {
        return results.stream()
                .anyMatch(result -> isReload(result)
                        && result.code() != 0
                        && ParameterDigest.isOwn(result.parametersDigest())
                        && !cluster.digests.hasChanged(unit, node, result.parametersDigest(), result.operation(), 0));
    }

    static boolean isReload(OperationResult result) {
        return result.operation().equals(Task.RELOAD.toString());
    }

    private static boolean isExamined(OperationResult result) {
        return !result.interval().isZero()
                || (isRecorded(result.operation())
                        && (!isReload(result) || ParameterDigest.isOwn(result.parametersDigest())));
    }

    /** Whether the result of such an operation tells with which parameters the resource runs. */
    static boolean isRecorded(String operation) {
        return switch (operation) {
            case "start", "monitor", "promote", "migrate_from", "reload-agent" -> true;
            default -> false;
        };
    }

    /** The parameters that an operation would be given now. */
    static Map<String, String> parameters(
            Cluster cluster, PrimitiveUnit unit, @Nullable Node node, String name, long interval) {
        Map<String, String> parameters = unit.parameters(cluster.parameters, node);
        Operations.Settings settings = cluster.operations.of(unit.primitive, name, interval);
        List<AttributeSet> own = settings.declared().map(Operation::parameters).orElse(List.of());
        if (own.isEmpty() && interval == 0) {
            return parameters;
        }
        Map<String, String> all = new HashMap<>(parameters);
        all.putAll(
                cluster.blocks.resolve(own, node == null ? Rules.Subject.NONE : Rules.Subject.ofNode(node.attributes)));
        if (interval > 0) {
            all.put("CRM_meta_timeout", Long.toString(settings.timeout().toMillis()));
        }
        return all;
    }

    /** Whether the result was made with other parameters than the operation would be given now; reacts if so. */
    private boolean compare(PrimitiveUnit unit, Node node, OperationResult result, boolean inVain) {
        String recorded = result.parametersDigest();
        if (recorded.isEmpty()) {
            return false;
        }
        if (ParameterDigest.isOwn(recorded)) {
            return compareOwn(unit, node, result, inVain);
        }
        boolean recurring = !result.interval().isZero();
        String name = recurring ? result.operation() : "start";
        Map<String, String> now =
                parameters(cluster, unit, node, name, result.interval().toMillis());
        OperationResult.Details details = result.details();
        if (!details.secureDigest().isEmpty()
                && details.secureDigest().equals(secureDigest(now, details, unit.isFencingDevice()))) {
            return false;
        }
        if (!details.restartDigest().isEmpty() && !details.restartDigest().equals(restartDigest(now, details))) {
            restart(unit, "parameters have changed that take a restart");
            return true;
        }
        if (recorded.equals(ParameterDigest.of(now))) {
            return false;
        }
        if (recurring) {
            unit.monitorsToRestart.computeIfAbsent(node, key -> new HashSet<>()).add(HistoryReader.keyOf(result));
        } else if (details.restartDigest().isEmpty() || hasOwnParameters(unit, name)) {
            restart(unit, "its parameters have changed");
        } else {
            reload(unit, node);
        }
        return true;
    }

    /** The same for a result that a node of our own has recorded. */
    private boolean compareOwn(PrimitiveUnit unit, Node node, OperationResult result, boolean inVain) {
        String recorded = result.parametersDigest();
        long interval = result.interval().toMillis();
        if (!cluster.digests.hasChanged(unit, node, recorded, result.operation(), interval)) {
            return false;
        }
        if (interval > 0) {
            unit.monitorsToRestart.computeIfAbsent(node, key -> new HashSet<>()).add(HistoryReader.keyOf(result));
        } else if (!inVain
                && ParameterDigest.isReloadable(
                        recorded, cluster.digests.of(unit, node, result.operation(), interval))) {
            reload(unit, node);
        } else {
            restart(unit, "its parameters have changed");
        }
        return true;
    }

    /** Where it is not said which parameters take a restart, all do. */
    private static String restartDigest(Map<String, String> now, OperationResult.Details details) {
        return details.restartParameters().isEmpty()
                ? ParameterDigest.of(now)
                : ParameterDigest.ofOnly(now, details.restartParameters());
    }

    /** Whether a result was made with other parameters than the operation would be given now, secrets aside. */
    static boolean areOther(Cluster cluster, PrimitiveUnit unit, Node node, OperationResult result) {
        if (ParameterDigest.isOwn(result.parametersDigest())) {
            return cluster.digests.hasChanged(
                    unit,
                    node,
                    result.parametersDigest(),
                    result.operation(),
                    result.interval().toMillis());
        }
        String name = result.interval().isZero() ? "start" : result.operation();
        Map<String, String> now =
                parameters(cluster, unit, node, name, result.interval().toMillis());
        OperationResult.Details details = result.details();
        boolean sameButSecrets = !details.secureDigest().isEmpty()
                && details.secureDigest().equals(secureDigest(now, details, unit.isFencingDevice()));
        return !sameButSecrets && !result.parametersDigest().equals(ParameterDigest.of(now));
    }

    private boolean hasOwnParameters(PrimitiveUnit unit, String name) {
        return cluster.operations
                .of(unit.primitive, name, 0)
                .declared()
                .map(operation -> !operation.parameters().isEmpty())
                .orElse(false);
    }

    private static boolean isForTheCluster(String name) {
        return name.startsWith("pcmk_") || name.equals("provides") || name.equals("stonith-timeout");
    }

    private static String secureDigest(Map<String, String> now, OperationResult.Details details, boolean device) {
        Map<String, String> plain = new HashMap<>(now);
        plain.keySet().removeIf(name -> name.startsWith("CRM_meta_") || (device && isForTheCluster(name)));
        return ParameterDigest.ofAllBut(plain, details.secureParameters());
    }

    private void restart(PrimitiveUnit unit, String why) {
        Act start = acts.request(unit, Task.START, null, true);
        start.why = why;
    }

    private void reload(PrimitiveUnit unit, Node node) {
        if (!unit.managed || unit.failed) {
            return;
        }
        if (unit.startPending) {
            acts.request(unit, Task.STOP, node, true);
            return;
        }
        acts.request(unit, Task.RELOAD, node, true).why = "its parameters have changed";
    }
}
