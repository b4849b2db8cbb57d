package io.releve.mysql.datasource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Which replicas {@link FailoverDataSource#readers()} reads from, and what happens when there is none. Immutable.
 *
 * @param maxLag how old the data may be that is read: a replica is used while it is known to have everything that the primary
 *     had executed so long ago
 * @param choice among the replicas that may be used
 * @param primaryServes whether the primary is read from while no replica may be used; if not, {@code getConnection} waits for
 *     one
 * @param writeWait how long a replica may take to have what a reader must see; then the primary serves, or where it must not
 *     another replica is tried
 */
public record ReaderPolicy(Duration maxLag, Choice choice, boolean primaryServes, Duration writeWait) {

    static final Duration SHORTEST_LAG = Duration.ofMillis(100);
    private static final Duration USUAL_WAIT = Duration.ofMillis(100);

    /** Which one of several replicas is read from. */
    public enum Choice {
        /** One after the other. */
        ROUND_ROBIN,
        /** The one that was least behind when it was last measured; those within 10 ms of it one after the other. */
        LEAST_LAG;

        /** Lags that differ by less are the same: the difference is the measurement's. */
        private static final long SAME_LAG_NANOS = 10_000_000;

        /** Puts the one that is to be tried first to the front, and so on. */
        <T> void arrange(List<T> candidates, int turn, Function<T, Duration> lag) {
            Collections.rotate(candidates, turn);
            if (this == LEAST_LAG) {
                candidates.sort(Comparator.comparingLong(
                        candidate -> lag.apply(candidate).toNanos() / SAME_LAG_NANOS));
            }
        }
    }

    public ReaderPolicy {
        List<String> mistakes = new ArrayList<>();
        if (maxLag.compareTo(SHORTEST_LAG) < 0) {
            mistakes.add("maxLag: " + maxLag.toMillis() + " ms is less than " + SHORTEST_LAG.toMillis() + " ms");
        }
        if (writeWait.isNegative()) {
            mistakes.add("writeWait: " + writeWait.toMillis() + " ms is less than 0");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /**
     * Replicas that are at most so far behind, one after the other; the primary if there is none. A replica may take 100 ms to
     * have what a reader must see.
     *
     * @param maxLag at least 100 ms. The primary and each replica are asked four times in that time, and at least once a second
     * @throws IllegalArgumentException if it is less
     */
    public static ReaderPolicy within(Duration maxLag) {
        return new ReaderPolicy(maxLag, Choice.ROUND_ROBIN, true, USUAL_WAIT);
    }

    /** The same, but the replica that is least behind. */
    public ReaderPolicy leastLag() {
        return new ReaderPolicy(maxLag, Choice.LEAST_LAG, primaryServes, writeWait);
    }

    /** The same, but never the primary: {@code getConnection} waits for a replica, and fails. */
    public ReaderPolicy withoutPrimary() {
        return new ReaderPolicy(maxLag, choice, false, writeWait);
    }

    /**
     * The same with another limit on {@link #writeWait}.
     *
     * @param limit zero: a replica is used if it is known to have it
     * @throws IllegalArgumentException if it is less than zero
     */
    public ReaderPolicy waitForWrites(Duration limit) {
        return new ReaderPolicy(maxLag, choice, primaryServes, limit);
    }
}
