package io.releve.mysql.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** When each step of an operation was through, for the log: where the time went. Thread-safe. */
final class Timeline {

    private final long begun = System.nanoTime();
    private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

    /** A step is through. */
    void mark(String step) {
        steps.add(step + " " + tenths(System.nanoTime() - begun));
    }

    private static String tenths(long nanos) {
        long tenths = nanos / 100_000;
        return tenths / 10 + "." + tenths % 10;
    }

    /** All steps with the milliseconds since the beginning. */
    @Override
    public String toString() {
        return "ms: " + String.join(", ", steps);
    }
}
