package io.releve.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until it is told to pass. Its loops and workers run on the thread that calls
 * {@link #advance} or {@link #runUntilIdle}: hours of a cluster's life take milliseconds, and the same seed gives the same run.
 *
 * <p>On one loop, tasks run in the order posted and timers in the order of their times, as on a real one. Which of
 * several loops goes first is free in reality; here the seed decides it. A task takes no time.
 *
 * <p>A task that throws ends {@link #advance} or {@link #runUntilIdle} with that exception; time and all other tasks
 * stay as they are, so that the run can go on.
 *
 * <p>Thread-safety: none; everything happens on one thread.
 */
public final class VirtualTime {

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    /** So many tasks at one moment mean that loops post to each other for ever. */
    private static final int TASKS_AT_ONE_MOMENT = 1_000_000;

    private final RandomGenerator random;
    private final List<Loop> loops = new ArrayList<>();
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::number));
    private long elapsed;
    private long alarmsSet;
    private boolean running;

    private VirtualTime(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Time at its beginning.
     *
     * @param seed decides the order wherever it is free
     */
    public static VirtualTime seeded(long seed) {
        return new VirtualTime(seed);
    }

    /**
     * A new loop.
     *
     * @param name for error messages
     */
    public EventLoop loop(String name) {
        Loop loop = new Loop(name);
        loops.add(loop);
        return loop;
    }

    /** Workers whose work takes no time. */
    public Workers workers() {
        return workers(name -> Duration.ZERO);
    }

    /**
     * Workers whose work takes time: it runs at the end of that time, or with its thread's interrupt status set when it
     * is interrupted before.
     *
     * @param takes how long the work of this name takes
     */
    public Workers workers(Function<String, Duration> takes) {
        return (name, work) -> {
            Loop loop = new Loop(name);
            loops.add(loop);
            Piece piece = new Piece(loop, work);
            piece.timer = loop.schedule(takes.apply(name), piece::end);
            return piece;
        };
    }

    /**
     * Stops a loop, as the operating system stops a process: nothing on it runs, while time goes on for all others.
     *
     * @param loop a loop of this time
     */
    public void freeze(EventLoop loop) {
        own(loop).frozen = true;
    }

    /** Ends {@link #freeze}: what has been posted and what has become due meanwhile runs now. */
    public void thaw(EventLoop loop) {
        own(loop).frozen = false;
    }

    private Loop own(EventLoop loop) {
        if (loop instanceof Loop known && loops.contains(known)) {
            return known;
        }
        throw new IllegalArgumentException(loop + " is not a loop of this virtual time.");
    }

    /** The clock of all loops, in nanoseconds since the beginning. */
    public long nanoTime() {
        return elapsed;
    }

    /** The time of day. */
    public Instant now() {
        return BEGINNING.plusNanos(elapsed);
    }

    /** Runs everything that is due now, and what follows from it, without letting time pass. */
    public void runUntilIdle() {
        if (running) {
            throw new IllegalStateException("A task asked virtual time to pass. Only the test itself may do that.");
        }
        running = true;
        try {
            ringAlarms();
            int tasks = 0;
            for (Loop next = anyReady(); next != null; next = anyReady()) {
                if (++tasks > TASKS_AT_ONE_MOMENT) {
                    throw new IllegalStateException(
                            "More than " + TASKS_AT_ONE_MOMENT + " tasks at one moment, the last on " + next.name
                                    + ": loops post to each other without end.");
                }
                next.runOne();
                ringAlarms();
            }
        } finally {
            running = false;
        }
    }

    /**
     * Lets time pass and runs what becomes due on the way.
     *
     * @param time how much; zero is the same as {@link #runUntilIdle}
     */
    public void advance(Duration time) {
        long end = elapsed + time.toNanos();
        runUntilIdle();
        for (Alarm next = alarms.peek(); next != null && next.at - end <= 0; next = alarms.peek()) {
            elapsed = Math.max(elapsed, next.at);
            runUntilIdle();
        }
        elapsed = end;
    }

    private void ringAlarms() {
        for (Alarm next = alarms.peek(); next != null && next.at <= elapsed; next = alarms.peek()) {
            alarms.remove();
            next.loop.ready.add(next.task);
        }
    }

    private @Nullable Loop anyReady() {
        loops.removeIf(loop -> loop.finished);
        List<Loop> ready = loops.stream()
                .filter(loop -> !loop.frozen && !loop.ready.isEmpty())
                .toList();
        return ready.isEmpty() ? null : ready.get(random.nextInt(ready.size()));
    }

    private record Alarm(long at, long number, Loop loop, Runnable task) {}

    private final class Loop implements EventLoop {
        private final String name;
        private final Queue<Runnable> ready = new ArrayDeque<>();
        private boolean finished;
        private boolean frozen;

        private Loop(String name) {
            this.name = name;
        }

        private void runOne() {
            Runnable task = ready.remove();
            task.run();
        }

        @Override
        public void execute(Runnable task) {
            ready.add(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            boolean[] cancelled = new boolean[1];
            Runnable unlessCancelled = () -> {
                if (!cancelled[0]) {
                    task.run();
                }
            };
            alarms.add(new Alarm(elapsed + Math.max(0, delay.toNanos()), alarmsSet++, this, unlessCancelled));
            return () -> cancelled[0] = true;
        }

        @Override
        public long nanoTime() {
            return elapsed;
        }

        @Override
        public Instant now() {
            return VirtualTime.this.now();
        }

        @Override
        public String toString() {
            return "VirtualTime.Loop[" + name + "]";
        }
    }

    /** A piece of work on a loop of its own, so that its order among the others is free. */
    private static final class Piece implements Workers.Task {
        private final Loop loop;
        private final Runnable work;
        private EventLoop.@Nullable Timer timer;
        private boolean interrupted;
        private boolean ended;

        private Piece(Loop loop, Runnable work) {
            this.loop = loop;
            this.work = work;
        }

        private void end() {
            if (ended) {
                return;
            }
            ended = true;
            loop.finished = true;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            try {
                work.run();
            } finally {
                if (interrupted) {
                    Thread.interrupted();
                }
            }
        }

        @Override
        public void interrupt() {
            if (ended || interrupted) {
                return;
            }
            interrupted = true;
            if (timer != null) {
                timer.cancel();
            }
            loop.execute(this::end);
        }

        @Override
        public String abandon() {
            return ended ? "" : "somewhere";
        }
    }
}
