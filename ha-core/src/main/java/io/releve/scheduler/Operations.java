package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.model.OnFail;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How operations are to be carried out, and what their failures lead to. */
final class Operations {

    private final ClusterConfig config;
    private final Blocks blocks;
    private final Options options;
    private final Map<String, Settings> cache = new HashMap<>();

    Operations(ClusterConfig config, Blocks blocks, Options options) {
        this.config = config;
        this.blocks = blocks;
        this.options = options;
    }

    /**
     * An operation's settings.
     *
     * @param declared the operation as declared; empty if it is not
     * @param timeout after this it counts as failed
     * @param onFail what its failure leads to
     * @param role for a recurring operation: the role in which it runs
     * @param meta all its settings by Pacemaker's names
     */
    record Settings(
            Optional<Operation> declared, Duration timeout, OnFail onFail, Phase role, Map<String, String> meta) {}

    /** The role that a resource is to have after an operation has failed. */
    static Phase roleAfterFailure(OnFail onFail, String operation) {
        if (onFail == OnFail.STOP) {
            return Phase.STOPPED;
        }
        return operation.equals("promote") ? Phase.UNPROMOTED : Phase.STARTED;
    }

    Settings of(Primitive primitive, String name, long intervalMillis) {
        return cache.computeIfAbsent(
                primitive.id() + "\n" + name + "\n" + intervalMillis, key -> make(primitive, name, intervalMillis));
    }

    /** The recurring operations that are to run at all. */
    List<Operation> recurring(Primitive primitive) {
        return primitive.operations().stream()
                .filter(operation -> operation.isRecurring() && operation.enabled())
                .toList();
    }

    static Optional<Operation> declared(Primitive primitive, String name, long intervalMillis) {
        Optional<Operation> found = primitive.operations().stream()
                .filter(operation ->
                        operation.name().equals(name) && operation.interval().toMillis() == intervalMillis)
                .findFirst();
        if (found.isEmpty() && (name.equals("migrate_to") || name.equals("migrate_from"))) {
            return declared(primitive, "migrate", 0);
        }
        return found;
    }

    private Settings make(Primitive primitive, String name, long intervalMillis) {
        Optional<Operation> declared = declared(primitive, name, intervalMillis);
        Rules.Subject subject =
                new Rules.Subject(Map.of(), Map.of(), Map.of(), primitive.agent(), name, intervalMillis, null);
        Map<String, String> meta = new LinkedHashMap<>();
        declared.ifPresent(operation -> {
            operation.timeout().ifPresent(limit -> meta.put("timeout", limit.toMillis() + "ms"));
            operation.onFail().ifPresent(reaction -> meta.put("on-fail", reaction.toString()));
            operation.role().ifPresent(role -> meta.put("role", role.toString()));
            blocks.merge(meta, operation.meta(), subject);
        });
        if (name.equals("monitor") && intervalMillis == 0 && !meta.containsKey("timeout")) {
            lendTimeout(primitive, meta);
        }
        blocks.merge(meta, config.operationDefaults(), subject);
        long timeout = Values.millis(meta.get("timeout"));
        return new Settings(
                declared,
                timeout > 0 ? Duration.ofMillis(timeout) : Operation.DEFAULT_TIMEOUT,
                onFail(primitive, name, intervalMillis, meta),
                role(meta),
                meta);
    }

    /** A probe without a time-out of its own takes that of the most frequent monitor. */
    private void lendTimeout(Primitive primitive, Map<String, String> meta) {
        recurring(primitive).stream()
                .filter(operation -> operation.name().equals("monitor"))
                .min(java.util.Comparator.comparing(Operation::interval))
                .flatMap(Operation::timeout)
                .ifPresent(limit -> meta.put("timeout", limit.toMillis() + "ms"));
    }

    private static Phase role(Map<String, String> meta) {
        String word = meta.get("role");
        if (word == null) {
            return Phase.UNKNOWN;
        }
        try {
            return Phase.of(io.releve.model.Role.parse(word));
        } catch (IllegalArgumentException noRole) {
            return Phase.UNKNOWN;
        }
    }

    private OnFail onFail(Primitive primitive, String name, long intervalMillis, Map<String, String> meta) {
        OnFail chosen = parse(meta.get("on-fail"));
        boolean demoteAllowed = name.equals("promote")
                || (name.equals("monitor") && intervalMillis > 0 && role(meta) == Phase.PROMOTED);
        if (name.equals("stop") && (chosen == OnFail.STANDBY || chosen == OnFail.DEMOTE || chosen == OnFail.STOP)) {
            chosen = null;
        }
        if (chosen == OnFail.DEMOTE && !demoteAllowed) {
            chosen = null;
        }
        if (chosen == null && name.equals("demote")) {
            chosen = lentToDemote(primitive);
        }
        if (chosen == OnFail.FENCE && !options.fencing()) {
            return OnFail.STOP;
        }
        if (chosen != null) {
            return chosen;
        }
        if (name.equals("stop")) {
            return options.fencing() ? OnFail.FENCE : OnFail.BLOCK;
        }
        return OnFail.RESTART;
    }

    /** A demote without a reaction of its own takes that of the monitor of the Promoted role. */
    private static @Nullable OnFail lentToDemote(Primitive primitive) {
        OnFail lent = null;
        for (Operation operation : primitive.operations()) {
            if (operation.enabled()
                    && operation.isRecurring()
                    && operation.name().equals("monitor")
                    && operation
                            .role()
                            .filter(role -> role == io.releve.model.Role.PROMOTED)
                            .isPresent()
                    && operation.onFail().isPresent()
                    && operation.onFail().orElseThrow() != OnFail.DEMOTE) {
                lent = operation.onFail().orElseThrow();
            }
        }
        return lent;
    }

    private static @Nullable OnFail parse(@Nullable String word) {
        if (word == null) {
            return null;
        }
        try {
            return OnFail.parse(word);
        } catch (IllegalArgumentException noReaction) {
            return null;
        }
    }
}
