package io.releve.examples.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What each node last said of the cluster; those who wait for something are woken when a node says something new.
 *
 * <p>Thread-safe.
 */
final class StatusBoard {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, StatusLine> seen = new HashMap<>();
    private final Map<String, String> broken = new HashMap<>();

    void put(String node, StatusLine status) {
        lock.lock();
        try {
            seen.put(node, status);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what a node said, because it has been stopped on purpose. */
    void forget(String node) {
        lock.lock();
        try {
            seen.remove(node);
            broken.remove(node);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that a node's process ended although nobody wanted it to: waiting longer is of no use. */
    void fail(String node, String reason) {
        lock.lock();
        try {
            seen.remove(node);
            broken.put(node, reason);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Optional<StatusLine> get(String node) {
        lock.lock();
        try {
            return Optional.ofNullable(seen.get(node));
        } finally {
            lock.unlock();
        }
    }

    /** What any node says that runs; one that is in touch with ZooKeeper, if there is one. */
    Optional<StatusLine> any() {
        lock.lock();
        try {
            return seen.values().stream()
                    .filter(StatusLine::inTouch)
                    .findFirst()
                    .or(() -> seen.values().stream().findFirst());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until every node that runs, and at least one does, sees the cluster in a certain way.
     *
     * @param what for the message if it does not come to that
     * @param limit how long at most
     * @param wanted what each node must see
     * @return the status as one of them sees it
     * @throws DemoFailure if the time is over or a node's process has ended
     */
    StatusLine await(String what, Duration limit, Predicate<StatusLine> wanted) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (true) {
                if (!broken.isEmpty()) {
                    throw new DemoFailure("while waiting until " + what + ": "
                            + broken.values().iterator().next());
                }
                if (!seen.isEmpty() && seen.values().stream().allMatch(wanted)) {
                    return seen.values().iterator().next();
                }
                if (left <= 0) {
                    throw new DemoFailure("waited " + limit.toSeconds() + " s in vain until " + what + "; "
                            + (seen.isEmpty() ? "no node has said anything" : "last seen:\n" + last()));
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private String last() {
        StringBuilder text = new StringBuilder();
        seen.forEach((node, status) ->
                text.append("-- by ").append(node).append(":\n").append(status.text()));
        return text.toString();
    }
}
