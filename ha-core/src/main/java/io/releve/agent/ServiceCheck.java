package io.releve.agent;

import java.time.Duration;

/**
 * Asks a service whether it is well. The checks in {@code io.releve.check} are such.
 *
 * <p>Implementations may be used from any thread.
 */
@FunctionalInterface
public interface ServiceCheck {

    /**
     * Asks once.
     *
     * @param limit how long the whole check may take; one that takes longer has failed
     * @return {@link Outcome#ok()} if the service is well, {@link Outcome#notRunning(String)} if nobody serves there at
     *     all, {@link Outcome#failed(String)} for anything else, with a reason that a person can act on
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    Outcome check(Duration limit) throws InterruptedException;
}
