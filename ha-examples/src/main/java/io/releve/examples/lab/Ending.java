package io.releve.examples.lab;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What must be undone, last first: when this is closed, or when the JVM is told to end (Ctrl-C, SIGTERM), whichever
 * comes first; each thing once.
 *
 * <p>Thread-safe.
 */
public final class Ending implements AutoCloseable {

    private final Deque<AutoCloseable> things = new ArrayDeque<>();
    private boolean over;

    private Ending() {}

    /** An ending that also happens when the JVM ends. */
    public static Ending atExit() {
        Ending ending = new Ending();
        Runtime.getRuntime().addShutdownHook(new Thread(ending::close, "ending"));
        return ending;
    }

    /** Adds something to undo; at once, if all is over already. */
    public void push(AutoCloseable thing) {
        synchronized (this) {
            if (!over) {
                things.push(thing);
                return;
            }
        }
        undo(thing);
    }

    @Override
    public synchronized void close() {
        over = true;
        while (!things.isEmpty()) {
            undo(things.pop());
        }
    }

    private static void undo(AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception e) {
            // The rest must be undone all the same.
            System.err.println("Something could not be cleaned up: " + e);
        }
    }
}
