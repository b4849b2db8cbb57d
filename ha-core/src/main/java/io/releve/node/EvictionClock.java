package io.releve.node;

import java.util.Map;
import java.util.OptionalLong;

/**
 * When this node last saw that another's lease had run out. Used on the loop only.
 */
final class EvictionClock {

    private Map<String, String> known = Map.of();
    private OptionalLong lastSeen = OptionalLong.empty();

    /**
     * Takes in what is seen now.
     *
     * @param evictions the incarnation of each node that was last evicted, by node
     * @param nowNanos the time of the observation
     */
    void observe(Map<String, String> evictions, long nowNanos) {
        boolean news = evictions.entrySet().stream()
                .anyMatch(eviction -> !eviction.getValue().equals(known.get(eviction.getKey())));
        known = evictions;
        if (news) {
            lastSeen = OptionalLong.of(nowNanos);
        }
    }

    /** When the last one was seen; empty if none was. */
    OptionalLong lastSeen() {
        return lastSeen;
    }
}
