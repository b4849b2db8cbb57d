package io.releve.mysql.replication;

import java.time.Duration;

/**
 * What may be lost when a replica takes over without a word from anybody, where commits do not wait for replicas. Immutable.
 *
 * @param transactions how many of the transactions that the primary published may be missing, 0 or more
 * @param age how far back in the primary's time the replicas may be, zero or more
 */
public record LossBudget(long transactions, Duration age) {

    /** What {@code Durability.async()} allows unless told otherwise: 1000 transactions and 10 seconds. */
    public static final LossBudget DEFAULT = new LossBudget(1000, Duration.ofSeconds(10));

    /** Nothing may be missing of what was published. */
    public static final LossBudget NONE = new LossBudget(0, Duration.ZERO);

    public LossBudget {
        if (transactions < 0 || age.isNegative()) {
            throw new IllegalArgumentException("a loss budget of " + transactions + " transactions and " + age
                    + ": neither can be less than nothing; 0 and Duration.ZERO mean that nothing may be lost");
        }
    }

    /** Both limits, as people say it. */
    @Override
    public String toString() {
        return transactions + " transactions and " + Published.seconds(age);
    }
}
