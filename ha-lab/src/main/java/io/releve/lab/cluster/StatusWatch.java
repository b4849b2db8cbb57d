package io.releve.lab.cluster;

import io.releve.ClusterObserver;
import io.releve.examples.lab.LabException;
import io.releve.status.ClusterStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Waits for what a cluster's status says.
 *
 * <p>Thread-safe.
 */
public final class StatusWatch {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final String followed;
    private final List<String> places = new ArrayList<>();
    private Optional<ClusterStatus> last = Optional.empty();

    /**
     * Watches from now on.
     *
     * @param observer ends it when it is closed
     * @param followed whose moves are counted
     */
    public StatusWatch(ClusterObserver observer, String followed) {
        this.followed = followed;
        // Ends with the observer, which is closed with the cluster.
        observer.onStatus(this::seen);
    }

    private void seen(ClusterStatus status) {
        lock.lock();
        try {
            last = Optional.of(status);
            status.activeNode(followed)
                    .filter(node ->
                            places.isEmpty() || !places.get(places.size() - 1).equals(node))
                    .ifPresent(places::add);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How often what the DataSource follows was seen at another node than before. */
    public int moves() {
        lock.lock();
        try {
            return Math.max(0, places.size() - 1);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it was seen at another node more than so often; says whether it was. */
    public boolean withinMoves(Duration limit, int before) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (places.size() - 1 <= before) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits.
     *
     * @param what in words
     * @throws LabException if it does not come in time; says what there is instead
     */
    public void await(String what, Duration limit, Predicate<ClusterStatus> wanted) throws InterruptedException {
        if (!within(limit, wanted)) {
            throw new LabException("waited " + limit.toSeconds() + " s in vain until " + what + "; instead:\n"
                    + last.map(ClusterStatus::toString).orElse("nothing was seen of the cluster"));
        }
    }

    /** Waits, and says whether it came. */
    public boolean within(Duration limit, Predicate<ClusterStatus> wanted) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (last.filter(wanted).isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
