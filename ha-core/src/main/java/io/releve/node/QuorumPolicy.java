package io.releve.node;

import io.releve.model.ClusterConfig;
import java.util.Locale;
import java.util.stream.Stream;

/** What a node does when its lease ends because it cannot reach a majority of the coordination service. */
public enum QuorumPolicy {
    /** Stops what needs a lease. */
    STOP,
    /** Goes on with what runs and begins nothing, until a majority answers again. Others may take over meanwhile. */
    FREEZE,
    /** Goes on as long as all members that it knows promise not to end its life; otherwise as {@link #STOP}. */
    FAILSAFE;

    private static final String OPTION = "no-quorum-policy";

    /**
     * The policy that a configuration asks for: Pacemaker's {@code freeze} and {@code ignore} both freeze, as nothing can
     * be decided without a majority; everything else stops. A value under a
     * rule is left out of account: a node that is cut off does not evaluate rules.
     */
    public static QuorumPolicy of(ClusterConfig config) {
        String wanted = config.properties().stream()
                .filter(set -> set.rule().isEmpty())
                .flatMap(set -> Stream.ofNullable(set.values().get(OPTION)))
                .findFirst()
                .orElse("stop");
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "freeze", "ignore" -> FREEZE;
            case "failsafe" -> FAILSAFE;
            default -> STOP;
        };
    }
}
