package io.releve.mysql.replication;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The servers that hold what was acknowledged: the primary, and the replicas whose acknowledgements count. Each acknowledged
 * transaction is on the primary and on at least {@link #acknowledgements} of those replicas.
 *
 * @param epoch in which epoch it was last written
 * @param primary the primary's node
 * @param replicas the replicas' nodes
 * @param acknowledgements how many of the replicas acknowledge before the client is told that its transaction is
 *     committed; 0 while there is no replica and the primary goes on alone
 */
public record PromotableSet(long epoch, String primary, Set<String> replicas, int acknowledgements) {

    public PromotableSet {
        replicas = java.util.Collections.unmodifiableSet(new TreeSet<>(replicas));
    }

    /** A primary without replicas that count. */
    public static PromotableSet alone(long epoch, String primary) {
        return new PromotableSet(epoch, primary, Set.of(), 0);
    }

    /** The same with these replicas. */
    public PromotableSet with(long inEpoch, Collection<String> nodes, int count) {
        return new PromotableSet(inEpoch, primary, Set.copyOf(nodes), count);
    }

    /** Whether a node's server is one of them, as primary or replica. */
    public boolean contains(String node) {
        return primary.equals(node) || replicas.contains(node);
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        return RecordText.empty()
                .with("epoch", epoch)
                .with("primary", primary)
                .with("replicas", String.join(",", replicas))
                .with("acknowledgements", acknowledgements)
                .toString();
    }

    /**
     * Reads a set.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static PromotableSet parse(String text) {
        RecordText record = RecordText.parse(text);
        return new PromotableSet(
                record.number("epoch"),
                record.get("primary"),
                Arrays.stream(record.get("replicas").split(",", -1))
                        .filter(node -> !node.isBlank())
                        .collect(Collectors.toSet()),
                (int) record.number("acknowledgements"));
    }

    @Override
    public String toString() {
        return primary + (replicas.isEmpty() ? " alone" : " and " + String.join(", ", replicas));
    }
}
