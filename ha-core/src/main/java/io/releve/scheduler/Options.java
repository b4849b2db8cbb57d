package io.releve.scheduler;

import java.util.Locale;
import java.util.Map;

/** The cluster's options, read once. */
record Options(
        QuorumPolicy quorumPolicy,
        boolean symmetric,
        boolean maintenance,
        boolean startFailureIsFatal,
        boolean startupProbes,
        boolean fencing,
        String fencingAction,
        boolean watchdog,
        boolean concurrentFencing,
        boolean stopAll,
        boolean stopRemoved,
        boolean cancelRemoved,
        boolean shutdownLock,
        long shutdownLockLimitSeconds,
        Strategy strategy,
        String healthStrategy,
        int healthBase,
        int healthGreen,
        int healthYellow,
        int healthRed,
        String siteName,
        String clusterName) {

    /** What a cluster without quorum does. */
    enum QuorumPolicy {
        STOP,
        FREEZE,
        IGNORE,
        DEMOTE,
        FENCE
    }

    /** How capacity counts when nodes are chosen. */
    enum Strategy {
        DEFAULT,
        UTILIZATION,
        MINIMAL,
        BALANCED
    }

    static Options of(Map<String, String> values, String clusterName, boolean quorate) {
        // Leases make lost nodes harmless; without a fence of another kind there is nobody to ask for more.
        boolean fencing = bool(values, "fencing-enabled", "stonith-enabled", false);
        return new Options(
                quorumPolicy(values, fencing, quorate),
                bool(values, "symmetric-cluster", "", true),
                bool(values, "maintenance-mode", "", false),
                bool(values, "start-failure-is-fatal", "", true),
                bool(values, "enable-startup-probes", "", true),
                fencing,
                fencingAction(values),
                bool(values, "have-watchdog", "", true),
                bool(values, "concurrent-fencing", "", true),
                bool(values, "stop-all-resources", "", false),
                bool(values, "stop-removed-resources", "stop-orphan-resources", true),
                bool(values, "cancel-removed-actions", "stop-orphan-actions", true),
                bool(values, "shutdown-lock", "", false),
                Values.seconds(values.get("shutdown-lock-limit")),
                strategy(values.getOrDefault("placement-strategy", "default")),
                values.getOrDefault("node-health-strategy", "none").toLowerCase(Locale.ROOT),
                Values.score(values.get("node-health-base"), 0),
                Values.score(values.get("node-health-green"), 0),
                Values.score(values.get("node-health-yellow"), 0),
                Values.score(values.get("node-health-red"), -1_000_000),
                values.getOrDefault("site-name", ""),
                values.getOrDefault("cluster-name", clusterName));
    }

    private static boolean bool(Map<String, String> values, String name, String oldName, boolean otherwise) {
        String value = values.containsKey(name) ? values.get(name) : values.get(oldName);
        return Values.bool(value, otherwise);
    }

    private static String fencingAction(Map<String, String> values) {
        String word = values.getOrDefault("fencing-action", values.getOrDefault("stonith-action", "reboot"));
        return word.equalsIgnoreCase("off") || word.equalsIgnoreCase("poweroff") ? "off" : "reboot";
    }

    private static QuorumPolicy quorumPolicy(Map<String, String> values, boolean fencing, boolean quorate) {
        String word = values.getOrDefault("no-quorum-policy", "stop").toLowerCase(Locale.ROOT);
        boolean panic = Values.integer(values.get("no-quorum-panic"), 0) != 0;
        return switch (word) {
            case "freeze" -> QuorumPolicy.FREEZE;
            case "ignore" -> QuorumPolicy.IGNORE;
            case "demote" -> QuorumPolicy.DEMOTE;
            // A cluster that never had quorum must not fence itself to death while it starts.
            case "fence", "suicide" -> fencing && (quorate || panic) ? QuorumPolicy.FENCE : QuorumPolicy.STOP;
            default -> QuorumPolicy.STOP;
        };
    }

    private static Strategy strategy(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "utilization" -> Strategy.UTILIZATION;
            case "minimal" -> Strategy.MINIMAL;
            case "balanced" -> Strategy.BALANCED;
            default -> Strategy.DEFAULT;
        };
    }
}
