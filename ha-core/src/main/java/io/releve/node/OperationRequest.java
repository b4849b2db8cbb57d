package io.releve.node;

import io.releve.agent.Outcome;
import io.releve.state.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An operation that waits for its turn.
 *
 * @param operation its name
 * @param interval zero, or the interval of the recurring monitor that it is a run of
 * @param timeout how long it may take
 * @param expectedCode what the plan expects
 * @param digest digest of the parameters
 * @param notification what the agent is to be told, for a notification
 * @param then told what came of it, on the loop
 */
record OperationRequest(
        String operation,
        Duration interval,
        Duration timeout,
        int expectedCode,
        String digest,
        Optional<Notification> notification,
        Consumer<Ended> then) {

    /** A stop that may leave what needs no lease. */
    static final String GIVE_UP = "give-up";

    /** One that is no notification. */
    OperationRequest(
            String operation,
            Duration interval,
            Duration timeout,
            int expectedCode,
            String digest,
            Consumer<Ended> then) {
        this(operation, interval, timeout, expectedCode, digest, Optional.empty(), then);
    }

    /** Whether it is to leave nothing behind that others could meet. */
    boolean isStop() {
        return operation.equals("stop") || operation.equals(GIVE_UP);
    }

    /** Whether it asks for the same. A run of a recurring monitor is never the same as another, nor is a notification. */
    boolean isSameAs(OperationRequest other) {
        return interval.isZero()
                && !operation.equals("notify")
                && other.interval.isZero()
                && operation.equals(other.operation)
                && digest.equals(other.digest);
    }

    /**
     * What came of an operation.
     *
     * @param outcome what the agent returned, or what stands for it
     * @param timedOut whether it was given up
     * @param began when it began
     * @param took how long it took
     */
    record Ended(Outcome outcome, boolean timedOut, Instant began, Duration took) {}
}
