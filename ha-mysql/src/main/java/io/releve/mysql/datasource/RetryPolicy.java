package io.releve.mysql.datasource;

import java.time.Duration;

/**
 * When work is run again that was cut short. It is run again only if it surely did not happen. Immutable.
 *
 * @param attempts how often it runs at most, the first time included
 * @param limit after this, counted from the beginning, it is not begun again
 * @param guarded whether the outcome of a lost COMMIT is found out: by a row that each transaction writes into the table {@code
 *     releve_commit} of the default database. Costs one statement
 */
public record RetryPolicy(int attempts, Duration limit, boolean guarded) {

    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts: " + attempts + " is less than 1");
        }
        if (limit.isNegative()) {
            throw new IllegalArgumentException("limit: " + limit.toMillis() + " ms is less than 0");
        }
    }

    /** Runs once. The outcome of a lost COMMIT stays unknown. */
    public static RetryPolicy none() {
        return new RetryPolicy(1, Duration.ZERO, false);
    }

    /**
     * Runs again for so long, at most ten times, if the work surely did not happen; a lost COMMIT is found out. The usual choice.
     */
    public static RetryPolicy guarded(Duration limit) {
        return new RetryPolicy(10, limit, true);
    }
}
