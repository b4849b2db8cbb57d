package io.releve.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/**
 * One thread on which everything happens that changes a node's or controller's mind, one task at a time, in the order
 * posted. Tasks never block.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public interface EventLoop extends Executor {

    /** Has a task run after all that were posted before it. Ignored once the loop has been closed. */
    @Override
    void execute(Runnable task);

    /**
     * Has a task run on the loop after a time, not sooner.
     *
     * @param delay how long to wait; zero or negative: as soon as possible
     * @param task what to run
     * @return cancels the task when it has not begun
     */
    Timer schedule(Duration delay, Runnable task);

    /** A clock that only goes forward, in nanoseconds; its zero has no meaning. */
    long nanoTime();

    /** The time of day, for people and for records; never for deciding how much time has passed. */
    Instant now();

    /** A task that has not run yet. */
    interface Timer {
        /** Keeps the task from running, if it has not begun. Cancelling twice, or too late, has no effect. */
        void cancel();
    }
}
