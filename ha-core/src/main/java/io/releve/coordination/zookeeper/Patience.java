package io.releve.coordination.zookeeper;

import io.releve.runtime.EventLoop;
import java.time.Duration;

/**
 * How long a server may say nothing while it owes an answer, before another one is asked. A server that is frozen, or
 * cut off from the majority, keeps its connections; ZooKeeper's client would notice the former after two thirds of the
 * session time-out, and the latter never.
 *
 * <p>Where leaving a server did not help, the next one is given twice as long: if all are slow, because their disks are,
 * going from one to the other makes it worse.
 *
 * <p>Belongs to the loop.
 */
final class Patience {

    private final EventLoop loop;
    private final Duration longest;
    private final Runnable onEnd;

    private Duration usual;
    private Duration now;
    private boolean waiting;
    /** When the oldest answer that is owed was asked for, or the last one came, whichever is later. */
    private long quietSince;

    private EventLoop.Timer timer = () -> {};

    /**
     * Patience that nobody needs yet.
     *
     * @param longest where doubling ends
     * @param onEnd told when it has ended: another server should be asked
     */
    Patience(EventLoop loop, Duration usual, Duration longest, Runnable onEnd) {
        this.loop = loop;
        this.usual = usual;
        this.now = usual;
        this.longest = longest;
        this.onEnd = onEnd;
    }

    /** From now on this is how long. */
    void set(Duration length) {
        if (!length.equals(usual)) {
            usual = length;
            now = length;
        }
    }

    /** Something was asked. */
    void asked() {
        if (!waiting) {
            waiting = true;
            quietSince = loop.nanoTime();
            arm();
        }
    }

    /** An answer came, or the connection ended, which answers everything. */
    void heard(boolean moreIsOwed) {
        quietSince = loop.nanoTime();
        if (!moreIsOwed) {
            waiting = false;
            timer.cancel();
        }
    }

    /** A majority has answered in time. */
    void rewarded() {
        now = usual;
    }

    private void arm() {
        timer.cancel();
        long left = now.toNanos() - (loop.nanoTime() - quietSince);
        timer = loop.schedule(Duration.ofNanos(Math.max(0, left)), this::look);
    }

    private void look() {
        if (!waiting) {
            return;
        }
        if (loop.nanoTime() - quietSince < now.toNanos()) {
            arm();
            return;
        }
        waiting = false;
        Duration doubled = now.multipliedBy(2);
        now = doubled.compareTo(longest) < 0 ? doubled : longest;
        onEnd.run();
    }
}
