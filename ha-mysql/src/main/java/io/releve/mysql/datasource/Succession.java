package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.status.ActiveNode;
import io.releve.status.ActiveNodes;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the cluster's answers into generations: opens the next, retires the former, and lets borrowers wait between.
 *
 * <p>Thread-safe.
 */
final class Succession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private static final Duration FIRST_RETRY = Duration.ofMillis(25);
    private static final Duration LONGEST_RETRY = Duration.ofMillis(400);
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final DataSourceSettings settings;
    private final ScheduledThreadPoolExecutor executor;
    private final Pools pools;
    private final LastWrite lastWrite;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong switches = new AtomicLong();
    private final Handover handover;
    private final Retirement retirement;
    private final List<SuccessionListener> listeners = new CopyOnWriteArrayList<>();
    private final AutoCloseable subscription;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** What is lent from now; null while there is nothing to lend from. */
    private volatile @Nullable Generation current;

    /** What was lent from until a connection was lost, while its server is asked; guarded by the lock. */
    private @Nullable Generation doubted;

    /** The newest answer of the cluster; guarded by the lock. */
    private Optional<ActiveNode> wanted = Optional.empty();

    private long newestEpoch = Long.MIN_VALUE;

    /** Since when nothing is lent, as {@link System#nanoTime()} shows it, after something was; guarded by the lock. */
    private OptionalLong lostAt = OptionalLong.empty();

    /** Since when the cluster says that it is active nowhere, if it says so. */
    private volatile OptionalLong nowhereSince = OptionalLong.empty();

    /** Why waiting is no use, if it is none: a wrong account, an unknown database. */
    private @Nullable SQLException refusal;

    private String lastFailure = "the cluster has not said yet where it is active";
    private boolean closed;

    Succession(DataSourceSettings settings, ActiveNodes cluster, Pools pools, LastWrite lastWrite) {
        this.pools = pools;
        this.lastWrite = lastWrite;
        this.settings = settings;
        this.executor = new ScheduledThreadPoolExecutor(settings.servers().size() + 1, task -> {
            Thread thread =
                    new Thread(task, "releve-datasource-" + settings.resource() + "-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        this.handover = new Handover(settings, executor);
        this.retirement = new Retirement(settings, executor);
        this.subscription = cluster.follow(settings.resource(), this::answered);
    }

    /** On the cluster's own loop: notes the answer, and leaves the work to this DataSource's threads. */
    private void answered(Optional<ActiveNode> answer) {
        lock.lock();
        try {
            if (closed
                    || answer.equals(wanted)
                    || answer.filter(node -> node.epoch() < newestEpoch).isPresent()) {
                return;
            }
            newestEpoch = answer.map(ActiveNode::epoch).orElse(newestEpoch);
            wanted = answer;
            nowhereSince = answer.isEmpty() ? OptionalLong.of(System.nanoTime()) : OptionalLong.empty();
            lastFailure = answer.isPresent() ? "its server is being connected to" : "it is not active on any node";
            refusal = null;
            Generation old = current == null ? doubted : current;
            doubted = null;
            current = null;
            if (old != null) {
                lostAt = lostAt.isPresent() ? lostAt : OptionalLong.of(System.nanoTime());
                retirement.begin(old.pool(), old.server(), old.toString());
            }
            answer.ifPresent(place -> executor.execute(() -> open(place, FIRST_RETRY)));
        } finally {
            lock.unlock();
        }
    }

    private void open(ActiveNode place, Duration retry) {
        Optional<MySqlServer> server = settings.servers().onNode(place.node());
        if (server.isEmpty()) {
            failed(
                    place,
                    new SQLException("node " + place.node() + " has no server in this DataSource, which knows "
                            + settings.servers()));
            return;
        }
        long start = System.nanoTime();
        try {
            Generation generation = new Generation(
                    settings, pools, handover, place, server.get(), lastWrite, this::notWritable, this::doubt);
            Optional<Duration> outage = publish(generation);
            if (outage.isEmpty()) {
                generation.pool().abort();
                return;
            }
            LOG.info(
                    "{} is active on {}; connections are lent after {} ms",
                    settings.resource(),
                    generation,
                    (System.nanoTime() - start) / 1_000_000);
            listeners.forEach(listener -> listener.opened(generation, outage.get()));
        } catch (SQLException | RuntimeException e) {
            if (!failed(place, e)) {
                return;
            }
            LOG.debug("{} cannot be used yet: {}", server.get(), e.toString());
            // The cluster says that the resource is there, and nothing tells when its server takes connections.
            Duration next = longer(retry);
            lock.lock();
            try {
                if (!closed) {
                    var unused = executor.schedule(() -> open(place, next), retry.toMillis(), TimeUnit.MILLISECONDS);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** A wrong account, an unknown database or an impossible value does not get better by waiting. */
    static boolean mayPass(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                if (state.startsWith("22")
                        || state.startsWith("28")
                        || state.startsWith("42")
                        || state.startsWith("3D")) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns for how long nothing was lent; empty if this generation is no longer the one that the cluster names. */
    private Optional<Duration> publish(Generation generation) {
        lock.lock();
        try {
            if (closed || !wanted.equals(Optional.of(generation.place()))) {
                return Optional.empty();
            }
            Duration outage =
                    lostAt.isPresent() ? Duration.ofNanos(System.nanoTime() - lostAt.getAsLong()) : Duration.ZERO;
            if (lostAt.isPresent()) {
                switches.incrementAndGet();
            }
            lostAt = OptionalLong.empty();
            current = generation;
            refusal = null;
            changed.signalAll();
            return Optional.of(outage);
        } finally {
            lock.unlock();
        }
    }

    private boolean failed(ActiveNode place, Exception failure) {
        lock.lock();
        try {
            boolean stillWanted = !closed && wanted.equals(Optional.of(place));
            if (stillWanted) {
                lastFailure = String.valueOf(failure.getMessage());
                if (failure instanceof SQLException refused && !mayPass(refused)) {
                    refusal = refused;
                    changed.signalAll();
                }
            }
            return stillWanted;
        } finally {
            lock.unlock();
        }
    }

    /** The server refused a write: its other connections lead to the same place. New ones are verified anyway. */
    private void notWritable(Generation generation) {
        LOG.warn("{} refuses writes; its connections are thrown out", generation);
        generation.pool().evict();
    }

    /**
     * A connection was lost. Until its server has answered, nobody is sent into its pool: they would wait there for connections
     * that do not come, and not hear of the next server meanwhile.
     */
    private void doubt(Generation generation) {
        lock.lock();
        try {
            if (closed || current != generation) {
                return;
            }
            current = null;
            doubted = generation;
            lostAt = OptionalLong.of(System.nanoTime());
            lastFailure = "a connection to its server was lost";
            executor.execute(() -> confirm(generation, FIRST_RETRY));
        } finally {
            lock.unlock();
        }
    }

    private void confirm(Generation generation, Duration retry) {
        Optional<SQLException> silence = silence(generation);
        lock.lock();
        try {
            if (closed || doubted != generation) {
                return;
            }
            if (silence.isEmpty()) {
                doubted = null;
                lostAt = OptionalLong.empty();
                current = generation;
                changed.signalAll();
                return;
            }
            lastFailure = String.valueOf(silence.get().getMessage());
            Duration next = longer(retry);
            var unused = executor.schedule(() -> confirm(generation, next), retry.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            lock.unlock();
        }
    }

    /** A server that says no, because it is saturated for instance, is there: what its pool holds is of use. */
    private static Optional<SQLException> silence(Generation generation) {
        try {
            generation.pool().probe();
            return Optional.empty();
        } catch (SQLException e) {
            return e.getErrorCode() > 0 ? Optional.empty() : Optional.of(e);
        } catch (RuntimeException e) {
            LOG.error("{} could not be asked whether it is there", generation, e);
            return Optional.empty();
        }
    }

    private static Duration longer(Duration retry) {
        Duration next = retry.multipliedBy(2);
        return next.compareTo(LONGEST_RETRY) < 0 ? next : LONGEST_RETRY;
    }

    /**
     * The time against which the age of data is counted, as {@link System#nanoTime()} shows it. It stands still while the
     * cluster says that the resource is active nowhere: then nothing is written.
     */
    long clock() {
        OptionalLong since = nowhereSince;
        return since.isPresent() ? since.getAsLong() : System.nanoTime();
    }

    /** Has a listener called from now on; it stays as long as this. */
    void onOpened(SuccessionListener listener) {
        listeners.add(listener);
    }

    /** What is lent from now, if anything. */
    @Nullable
    Generation current() {
        return current;
    }

    /**
     * Waits for something to lend from.
     *
     * @param end by when, as {@link System#nanoTime()} would show it
     * @return null if there is nothing by then
     * @throws SQLException if this was closed meanwhile, or the thread was interrupted
     */
    @Nullable
    Generation await(long end) throws SQLException {
        waiting.incrementAndGet();
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    throw new SQLNonTransientConnectionException("the DataSource is closed", "08003");
                }
                if (refusal != null) {
                    throw new SQLException(
                            refusal.getMessage(), refusal.getSQLState(), refusal.getErrorCode(), refusal);
                }
                Generation generation = current;
                long left = end - System.nanoTime();
                if (generation != null || left <= 0) {
                    return generation;
                }
                long unused = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException(
                    "interrupted while waiting for the active node of " + settings.resource(), "08001", e);
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    /** How many threads wait for something to lend from now. */
    int waiting() {
        return waiting.get();
    }

    /** How often something else was lent from than before. */
    long switches() {
        return switches.get();
    }

    /** What is known of the resource's place, for people. */
    String describe() {
        lock.lock();
        try {
            String place = wanted.map(node -> "it is active on node " + node.node() + " in epoch " + node.epoch())
                    .orElse(
                            newestEpoch == Long.MIN_VALUE
                                    ? "it was never seen active"
                                    : "it was last seen active in epoch " + newestEpoch);
            return current == null ? place + ", but " + lastFailure : place;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Generation old;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            old = current == null ? doubted : current;
            doubted = null;
            current = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.warn("{}: ending the subscription failed", settings.resource(), e);
        }
        executor.shutdownNow();
        if (old != null) {
            old.pool().abort();
        }
        retirement.abortAll();
    }
}
