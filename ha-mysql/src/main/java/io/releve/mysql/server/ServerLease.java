package io.releve.mysql.server;

import io.releve.agent.Lease;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.replication.LeaseGuard;
import io.releve.mysql.replication.LeaseSession;
import io.releve.mysql.replication.LeaseSession.Access;
import io.releve.mysql.replication.LeaseSession.Look;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's lease, handed on to its database server: the server closes itself to writes when the lease ends, whatever has
 * become of this JVM.
 *
 * <p>The order is: {@link #acquire}, then open the server; close the server, then {@link #release}. A server that is opened
 * without a lease closes itself within a second. Each renewal of the node's lease is passed on.
 *
 * <p>The second line, for a server whose clock was set back or whose scheduler was switched off: when the lease ends, this
 * JVM closes the server itself, by its own clock that only goes forward.
 *
 * <p>Thread-safety: all methods may be called from any thread. Those that take a limit return within it even if the server
 * is stuck; nothing here ever runs on, or blocks, the node's loop.
 */
public final class ServerLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerLease.class);

    /** How long after the lease's end an answer is waited for before the session is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ServerLogin login;
    private final Lease lease;
    private final LeaseGuard guard;
    private final Listener listener;
    private final String identity = UUID.randomUUID().toString().replace("-", "");

    /** Works the session; may be stuck with the server. */
    private final ScheduledThreadPoolExecutor worker;
    /** The second line; never waits for the worker. */
    private final LeaseEnd end;

    private final AtomicBoolean renewalPending = new AtomicBoolean();
    private volatile boolean wanted;
    private volatile @Nullable LeaseSession session;
    /** The end that the server was last told, or later, by this JVM's clock. */
    private volatile long told;

    private Lease.@Nullable Registration registration;

    /** Made and used by the worker. */
    private final SpareConnection spare;

    /** Of the worker's thread alone. */
    private final GuardWatch watch = new GuardWatch();

    /** Told what becomes of the lease, on a thread of the lease's own; must not block for long. */
    public interface Listener {

        /**
         * The server is closed, or is being closed, although it should be open: the lease has ended, the session that held
         * it broke, or somebody closed the server. Called once for each time that the server was seen open.
         *
         * @param reason one readable sentence
         */
        void closed(String reason);

        /**
         * The server's own guard does not look any more: until it does again only this JVM would close the server.
         *
         * @param reason one readable sentence, with the remedy
         */
        void unguarded(String reason);
    }

    /**
     * A lease that is not held yet.
     *
     * @param name what the threads are called after, such as the resource's id
     * @param login how the agent logs on to its server: an account with all rights
     * @param lease the node's lease
     * @param listener told what becomes of it
     */
    public ServerLease(String name, ServerLogin login, Lease lease, Listener listener) {
        this.login = login;
        this.lease = lease;
        this.guard = new LeaseGuard(login.user(), lease.length());
        this.listener = listener;
        this.spare = new SpareConnection(login);
        this.worker = executor("releve-lease-" + name);
        this.end = new LeaseEnd(name, login, lease, guard.reserve(), () -> wanted, this::ended, listener);
    }

    static ScheduledThreadPoolExecutor executor(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /**
     * Puts the guard into the server, unless it is there; part of setting up a server, before it is ever opened.
     *
     * @return whether something had to be done
     * @throws SQLException if it cannot be done; the message says what to do
     */
    public boolean install(Duration limit) throws SQLException {
        try (Connection connection = login.within(limit, limit).connect()) {
            return guard.install(connection);
        }
    }

    /** Whether a session of this JVM holds the server's lease, as far as is known here, and the lease runs. */
    public boolean isHeld() {
        return session != null && lease.isValid();
    }

    /**
     * Whether the lease has ended as far as the server was told, although this JVM wants it to run: a server that is open
     * nevertheless does not close itself.
     */
    boolean isOverdue() {
        return wanted && System.nanoTime() - told > 0;
    }

    /**
     * Takes the server's lease, and keeps it up to date from then on. Has no effect if it is held. The server can be opened
     * when this returns. Puts the guard in place if it is not.
     *
     * @param limit how long it may take
     * @throws LeaseSession.TakenException if another process holds the server's lease
     * @throws SQLTimeoutException if the server does not answer in time
     * @throws SQLException if the node's lease is over, or the server refuses; nothing is held then
     */
    public void acquire(Duration limit) throws SQLException {
        wanted = true;
        try {
            within(limit, () -> {
                take(limit);
                return true;
            });
            subscribe();
        } catch (SQLException | RuntimeException e) {
            wanted = false;
            abandon();
            throw e;
        }
    }

    /**
     * Opens, and keeps open, the connection that {@link #acquire} will need, and puts the guard in place. Returns at once; what
     * fails is tried again at the next call.
     */
    void prepare(Duration limit) {
        try {
            worker.execute(() -> {
                if (session == null) {
                    spare.refresh(limit, guard::install);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the lease of {} is closed", login);
        }
    }

    /**
     * Opens the server to writes, if its lease is held. The server itself looks whether the lease still runs: an order
     * that comes late, from a JVM that was frozen in between, opens nothing.
     *
     * @param limit how long it may take
     * @throws SQLException if no lease is held, or the server does not answer; then it may be open, and closes itself
     *     unless the lease is held
     */
    public void open(Duration limit) throws SQLException {
        within(limit, () -> {
            LeaseSession held = session;
            if (held == null || !held.open(limit)) {
                throw new SQLException("server " + login + " stays closed: its lease is not held", "HY000");
            }
            watch.opened(System.nanoTime());
            return true;
        });
        startGuardSoon();
    }

    /**
     * Opens the server again if it has closed itself because its clock was set forward, while the lease ran on: the session that
     * had opened it has the lock all the time since. A renewal that is sent from here on is waited for first. A machine that was
     * suspended looks the same from here, and others may have taken over meanwhile: only who is a member still gets that one.
     *
     * @param limit how long it may take
     * @return whether the server was closed for that reason, and is open
     * @throws SQLException if the server does not answer; then it may be open, and closes itself unless the lease is held
     */
    boolean reopenAfterClockStep(Duration limit) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean byClock = within(limit, () -> {
            LeaseSession held = session;
            if (held != null) {
                observe(held, held.look(limit));
            }
            return held != null && watch.closedByClock();
        });
        if (!byClock || !awaitFreshRenewal(deadline)) {
            return false;
        }
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        boolean opened = within(left, () -> openAgain(left));
        if (opened) {
            startGuardSoon();
        }
        return opened;
    }

    private boolean openAgain(Duration limit) throws SQLException {
        Optional<Look> look = renew(limit);
        LeaseSession held = session;
        if (look.isEmpty() || held == null || !watch.closedByClock()) {
            return false;
        }
        // It would close the server once more; and it waits for a commit whose replicas it keeps out.
        if (look.get().access() == Access.CLOSING && !held.endClosing(limit)) {
            return false;
        }
        boolean opened = held.open(limit);
        if (opened) {
            watch.opened(System.nanoTime());
        }
        return opened;
    }

    /** Whether a renewal is confirmed before a deadline that is sent from here on. */
    private boolean awaitFreshRenewal(long deadline) {
        long asked = System.nanoTime();
        Semaphore renewals = new Semaphore(0);
        Lease.Registration renewed = lease.onRenewal(renewals::release);
        try {
            lease.requestRenewal();
            // A renewal that was on its way is told here as well.
            while (!wasSentSince(asked)) {
                if (!lease.isValid() || !renewals.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            renewed.close();
        }
    }

    private boolean wasSentSince(long moment) {
        long now = System.nanoTime();
        return lease.isValid() && now + lease.remaining().minus(lease.length()).toNanos() - moment > 0;
    }

    private void startGuardSoon() {
        try {
            worker.execute(this::startGuard);
        } catch (RejectedExecutionException e) {
            LOG.debug("the lease of {} is closed", login);
        }
    }

    /** A scheduler that slept while the server was closed would wake up only within a second. */
    private void startGuard() {
        LeaseSession held = session;
        if (held == null) {
            return;
        }
        try {
            held.rearm();
        } catch (SQLException e) {
            LOG.warn("the guard in server {} could not be started at once: {}", login, e.getMessage());
        }
    }

    /**
     * Gives the server's lease back. The server must have been closed before, else it closes itself now. Has no effect if
     * nothing is held.
     *
     * @param limit how long it may take; then the connection is dropped, which has the same effect
     */
    public void release(Duration limit) {
        wanted = false;
        unsubscribe();
        try {
            within(limit, () -> {
                giveBack();
                return true;
            });
        } catch (SQLException e) {
            LOG.warn("giving the lease of {} back: {}; its connection is dropped", login, e.getMessage());
            abandon();
        }
    }

    /**
     * The same for a server that surely is closed, without waiting for it: nobody who goes on depends on that. What is asked of
     * this lease afterwards happens after it.
     */
    void releaseSoon() {
        wanted = false;
        unsubscribe();
        try {
            worker.execute(this::giveBack);
        } catch (RejectedExecutionException e) {
            LOG.debug("the lease of {} is closed", login);
        }
    }

    private void giveBack() {
        LeaseSession held = session;
        session = null;
        watch.released();
        if (held != null) {
            try {
                held.close();
            } catch (SQLException e) {
                LOG.debug("giving the lease of {} back: {}", login, e.getMessage());
                held.abort();
            }
        }
    }

    /** Drops the lease without waiting for anything: a server that is open closes itself. */
    @Override
    public void close() {
        wanted = false;
        unsubscribe();
        abandon();
        worker.shutdownNow();
        spare.close();
        end.close();
    }

    private void abandon() {
        LeaseSession held = session;
        session = null;
        if (held != null) {
            held.abort();
        }
    }

    /** Runs something on the worker's thread; if that is stuck, its session is dropped so that it comes free. */
    private boolean within(Duration limit, Callable<Boolean> work) throws SQLException {
        Future<Boolean> done;
        try {
            done = worker.submit(work);
        } catch (RejectedExecutionException e) {
            throw new SQLException("the agent of " + login + " is closed", "HY000", e);
        }
        try {
            return done.get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            done.cancel(true);
            throw new SQLTimeoutException("server " + login + " did not answer within " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            done.cancel(true);
            Thread.currentThread().interrupt();
            throw new SQLTimeoutException("interrupted while waiting for server " + login);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new SQLException("the lease of " + login + ": " + e.getCause(), "HY000", e);
        }
    }

    private void take(Duration limit) throws SQLException {
        if (session == null) {
            if (!lease.isValid()) {
                throw new SQLException("the node's lease is over: server " + login + " may not be opened", "HY000");
            }
            Optional<LeaseSession> prepared = takeOverSpare(limit);
            LeaseSession fresh = prepared.isPresent()
                    ? prepared.get()
                    : takeOver(login.within(limit, limit).connect());
            session = fresh;
            watch.taken(System.nanoTime());
            if (!wanted) {
                // The caller has given up in the meantime.
                abandon();
                return;
            }
        }
        var unused = renew(limit);
    }

    /** Nothing if none is ready, or it has ended in the meantime. */
    private Optional<LeaseSession> takeOverSpare(Duration limit) throws SQLException {
        Optional<Connection> ready = spare.take(limit);
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(takeOver(ready.get()));
        } catch (LeaseSession.TakenException e) {
            throw e;
        } catch (SQLException e) {
            LOG.debug("the connection that was prepared to {} is of no use: {}", login, e.getMessage());
            return Optional.empty();
        }
    }

    /** The guard may have been removed, or its clock stopped, since it was last looked at. */
    private LeaseSession takeOver(Connection connection) throws SQLException {
        LeaseSession taken = null;
        try {
            guard.install(connection);
            taken = LeaseSession.take(connection, guard, identity, System::nanoTime);
            return taken;
        } finally {
            if (taken == null) {
                SpareConnection.abort(connection);
            }
        }
    }

    private synchronized void subscribe() {
        if (wanted && registration == null) {
            registration = lease.onRenewal(this::requestRenewal);
        }
        // It may have been renewed, or have ended, before the subscription.
        requestRenewal();
    }

    private synchronized void unsubscribe() {
        if (registration != null) {
            registration.close();
            registration = null;
        }
        end.cancel();
    }

    /** On the node's loop: only posts. */
    private void requestRenewal() {
        end.watch();
        if (renewalPending.compareAndSet(false, true)) {
            try {
                worker.execute(this::renewOrReconnect);
            } catch (RejectedExecutionException e) {
                LOG.debug("the lease of {} is closed", login);
            }
        }
    }

    private void renewOrReconnect() {
        renewalPending.set(false);
        if (!wanted) {
            return;
        }
        try {
            Duration remaining = lease.remaining();
            if (remaining.compareTo(guard.reserve()) > 0) {
                // A server that is slow is no reason to give the session up: that alone would make it close itself.
                take(remaining.plus(PATIENCE));
            }
        } catch (SQLException e) {
            LOG.warn("the lease of {} could not be passed on to it: {}", login, e.getMessage());
            LeaseSession broken = session;
            session = null;
            if (broken != null) {
                broken.abort();
                // The guard sees a server without a holder within moments: be there before it, or soon after.
                if (wanted && lease.isValid() && renewalPending.compareAndSet(false, true)) {
                    worker.execute(this::renewOrReconnect);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("the lease of {}: a renewal failed", login, e);
        }
    }

    /** On the worker's thread. */
    private Optional<Look> renew(Duration limit) throws SQLException {
        LeaseSession held = session;
        if (held == null) {
            return Optional.empty();
        }
        // In this order: the end is at this moment or earlier, never later.
        long now = System.nanoTime();
        long leaseEnd = now + lease.remaining().toNanos();
        Optional<Look> look = held.renew(leaseEnd, limit);
        if (look.isPresent()) {
            told = leaseEnd;
            observe(held, look.get());
        }
        return look;
    }

    private void observe(LeaseSession held, Look look) throws SQLException {
        long now = System.nanoTime();
        switch (watch.saw(look, now)) {
            case NOTHING -> {}
            case CLOSED ->
                listener.closed(
                        "server " + login + " was open and is closed to writes: "
                                + (watch.closedByClock()
                                        ? "its clock was set forward past the end of its lease"
                                        : "either it missed the lease for a moment and closed itself, or somebody set read_only"));
            case UNGUARDED -> {
                listener.unguarded("the guard in server " + login + " has not looked for "
                        + watch.silence(now).toMillis() + " ms: the server's clock was set back, or its event_scheduler"
                        + " is off or cannot keep up. It is started again; see the server's error log if this stays");
                held.rearm();
            }
        }
    }

    /** From here on only acquire() takes it again: somebody else may have it meanwhile. */
    private void ended() {
        wanted = false;
        unsubscribe();
        abandon();
    }
}
