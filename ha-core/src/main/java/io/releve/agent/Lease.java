package io.releve.agent;

import java.time.Duration;

/**
 * A node's right to run resources, as its agents see it. The holder counts from the moment it sent the last renewal
 * that was confirmed, everybody else from a later moment, so that the holder always stops first.
 *
 * <p>Agents that can hand the end of the lease to something that outlives the JVM (the kernel's lifetime of an
 * address, an event in the database server) do so with {@link #remaining()} each time {@link #onRenewal(Runnable)} calls.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public interface Lease {

    /** The lease's whole length. */
    Duration length();

    /** What is left of it now; zero when it has ended. Never negative. */
    Duration remaining();

    /** Whether it still runs. */
    default boolean isValid() {
        return !remaining().isZero();
    }

    /**
     * Has an action run after each renewal and once when the lease ends. The action runs on the node's own loop: it
     * must not block.
     *
     * @param action what to run
     * @return a handle that ends the subscription when closed
     */
    Registration onRenewal(Runnable action);

    /**
     * Asks for a renewal that is sent from here on, earlier than the next one would be: by who needs more of the lease than is
     * left, or must know that this node is a member still. Returns at once; a renewal that is confirmed is told to those who
     * subscribed with {@link #onRenewal}. Has no effect if the lease is not held. The default does nothing: the next renewal
     * comes in its own time.
     */
    default void requestRenewal() {}

    /** Ends a subscription. Closing twice has no effect. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
