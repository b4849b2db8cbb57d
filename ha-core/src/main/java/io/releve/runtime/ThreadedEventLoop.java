package io.releve.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop with a thread of its own. A task that throws is logged; the loop goes on with the next one.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public final class ThreadedEventLoop implements EventLoop, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ThreadedEventLoop.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    private ThreadedEventLoop(String name, boolean daemon) {
        this.name = name;
        this.executor = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread created = new Thread(task, name);
                    created.setDaemon(daemon);
                    thread = created;
                    return created;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.prestartCoreThread();
    }

    /** Starts a loop whose thread does not keep the JVM alive. */
    public static ThreadedEventLoop daemon(String name) {
        return new ThreadedEventLoop(name, true);
    }

    /** Starts a loop whose thread keeps the JVM alive until the loop is closed. */
    public static ThreadedEventLoop keepingAlive(String name) {
        return new ThreadedEventLoop(name, false);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(guarded(task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Future<?> pending = executor.schedule(guarded(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    /** Whether the caller is on the loop. */
    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs what has been posted, drops the timers, and ends the thread. Waits up to 5 seconds for the task at work,
     * unless called from the loop itself.
     */
    @Override
    public void close() {
        executor.shutdown();
        if (isCurrentThread()) {
            return;
        }
        try {
            if (!executor.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn(
                        "The loop {} has not ended within {} s: its task blocks. It ends when that task does.",
                        name,
                        CLOSE_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable t) { // the loop must outlive its tasks
                log.error("A task on the loop {} failed; the loop goes on.", name, t);
            }
        };
    }

    @Override
    public String toString() {
        return "ThreadedEventLoop[" + name + "]";
    }
}
