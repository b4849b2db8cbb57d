package io.releve.mysql.server;

import io.releve.agent.Lease;
import io.releve.mysql.config.ServerLogin;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a server when its lease ends, by this JVM's clock, which only goes forward: for a server whose own guard does not look,
 * because its clock was set back or its scheduler was switched off.
 *
 * <p>Thread-safe; has a thread of its own.
 */
final class LeaseEnd implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseEnd.class);

    /** How long closing the server may take; it is tried as long as the lease is over and the server open. */
    private static final Duration CLOSING_LIMIT = Duration.ofSeconds(5);

    private final ServerLogin login;
    private final Lease lease;
    private final Duration reserve;
    private final BooleanSupplier wanted;
    private final Runnable onEnd;
    private final ServerLease.Listener listener;
    private final ScheduledThreadPoolExecutor warden;
    private @Nullable ScheduledFuture<?> next;

    /**
     * Watches nothing yet.
     *
     * @param reserve how much earlier than the lease the server is closed
     * @param wanted whether the server is to be open
     * @param onEnd told, before the server is closed, that the lease has ended
     * @param listener told when it has been tried
     */
    LeaseEnd(
            String name,
            ServerLogin login,
            Lease lease,
            Duration reserve,
            BooleanSupplier wanted,
            Runnable onEnd,
            ServerLease.Listener listener) {
        this.login = login;
        this.lease = lease;
        this.reserve = reserve;
        this.wanted = wanted;
        this.onEnd = onEnd;
        this.listener = listener;
        this.warden = ServerLease.executor("releve-lease-end-" + name);
    }

    /** The lease was renewed: it ends later. */
    synchronized void watch() {
        if (wanted.getAsBoolean()) {
            cancel();
            schedule(this::endIfOver, lease.remaining().minus(reserve));
        }
    }

    synchronized void cancel() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    private synchronized void schedule(Runnable task, Duration delay) {
        try {
            next = warden.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the lease of {} is closed", login);
        }
    }

    private void endIfOver() {
        if (wanted.getAsBoolean() && lease.remaining().compareTo(reserve) <= 0) {
            onEnd.run();
            closeServer(true);
        }
    }

    private void closeServer(boolean first) {
        try {
            SqlFencing.Report report = SqlFencing.close(login, CLOSING_LIMIT, SqlFencing.Sessions.OF_OTHERS);
            if (first) {
                listener.closed("the node's lease has ended: " + report);
            }
            if (!report.isClosed() && !wanted.getAsBoolean()) {
                schedule(() -> closeServer(false), CLOSING_LIMIT);
            }
        } catch (RuntimeException e) {
            LOG.error("the lease of {} has ended; closing the server failed", login, e);
        }
    }

    @Override
    public void close() {
        warden.shutdownNow();
    }
}
