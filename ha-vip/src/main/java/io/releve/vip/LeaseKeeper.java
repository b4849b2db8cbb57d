package io.releve.vip;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the kernel a new lifetime for the address after each renewal of the node's lease. Whatever ends the renewals –
 * the lease itself, a frozen or killed JVM – the kernel then drops the address by itself.
 *
 * <p>The node's loop only posts here; commands run on the agent's own thread, one renewal at a time, those that pile up
 * counting as one.
 */
final class LeaseKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(2);

    /** An address that goes this little before its time may well have been dropped by the kernel. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMillis(100);

    /** An interface that is down for no longer than that is no reason for a monitor. */
    static final Duration FLAP = Duration.ofMillis(500);

    private final VirtualIpSettings settings;
    private final Addresses addresses;
    private final AgentContext context;
    private final Executor worker;
    private final Lock lock;
    private final Consumer<NetworkLink> onRestored;
    private final Lease.Registration registration;
    private final AtomicBoolean pending = new AtomicBoolean();

    /** Set under the lock; also cleared by the node's loop when the lease has ended. */
    private volatile boolean holding;

    /** The end of the lease as last seen, on the scale of {@link System#nanoTime()}. */
    private volatile long leaseEnd;

    // Guarded by the lock.
    private String nic = "";
    private long kernelEnd;
    private OptionalLong downSince = OptionalLong.empty();
    private boolean downTold;

    /**
     * A keeper that holds nothing yet.
     *
     * @param lock guards every change of the address, so that no renewal brings back what a stop has removed
     * @param onRestored told when an address that had gone has been put back, and must be announced again
     */
    LeaseKeeper(
            VirtualIpSettings settings,
            Addresses addresses,
            AgentContext context,
            Executor worker,
            Lock lock,
            Consumer<NetworkLink> onRestored) {
        this.settings = settings;
        this.addresses = addresses;
        this.context = context;
        this.worker = worker;
        this.lock = lock;
        this.onRestored = onRestored;
        this.registration = context.lease().onRenewal(this::leaseChanged);
    }

    /** Whether the address is being renewed. */
    boolean isHolding() {
        return holding;
    }

    /**
     * Puts the address on the interface for as long as the lease allows and keeps renewing it. Needs the lock.
     *
     * @return whether the lease left time for that; if not, the address is not on the interface
     */
    boolean take(NetworkLink link, Duration limit) throws AddressException, InterruptedException {
        release();
        nic = link.name();
        linkIsUp();
        leaseEnd = System.nanoTime() + context.lease().remaining().toNanos();
        holding = true;
        boolean taken = false;
        try {
            taken = extend(limit);
        } finally {
            if (!taken) {
                // Also after an exception: nobody may renew what was not started.
                release();
            }
        }
        return taken;
    }

    /** Renews no more. Needs the lock. */
    void release() {
        holding = false;
    }

    @Override
    public void close() {
        registration.close();
    }

    /** On the node's loop: must not block. */
    private void leaseChanged() {
        if (!holding) {
            return;
        }
        long now = System.nanoTime();
        Duration remaining = context.lease().remaining();
        if (remaining.isZero() || now - leaseEnd > 0) {
            // Also when it runs again by now: in the gap somebody else may have taken the address over.
            holding = false;
            LOG.warn("{} is no longer renewed: the node's lease has ended", settings);
            return;
        }
        leaseEnd = now + remaining.toNanos();
        look();
    }

    /** Has the address and its interface looked at soon, and renewed. Does not block. */
    void look() {
        if (holding && pending.compareAndSet(false, true)) {
            try {
                worker.execute(this::renew);
            } catch (RejectedExecutionException e) {
                LOG.debug("{} is no longer renewed: the agent is closed", settings);
            }
        }
    }

    private void renew() {
        pending.set(false);
        lock.lock();
        try {
            if (holding) {
                renewOn(addresses.link(nic, COMMAND_LIMIT));
            }
        } catch (AddressException e) {
            if (e.why() == AddressException.Cause.NO_DEVICE) {
                lose("the interface " + nic + " has vanished, and with it " + settings);
            } else {
                LOG.warn("{} was not renewed and may be dropped by the kernel: {}", settings, e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void renewOn(NetworkLink link) throws AddressException, InterruptedException {
        if (settings.checkLinkStatus() && !link.isUp()) {
            linkIsDown(link);
        } else {
            linkIsUp();
        }
        boolean there = !link.holding(settings.address()).isEmpty();
        if (there || mayPutBack()) {
            boolean extended = extend(COMMAND_LIMIT);
            if (extended && !there) {
                onRestored.accept(link);
            } else if (!there && holding) {
                // A short lease allows a lifetime in whole seconds only right after a renewal.
                context.lease().requestRenewal();
            }
        }
    }

    /** A switch that negotiates anew takes the carrier for some tenths of a second; a move would cost more than that. */
    private void linkIsDown(NetworkLink link) {
        long now = System.nanoTime();
        if (downSince.isEmpty()) {
            downSince = OptionalLong.of(now);
            CompletableFuture.delayedExecutor(FLAP.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(this::look);
        } else if (!downTold && now - downSince.getAsLong() >= FLAP.toNanos()) {
            downTold = true;
            context.monitorNow(link.whyDown());
        }
    }

    private void linkIsUp() {
        downSince = OptionalLong.empty();
        downTold = false;
    }

    private boolean mayPutBack() {
        long late = System.nanoTime() - kernelEnd;
        if (late >= -CLOCK_TOLERANCE.toNanos()) {
            LOG.warn(
                    "the kernel dropped {} from {} because this renewal came {} ms late; the lease still runs, so it is"
                            + " put back. A longer lease leaves more room for pauses",
                    settings,
                    nic,
                    Math.max(0, late / 1_000_000));
            return true;
        }
        if (settings.restored()) {
            LOG.warn("{} was removed from {} by somebody else; it is put back", settings, nic);
            return true;
        }
        lose(settings + " was removed from " + nic + " by somebody else");
        return false;
    }

    private void lose(String reason) {
        holding = false;
        context.monitorNow(reason);
    }

    /** Whether the address is on the interface for a while longer. */
    private boolean extend(Duration limit) throws AddressException, InterruptedException {
        Optional<Lifetime> lifetime =
                Lifetime.within(context.lease().remaining(), context.lease().length());
        if (lifetime.isEmpty()) {
            return false;
        }
        long before = System.nanoTime();
        addresses.replace(settings, nic, lifetime.get(), limit);
        kernelEnd = before + lifetime.get().duration().toNanos();
        if (holding && context.lease().isValid()) {
            return true;
        }
        // This JVM was frozen on the way to the kernel: the address has come too late, and must not stay.
        holding = false;
        addresses.delete(new NetworkLink.Assigned(settings.address(), settings.prefixLength()), nic, COMMAND_LIMIT);
        LOG.warn("{} was taken off {} again: the node's lease ended meanwhile", settings, nic);
        return false;
    }
}
