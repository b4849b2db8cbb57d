package io.releve.controller;

import io.releve.fencing.Fencing;
import io.releve.model.AttributeSet;
import io.releve.model.ClusterConfig;
import io.releve.model.FencingLevel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a configuration says about fencing. Pure functions. */
final class FencingPolicy {

    /** How long one fencer may take: Pacemaker's default. */
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private FencingPolicy() {}

    /** Whether nodes are fenced at all. Without it, the end of a lease is still waited for. */
    static boolean isEnabled(ClusterConfig config) {
        return property(config, "fencing-enabled", "stonith-enabled")
                .map(word -> List.of("true", "on", "yes", "y", "1").contains(word.toLowerCase(Locale.ROOT)))
                .orElse(false);
    }

    /** The levels of a node: those declared for it, otherwise the lease alone. */
    static List<FencingLevel> levels(ClusterConfig config, String node) {
        List<FencingLevel> declared = config.nodes().stream()
                .filter(one -> one.name().equals(node))
                .findFirst()
                .map(config::fencingLevelsFor)
                .orElse(List.of());
        return declared.isEmpty() ? List.of(FencingLevel.of(node, FencingLevel.FIRST, Fencing.LEASE)) : declared;
    }

    /** Whether the end of its lease is the first that a node is fenced by. */
    static boolean beginsWithTheLease(ClusterConfig config, String node) {
        return levels(config, node).get(0).devices().equals(List.of(Fencing.LEASE));
    }

    /** How long one fencer may take. */
    static Duration timeout(ClusterConfig config) {
        return property(config, "fencing-timeout", "stonith-timeout")
                .flatMap(FencingPolicy::seconds)
                .orElse(DEFAULT_TIMEOUT);
    }

    /** How often all levels of a node may fail before a person is needed: Pacemaker's {@code stonith-max-attempts}. */
    static int attempts(ClusterConfig config) {
        return property(config, "fencing-max-attempts", "stonith-max-attempts")
                .filter(word -> word.matches("[0-9]{1,6}"))
                .map(Integer::parseInt)
                .filter(number -> number > 0)
                .orElse(10);
    }

    /** How long until the next attempt after so many failed ones: 1, 2, 4 … 60 seconds. */
    static Duration pause(int failed) {
        return Duration.ofSeconds(Math.min(60, 1L << Math.min(10, Math.max(0, failed - 1))));
    }

    private static Optional<Duration> seconds(String word) {
        String trimmed = word.trim().toLowerCase(Locale.ROOT);
        try {
            Duration parsed = trimmed.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(trimmed.substring(0, trimmed.length() - 2)))
                    : trimmed.endsWith("min")
                            ? Duration.ofMinutes(Long.parseLong(trimmed.substring(0, trimmed.length() - 3)))
                            : Duration.ofSeconds(Long.parseLong(trimmed.replaceFirst("(s|sec)$", "")));
            return parsed.isNegative() || parsed.isZero() ? Optional.empty() : Optional.of(parsed);
        } catch (NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> property(ClusterConfig config, String name, String oldName) {
        for (String each : List.of(name, oldName)) {
            for (AttributeSet set : config.properties()) {
                String value = set.values().get(each);
                if (set.rule().isEmpty() && value != null) {
                    return Optional.of(value);
                }
            }
        }
        return Optional.empty();
    }
}
