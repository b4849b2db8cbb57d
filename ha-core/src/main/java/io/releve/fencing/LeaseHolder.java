package io.releve.fencing;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A lease as its holder counts it: from the moment the last renewal that was confirmed had been <em>sent</em>. Nobody
 * else can have seen that renewal earlier, so everybody else counts from later on, and the holder is the first to stop.
 *
 * <p>A value: each change gives a new one. All times are readings of one clock that only goes forward, in nanoseconds,
 * such as {@link System#nanoTime()}.
 *
 * @param length how long the lease runs after a renewal
 * @param renewedAt when the last confirmed renewal had been sent; empty before the first
 * @param triedAt when the last renewal was sent, confirmed or not; empty before the first
 * @param lastTryFailed whether that one is known to have failed
 */
public record LeaseHolder(Duration length, OptionalLong renewedAt, OptionalLong triedAt, boolean lastTryFailed) {

    /** A renewal goes out when this part of the length has passed: two may be lost before the lease ends. */
    private static final int RENEWALS_PER_LENGTH = 3;

    /** After a failure the next try comes sooner. */
    private static final int RETRIES_PER_LENGTH = 10;

    public LeaseHolder {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("lease: a length of " + length.toMillis() + " ms; must be positive");
        }
    }

    /** A lease that is not held yet. */
    public static LeaseHolder of(Duration length) {
        return new LeaseHolder(length, OptionalLong.empty(), OptionalLong.empty(), false);
    }

    /** A renewal is being sent. Joining is the first one. */
    public LeaseHolder renewing(long nowNanos) {
        return new LeaseHolder(length, renewedAt, OptionalLong.of(nowNanos), false);
    }

    /**
     * A renewal has been confirmed. Confirmations may come in any order.
     *
     * @param sentAtNanos when it had been sent
     */
    public LeaseHolder confirmed(long sentAtNanos) {
        boolean newer = renewedAt.isEmpty() || sentAtNanos - renewedAt.getAsLong() > 0;
        return newer ? new LeaseHolder(length, OptionalLong.of(sentAtNanos), triedAt, lastTryFailed) : this;
    }

    /**
     * A renewal has failed, or nobody knows whether it was taken. The lease runs on; the next try comes sooner.
     *
     * @param sentAtNanos when it had been sent
     */
    public LeaseHolder failed(long sentAtNanos) {
        boolean last = triedAt.isPresent() && triedAt.getAsLong() == sentAtNanos;
        return last ? new LeaseHolder(length, renewedAt, triedAt, true) : this;
    }

    /** When the lease ends; empty if it was never held. */
    public OptionalLong endsAt() {
        return renewedAt.isPresent() ? OptionalLong.of(renewedAt.getAsLong() + length.toNanos()) : OptionalLong.empty();
    }

    /** What is left of the lease; zero if it has ended or was never held. */
    public Duration remaining(long nowNanos) {
        OptionalLong end = endsAt();
        return end.isEmpty() ? Duration.ZERO : Duration.ofNanos(Math.max(0, end.getAsLong() - nowNanos));
    }

    /** Whether the lease runs. */
    public boolean isHeld(long nowNanos) {
        return !remaining(nowNanos).isZero();
    }

    /** When the next renewal should be sent; empty before the first one, which is due at once. */
    public OptionalLong nextRenewalAt() {
        if (triedAt.isEmpty()) {
            return OptionalLong.empty();
        }
        return lastTryFailed
                ? earliestRenewalAt()
                : OptionalLong.of(triedAt.getAsLong() + length.toNanos() / RENEWALS_PER_LENGTH);
    }

    /** From when on a renewal may be sent that somebody waits for; empty before the first one. */
    public OptionalLong earliestRenewalAt() {
        return triedAt.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(triedAt.getAsLong() + length.toNanos() / RETRIES_PER_LENGTH);
    }
}
