package io.releve.examples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What the client was told, and when. Times are those of {@link System#nanoTime()}.
 *
 * <p>Thread-safe.
 */
final class AckLog {

    /**
     * One report that the application said is stored.
     *
     * @param id the report
     * @param sentNanos when the attempt was sent that was answered
     * @param nanos when the answer came
     * @param node the node that answered
     */
    record Ack(UUID id, long sentNanos, long nanos, String node) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<Ack> acks = new ArrayList<>();
    private final Consumer<Ack> listener;
    private String lastRefusal = "";
    private String failure = "";

    /** @param listener called on the client's thread for each answer, before the client goes on */
    AckLog(Consumer<Ack> listener) {
        this.listener = listener;
    }

    void acknowledged(UUID id, long sentNanos, String node) {
        Ack ack = new Ack(id, sentNanos, System.nanoTime(), node);
        lock.lock();
        try {
            acks.add(ack);
            more.signalAll();
        } finally {
            lock.unlock();
        }
        listener.accept(ack);
    }

    /** An attempt that failed and will be repeated. */
    void refused(String reason) {
        lock.lock();
        try {
            lastRefusal = reason;
        } finally {
            lock.unlock();
        }
    }

    /** An answer that no repetition can better. */
    void broken(String reason) {
        lock.lock();
        try {
            failure = reason;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long count() {
        lock.lock();
        try {
            return acks.size();
        } finally {
            lock.unlock();
        }
    }

    Set<UUID> ids() {
        lock.lock();
        try {
            Set<UUID> ids = new LinkedHashSet<>();
            acks.forEach(ack -> ids.add(ack.id()));
            return ids;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until one report is acknowledged. */
    void awaitAck(UUID id, Duration limit) throws InterruptedException {
        awaitUntil(
                "a report is acknowledged",
                limit,
                () -> acks.stream().anyMatch(ack -> ack.id().equals(id)));
    }

    /** Waits for so many reports that were sent after a moment, and acknowledged. */
    void awaitSentAfter(long nanos, int count, String what, Duration limit) throws InterruptedException {
        awaitUntil(
                what,
                limit,
                () -> acks.stream()
                                .filter(ack -> ack.sentNanos() - nanos > 0)
                                .limit(count)
                                .count()
                        == count);
    }

    private void awaitUntil(String what, Duration limit, BooleanSupplier reached) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                if (!failure.isEmpty()) {
                    throw new DemoFailure("while waiting until " + what + ": " + failure);
                }
                if (left <= 0) {
                    throw new DemoFailure("waited " + limit.toSeconds() + " s in vain until " + what
                            + "; the client's last attempt: " + (lastRefusal.isEmpty() ? "none" : lastRefusal));
                }
                left = more.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The longest time between two answers, the first of which came after one moment and the second before another. */
    Duration longestGap(long fromNanos, long toNanos) {
        lock.lock();
        try {
            return longestGap(acks.stream().map(Ack::nanos).toList(), fromNanos, toNanos);
        } finally {
            lock.unlock();
        }
    }

    static Duration longestGap(List<Long> times, long fromNanos, long toNanos) {
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            long before = times.get(i - 1);
            long after = times.get(i);
            if (after - fromNanos >= 0 && before - toNanos <= 0) {
                longest = Math.max(longest, after - before);
            }
        }
        return Duration.ofNanos(longest);
    }
}
