package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.status.ActiveNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends read-only connections to replicas that are not too far behind. The cluster pushes which servers are replicas; how far
 * they are behind is measured here.
 *
 * <p>Thread-safe.
 */
final class Readers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final DataSourceSettings settings;
    private final ReaderPolicy policy;
    private final Pools pools;
    private final Succession succession;
    private final Lending lending;
    private final ScheduledThreadPoolExecutor executor;
    private final Retirement retirement;
    private final LagWatch watch;
    private final AutoCloseable subscription;
    private final AtomicInteger turn = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** By node; guarded by the lock. Also the primary's, once it has served. */
    private final Map<String, ReaderPool> byNode = new HashMap<>();

    /** The nodes that the cluster named last. */
    private volatile Set<String> unpromoted = Set.of();

    /** The pools of the nodes that the cluster names. */
    private volatile List<ReaderPool> replicas = List.of();

    private volatile boolean closed;

    Readers(
            DataSourceSettings settings,
            Pools pools,
            ReaderPolicy policy,
            ActiveNodes cluster,
            Succession succession,
            Lending lending) {
        this.settings = settings;
        this.pools = pools;
        this.policy = policy;
        this.succession = succession;
        this.lending = lending;
        this.executor = new ScheduledThreadPoolExecutor(settings.servers().size() + 1, task -> {
            Thread thread = new Thread(task, "releve-readers-" + settings.resource() + "-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        this.retirement = new Retirement(settings, executor);
        this.watch = new LagWatch(settings, policy.maxLag(), succession, () -> replicas, this::wakeWaiters, executor);
        succession.onOpened((generation, outage) -> serversChanged());
        this.subscription = cluster.followUnpromoted(settings.resource(), this::answered);
        watch.start();
    }

    /** On the cluster's own loop. */
    private void answered(Set<String> nodes) {
        unpromoted = nodes;
        try {
            executor.execute(this::serversChanged);
        } catch (RejectedExecutionException e) {
            LOG.debug("the readers of {} are closed", settings.resource());
        }
    }

    private void serversChanged() {
        lock.lock();
        try {
            reconcile();
        } finally {
            lock.unlock();
        }
        watch.lookNow();
    }

    /** Has a pool for each replica, and none for servers that are neither replicas nor the primary. Under the lock. */
    private void reconcile() {
        if (closed) {
            return;
        }
        Generation primary = succession.current();
        List<ReaderPool> now = new ArrayList<>();
        for (String node : unpromoted) {
            settings.servers().onNode(node).ifPresent(server -> now.add(poolOf(server)));
        }
        byNode.values().removeIf(pool -> {
            boolean wanted =
                    now.contains(pool) || (primary != null && primary.server().equals(pool.server()));
            if (!wanted) {
                LOG.info("{}: {} is no longer a replica", settings.resource(), pool.server());
                pool.stopComparing();
                retirement.begin(pool.pool(), pool.server(), pool.toString());
            }
            return !wanted;
        });
        replicas = List.copyOf(now);
        changed.signalAll();
    }

    private ReaderPool poolOf(MySqlServer server) {
        return byNode.computeIfAbsent(server.node(), node -> new ReaderPool(settings, pools, server, policy.maxLag()));
    }

    private void wakeWaiters() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A read-only connection to a replica, or to the primary if no replica may be read from and the policy allows it.
     *
     * @param write what it must see, if anything
     * @throws NoReplicaException if there is none within the connection time-out, and the primary must not serve
     * @throws NoActiveNodeException if there is none, and no primary either
     * @throws SQLException if a server refuses the account or does not know the database
     */
    Connection lend(Optional<WriteToken> write) throws SQLException {
        long start = System.nanoTime();
        long end = start + settings.connectionTimeout().toNanos();
        SQLException last = null;
        while (true) {
            List<ReaderPool> candidates = candidates();
            boolean late = false;
            for (ReaderPool replica : candidates) {
                try {
                    if (write.isEmpty()) {
                        return replica.borrow();
                    }
                    Optional<Connection> lent = replica.borrow(write.get(), waitAtMost(end));
                    if (lent.isPresent()) {
                        return lent.get();
                    }
                    late = true;
                    if (policy.primaryServes()) {
                        break;
                    }
                } catch (SQLException e) {
                    if (!Succession.mayPass(e)) {
                        throw e;
                    }
                    last = e;
                }
            }
            // A replica whose connections are all in use is waited for: the primary must not get its load as well.
            if (candidates.isEmpty() || late) {
                if (policy.primaryServes()) {
                    // It has every write, as far as it has survived.
                    return lending.lend(this::lendOfPrimary, start);
                }
                awaitCandidate(end);
            }
            if (System.nanoTime() >= end) {
                throw noReplica(start, write, last);
            }
        }
    }

    private Duration waitAtMost(long end) {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        Duration wait = policy.writeWait();
        if (!policy.primaryServes() && wait.compareTo(SHORTEST_WAIT) < 0) {
            // Somebody has to wait, and it had better be the server.
            wait = SHORTEST_WAIT;
        }
        return wait.compareTo(left) < 0 ? wait : left;
    }

    private Connection lendOfPrimary(Generation generation) throws SQLException {
        ReaderPool pool;
        lock.lock();
        try {
            requireOpen();
            pool = poolOf(generation.server());
        } finally {
            lock.unlock();
        }
        return pool.borrow();
    }

    /** The replicas that may be read from, the one whose turn it is first. */
    private List<ReaderPool> candidates() {
        long now = succession.clock();
        List<ReaderPool> candidates = new ArrayList<>(replicas);
        candidates.removeIf(replica -> !replica.freshness().isWithin(policy.maxLag(), now));
        policy.choice()
                .arrange(
                        candidates,
                        turn.getAndIncrement(),
                        replica -> replica.freshness().lag());
        return candidates;
    }

    /** How many replicas may be read from now. */
    int readable() {
        long now = succession.clock();
        return (int) replicas.stream()
                .filter(replica -> replica.freshness().isWithin(policy.maxLag(), now))
                .count();
    }

    private void awaitCandidate(long end) throws SQLException {
        lock.lock();
        try {
            requireOpen();
            long left = end - System.nanoTime();
            while (left > 0 && candidates().isEmpty()) {
                left = changed.awaitNanos(left);
                requireOpen();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for a replica of " + settings.resource(), "08001", e);
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws SQLException {
        if (closed) {
            throw new SQLNonTransientConnectionException("the DataSource is closed", "08003");
        }
    }

    private NoReplicaException noReplica(long start, Optional<WriteToken> write, @Nullable SQLException cause) {
        long now = succession.clock();
        StringBuilder text = new StringBuilder("no replica of " + settings.resource() + " could be read from within "
                + (System.nanoTime() - start) / 1_000_000 + " ms: none is within "
                + policy.maxLag().toMillis() + " ms of the primary"
                + write.map(token -> " and has transaction " + token).orElse(""));
        List<ReaderPool> known = replicas;
        if (known.isEmpty()) {
            text.append("; the cluster names none");
        }
        known.forEach(replica -> text.append("; ")
                .append(replica.server())
                .append(' ')
                .append(replica.freshness().describe(now)));
        if (cause != null) {
            text.append("; last attempt: ").append(Lending.root(cause).getMessage());
        }
        NoReplicaException exception = new NoReplicaException(text.toString());
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    @Override
    public void close() {
        List<ReaderPool> all;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(byNode.values());
            byNode.clear();
            replicas = List.of();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.warn("{}: ending the subscription failed", settings.resource(), e);
        }
        watch.close();
        all.forEach(ReaderPool::stopComparing);
        executor.shutdownNow();
        all.forEach(pool -> pool.pool().abort());
        retirement.abortAll();
    }
}
