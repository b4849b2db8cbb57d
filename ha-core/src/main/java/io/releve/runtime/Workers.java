package io.releve.runtime;

/**
 * Threads for work that blocks: agents' operations.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public interface Workers {

    /**
     * Begins a piece of work on a thread of its own.
     *
     * @param name the thread's name, for thread dumps
     * @param work what to do
     * @return can interrupt it
     */
    Task start(String name, Runnable work);

    /** A piece of work that has been started. */
    interface Task {
        /** Interrupts the thread that does the work, if it still does. */
        void interrupt();

        /**
         * Gives up waiting for work that hangs. It goes on, and the thread with it, but that counts no longer among those that
         * may run at the same time.
         *
         * @return where it hangs, in the words of a thread dump; empty if it has ended meanwhile
         */
        String abandon();
    }
}
