package io.releve.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A loop that knows when it stood still: it has itself woken all the time, and measures how late that was. Collections of
 * garbage, a process or a virtual machine that was stopped, a machine without time for us, a task that blocks: whoever
 * was away for long must look at the clock before it believes anything.
 *
 * <p>A pause is noticed before the first task after it runs, whatever that is.
 *
 * <p>Thread-safety: all methods may be called from any thread; listeners are called on the loop.
 */
public final class PauseDetector implements EventLoop {

    /** The loop wakes up so many times within the shortest pause that is noticed. */
    private static final int WAKES = 2;

    private final EventLoop loop;
    private final Duration threshold;
    private final Duration period;
    private final List<Consumer<Duration>> listeners = new CopyOnWriteArrayList<>();
    private volatile Pauses pauses = Pauses.NONE;
    private long nextWake;
    private boolean closed;
    private Timer timer = () -> {};

    private PauseDetector(EventLoop loop, Duration threshold) {
        this.loop = loop;
        this.threshold = threshold;
        this.period = threshold.dividedBy(WAKES);
    }

    /**
     * A loop that notices its pauses. What is posted to the other loop directly runs without having been told of them.
     *
     * @param loop where everything runs
     * @param threshold being late by more than this is a pause
     */
    public static PauseDetector around(EventLoop loop, Duration threshold) {
        PauseDetector detector = new PauseDetector(loop, threshold);
        loop.execute(detector::arm);
        return detector;
    }

    /**
     * Has a listener told of each pause.
     *
     * @param listener called with the length of the pause, before any task that has been waiting
     */
    public void onPause(Consumer<Duration> listener) {
        listeners.add(listener);
    }

    /** What has been noticed so far. */
    public Pauses pauses() {
        return pauses;
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(() -> run(task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return loop.schedule(delay, () -> run(task));
    }

    @Override
    public long nanoTime() {
        return loop.nanoTime();
    }

    @Override
    public Instant now() {
        return loop.now();
    }

    /** Wakes the loop no more. */
    public void stop() {
        loop.execute(() -> {
            closed = true;
            timer.cancel();
        });
    }

    private void run(Runnable task) {
        look();
        task.run();
    }

    private void look() {
        if (closed || nextWake == 0) {
            return;
        }
        long late = loop.nanoTime() - nextWake;
        if (late > threshold.toNanos()) {
            Duration length = Duration.ofNanos(late);
            pauses = pauses.plus(length, loop.now());
            arm();
            listeners.forEach(listener -> listener.accept(length));
        }
    }

    private void wake() {
        look();
        arm();
    }

    private void arm() {
        if (!closed) {
            timer.cancel();
            nextWake = Math.max(1, loop.nanoTime() + period.toNanos());
            timer = loop.schedule(period, this::wake);
        }
    }

    @Override
    public String toString() {
        return loop + ", noticing pauses over " + threshold.toMillis() + " ms";
    }
}
