package io.releve.node;

import io.releve.agent.Lease;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.fencing.LeaseHolder;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews this node's lease, and says so when it ends. All methods but those of {@link Lease} are called on the loop.
 */
final class LeaseKeeper implements Lease {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private final Duration length;
    private final Coordinator coordinator;
    private final EventLoop loop;
    private final BooleanSupplier goesOn;
    private final Vouchers vouchers;
    private final Consumer<String> onEnd;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private volatile LeaseHolder holder;
    private EventLoop.Timer renewal = () -> {};
    private EventLoop.Timer end = () -> {};
    private boolean held;
    /** Whether the coordination service has confirmed the renewal that was sent last. */
    private boolean answered;
    /** The lease has ended, and the cluster's configuration wants this node to go on without one. */
    private volatile boolean onTrust;

    /**
     * Makes a keeper without a lease.
     *
     * @param goesOn asked when the lease has run out: whether this node goes on all the same
     * @param vouchers who can renew the lease when the coordination service does not
     * @param onEnd told why, once, when a lease that was held has ended
     */
    LeaseKeeper(
            Duration length,
            Coordinator coordinator,
            EventLoop loop,
            BooleanSupplier goesOn,
            Vouchers vouchers,
            Consumer<String> onEnd) {
        this.length = length;
        this.coordinator = coordinator;
        this.loop = loop;
        this.goesOn = goesOn;
        this.vouchers = vouchers;
        this.onEnd = onEnd;
        this.holder = LeaseHolder.of(length);
    }

    /** The lease begins: joining was confirmed. */
    void begin(long joinSentAt) {
        holder = LeaseHolder.of(length).renewing(joinSentAt).confirmed(joinSentAt);
        held = true;
        answered = true;
        onTrust = false;
        armEnd();
        armRenewal();
        tellListeners();
    }

    /** The lease is over, for a reason that the caller knows. */
    void drop() {
        renewal.cancel();
        end.cancel();
        holder = LeaseHolder.of(length);
        onTrust = false;
        if (held) {
            held = false;
            tellListeners();
        }
    }

    /** Whether the lease still runs; ends it if it does not. To be asked before anything that needs the lease. */
    boolean stillHeld() {
        if (held && !onTrust && !holder.isHeld(loop.nanoTime())) {
            if (goesOn.getAsBoolean()) {
                beginTrust();
            } else {
                ended("the lease of " + length.toMillis() + " ms ended: no renewal was confirmed in time");
            }
        }
        return held && !onTrust;
    }

    /** Whether the lease has ended, and this node goes on all the same: agents are told that it runs. */
    boolean isOnTrust() {
        return onTrust;
    }

    private void beginTrust() {
        LOG.error(
                "the lease of {} ms ended: no renewal was confirmed in time. What runs here goes on, as no-quorum-policy says;"
                        + " if others have a majority, they take over, and it runs twice",
                length.toMillis());
        onTrust = true;
        renewal.cancel();
        end.cancel();
        remind();
    }

    /** What must be told of renewals in order to go on is told. */
    private void remind() {
        if (onTrust) {
            tellListeners();
            renewal = loop.schedule(length.dividedBy(3), this::remind);
        }
    }

    /** In touch again: what has failed is tried at once, not when the next try is due. */
    void hurry() {
        if (held && holder.lastTryFailed()) {
            renew();
        }
    }

    private void armEnd() {
        end.cancel();
        Duration left = holder.remaining(loop.nanoTime());
        end = loop.schedule(left, this::checkEnd);
    }

    private void checkEnd() {
        if (held && stillHeld()) {
            armEnd();
        }
    }

    private void armRenewal() {
        armRenewal(holder.nextRenewalAt());
    }

    private void armRenewal(OptionalLong at) {
        renewal.cancel();
        long now = loop.nanoTime();
        renewal = loop.schedule(Duration.ofNanos(Math.max(0, at.orElse(now) - now)), this::renew);
    }

    /** Not more often than failed ones are tried again, whoever asks. */
    private void renewEarly() {
        if (stillHeld()) {
            armRenewal(holder.earliestRenewalAt());
        }
    }

    private void renew() {
        if (!stillHeld()) {
            return;
        }
        long sentAt = loop.nanoTime();
        holder = holder.renewing(sentAt);
        armRenewal();
        boolean silent = !answered;
        answered = false;
        coordinator.renew().whenComplete((done, failure) -> loop.execute(() -> renewed(sentAt, failure)));
        if (silent) {
            vouchers.ask(sentAt, () -> confirmed(sentAt));
        }
    }

    private void renewed(long sentAt, @org.jspecify.annotations.Nullable Throwable failure) {
        if (!stillHeld()) {
            return;
        }
        if (failure == null) {
            answered = true;
            vouchers.renewed(sentAt);
            confirmed(sentAt);
        } else if (Failures.of(failure) instanceof CoordinationException.NotAMember gone) {
            ended("another node ended this node's membership: " + gone.getMessage());
        } else {
            LOG.warn(
                    "the lease could not be renewed, {} ms are left of it: {}",
                    remaining().toMillis(),
                    Failures.of(failure).getMessage());
            holder = holder.failed(sentAt);
            armRenewal();
        }
    }

    private void confirmed(long sentAt) {
        if (stillHeld()) {
            holder = holder.confirmed(sentAt);
            armEnd();
            tellListeners();
        }
    }

    private void ended(String why) {
        drop();
        onEnd.accept(why);
    }

    private void tellListeners() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException broken) {
                LOG.error("an agent's lease listener failed; it goes on being called", broken);
            }
        }
    }

    @Override
    public Duration length() {
        return length;
    }

    @Override
    public Duration remaining() {
        return onTrust ? length : holder.remaining(loop.nanoTime());
    }

    @Override
    public Registration onRenewal(Runnable action) {
        listeners.add(action);
        return () -> listeners.remove(action);
    }

    @Override
    public void requestRenewal() {
        loop.execute(this::renewEarly);
    }
}
