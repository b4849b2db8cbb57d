package io.releve.check;

import io.releve.agent.Outcome;
import io.releve.agent.ServiceCheck;
import java.time.Duration;

/**
 * Asks a service whether it is well. An agent's monitor returns what a check says.
 *
 * <p>Implementations are immutable and may be used from any thread.
 */
@FunctionalInterface
public interface HealthCheck extends ServiceCheck {

    /**
     * Asks once.
     *
     * @param limit how long the whole check may take; one that takes longer has failed
     * @return {@link Outcome#ok()} if the service is well, {@link Outcome#notRunning(String)} if nobody serves there at
     *     all, {@link Outcome#failed(String)} for anything else, with a reason that a person can act on
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    @Override
    Outcome check(Duration limit) throws InterruptedException;

    /**
     * This check, and another after it if this one says that all is well. Both share the limit.
     *
     * @param next what to ask next
     * @return the first outcome that is no success, or else that of {@code next}
     */
    default HealthCheck and(HealthCheck next) {
        return limit -> {
            long begin = System.nanoTime();
            Outcome outcome = check(limit);
            return outcome.isSuccess() ? next.check(limit.minusNanos(System.nanoTime() - begin)) : outcome;
        };
    }
}
