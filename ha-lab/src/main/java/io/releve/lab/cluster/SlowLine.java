package io.releve.lab.cluster;

import java.time.Duration;
import java.util.Random;

/**
 * How a line treats what it carries, one way. The same seed loses the same frames, by their number.
 *
 * <p>Used by one thread.
 */
final class SlowLine {

    private final long delayNanos;
    private final long jitterNanos;
    private final double loss;
    private final Random random;
    private long last = Long.MIN_VALUE;

    /**
     * @param delay of each frame
     * @param jitter how much shorter or longer it may be
     * @param loss the share of frames that are lost, from 0 to 1
     */
    SlowLine(Duration delay, Duration jitter, double loss, long seed) {
        this.delayNanos = delay.toNanos();
        this.jitterNanos = jitter.toNanos();
        this.loss = loss;
        this.random = new Random(seed);
    }

    /** Whether the next frame is lost. */
    boolean loses() {
        return random.nextDouble() < loss;
    }

    /**
     * When a frame arrives. None overtakes another: a cable does not either.
     *
     * @param sent when it was sent, by {@link System#nanoTime()}
     */
    long arrival(long sent) {
        long due = sent + delayNanos + Math.round((random.nextDouble() * 2 - 1) * jitterNanos);
        last = last == Long.MIN_VALUE || due - last > 0 ? due : last;
        return last;
    }
}
