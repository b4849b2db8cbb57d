package io.releve.lab.measure;

import io.releve.lab.measure.LedgerLine.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the ledger's program said of one run.
 *
 * <p>Thread-safe.
 */
public final class Ledger {

    private final int run;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<LedgerLine> acknowledged = new ArrayList<>();
    private final List<LedgerLine> failed = new ArrayList<>();
    private long stale;
    private boolean ended;

    Ledger(int run) {
        this.run = run;
    }

    void add(LedgerLine line) {
        if (line.run() != run) {
            return;
        }
        lock.lock();
        try {
            switch (line.kind()) {
                case ACKNOWLEDGED -> acknowledged.add(line);
                case FAILED -> failed.add(line);
                case STALE -> stale++;
                case ENDED -> ended = true;
            }
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The run's number, which is in each of its rows. */
    public int run() {
        return run;
    }

    /** The rows that were acknowledged. */
    public Set<Long> ids() {
        lock.lock();
        try {
            Set<Long> ids = new HashSet<>();
            acknowledged.forEach(line -> ids.add(line.id()));
            return ids;
        } finally {
            lock.unlock();
        }
    }

    /** How many attempts failed. */
    public int failures() {
        lock.lock();
        try {
            return failed.size();
        } finally {
            lock.unlock();
        }
    }

    /** What the first failed attempt was told. */
    public Optional<String> firstFailure() {
        lock.lock();
        try {
            return failed.stream().map(LedgerLine::text).findFirst();
        } finally {
            lock.unlock();
        }
    }

    /** How often a writer came to a server that lacked the writer's last acknowledged row. */
    public long stale() {
        lock.lock();
        try {
            return stale;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many writes that began after a moment were acknowledged; says whether they were. */
    public boolean awaitSentAfter(long nanos, int count, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (acknowledged.stream()
                            .filter(line -> line.sent() - nanos > 0)
                            .limit(count)
                            .count()
                    < count) {
                if (left <= 0) {
                    return false;
                }
                left = more.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all writers have ended; says whether they have. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!ended) {
                if (left <= 0) {
                    return false;
                }
                left = more.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The longest time without an acknowledgement, of those that ended after one moment and began before another. */
    public Duration longestGap(long fromNanos, long toNanos) {
        lock.lock();
        try {
            return longestGap(
                    acknowledged.stream().map(LedgerLine::ended).sorted().toList(), fromNanos, toNanos);
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
        // Writes that never went on are the longest gap of all, though nothing ends it.
        long last = times.isEmpty() ? fromNanos : times.get(times.size() - 1);
        return Duration.ofNanos(Math.max(longest, toNanos - last));
    }

    /** What kind of lines there are, for a message. */
    @Override
    public String toString() {
        lock.lock();
        try {
            return acknowledged.size() + " " + Kind.ACKNOWLEDGED + ", " + failed.size() + " " + Kind.FAILED + ", last: "
                    + (failed.isEmpty() ? "none" : failed.get(failed.size() - 1).text());
        } finally {
            lock.unlock();
        }
    }
}
