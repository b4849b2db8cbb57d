package io.releve.lab.cluster;

import io.releve.examples.lab.LabException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waiting for what has no event: a file, a server that can only be asked. */
public final class Patience {

    private static final long PACE_MILLIS = 25;

    private Patience() {}

    /**
     * Asks until there is an answer.
     *
     * @param what in words
     * @throws LabException if there is none in time
     */
    public static <T> T until(String what, Duration limit, Supplier<Optional<T>> question) throws InterruptedException {
        return within(limit, question)
                .orElseThrow(() -> new LabException("waited " + limit.toSeconds() + " s in vain until " + what));
    }

    /** Asks until there is an answer, or the time is over. */
    public static <T> Optional<T> within(Duration limit, Supplier<Optional<T>> question) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Optional<T> answer = question.get();
        while (answer.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PACE_MILLIS));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            answer = question.get();
        }
        return answer;
    }
}
