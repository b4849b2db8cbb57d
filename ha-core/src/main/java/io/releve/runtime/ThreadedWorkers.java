package io.releve.runtime;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers with real threads. Threads come when they are needed, up to a limit, and go when they have been idle for a
 * minute. Beyond the limit, work waits its turn, in the order in which it came. They do not keep the JVM alive.
 *
 * <p>Work that is interrupted before it has begun still runs, with its thread's interrupt status set: whoever started
 * it waits for the end that only the work itself can tell.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public final class ThreadedWorkers implements Workers, AutoCloseable {

    /** How many pieces of work run at the same time, when nothing else is said. */
    public static final int DEFAULT_LIMIT = 64;

    private static final Logger log = LoggerFactory.getLogger(ThreadedWorkers.class);
    private static final int IDLE_SECONDS = 60;
    private static final int CLOSE_SECONDS = 5;

    private static final int FRAMES = 12;

    private final int limit;
    private final AtomicInteger abandoned = new AtomicInteger();
    private final ThreadPoolExecutor executor;

    /**
     * Workers that run up to {@value #DEFAULT_LIMIT} pieces of work at the same time.
     *
     * @param name the beginning of the idle threads' names
     */
    public ThreadedWorkers(String name) {
        this(name, DEFAULT_LIMIT);
    }

    /**
     * Workers with a limit.
     *
     * @param name the beginning of the idle threads' names
     * @param limit how many pieces of work may run at the same time; at least 1
     */
    public ThreadedWorkers(String name, int limit) {
        AtomicInteger number = new AtomicInteger();
        this.limit = limit;
        this.executor = new ThreadPoolExecutor(
                limit,
                limit,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread created = new Thread(task, name + "-" + number.incrementAndGet());
                    created.setDaemon(true);
                    return created;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public Task start(String name, Runnable work) {
        Piece piece = new Piece(name, work);
        if (executor.getActiveCount() >= executor.getMaximumPoolSize()) {
            log.warn(
                    "All {} worker threads are busy: {} waits behind {} others. Operations that hang fill the threads up.",
                    limit,
                    name,
                    executor.getQueue().size());
        }
        executor.execute(piece);
        return piece;
    }

    /** Work that hangs must not take the place of other work: there is a thread more as long as it does. */
    private void allow(int more) {
        int size = limit + abandoned.addAndGet(more);
        if (more > 0) {
            executor.setMaximumPoolSize(size);
            executor.setCorePoolSize(size);
        } else {
            executor.setCorePoolSize(size);
            executor.setMaximumPoolSize(size);
        }
    }

    /** Interrupts all work, drops what has not begun, and waits up to {@value #CLOSE_SECONDS} seconds. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn(
                        "{} pieces of work go on although they were interrupted {} s ago.",
                        executor.getActiveCount(),
                        CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One piece of work. The lock keeps an interrupt from hitting the next piece on the same thread. */
    private final class Piece implements Runnable, Task {
        private final String name;
        private final Runnable work;
        private final Object lock = new Object();
        private @Nullable Thread thread;
        private boolean interrupted;
        private boolean givenUp;
        private boolean done;

        private Piece(String name, Runnable work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public void run() {
            Thread current = Thread.currentThread();
            String idleName = current.getName();
            synchronized (lock) {
                thread = current;
                if (interrupted) {
                    current.interrupt();
                }
            }
            current.setName(name);
            try {
                work.run();
            } catch (Throwable t) { // the thread must outlive its work
                log.error("{} failed.", name, t);
            } finally {
                current.setName(idleName);
                synchronized (lock) {
                    done = true;
                    thread = null;
                    // The interrupt status belongs to this piece; the executor itself clears it only before the next
                    // one.
                    Thread.interrupted();
                    if (givenUp) {
                        allow(-1);
                    }
                }
            }
        }

        @Override
        public void interrupt() {
            synchronized (lock) {
                if (done) {
                    return;
                }
                interrupted = true;
                if (thread != null) {
                    thread.interrupt();
                }
            }
        }

        @Override
        public String abandon() {
            synchronized (lock) {
                if (done || givenUp) {
                    return "";
                }
                givenUp = true;
                allow(1);
                return thread == null ? "it has not begun" : stack(thread);
            }
        }

        private String stack(Thread hanging) {
            return Stream.of(hanging.getStackTrace())
                    .limit(FRAMES)
                    .map(frame -> "at " + frame)
                    .collect(Collectors.joining(System.lineSeparator() + "    ", "    ", ""));
        }
    }
}
