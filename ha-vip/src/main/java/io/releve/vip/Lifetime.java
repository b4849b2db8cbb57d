package io.releve.vip;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the kernel shall keep an address that nobody renews. The kernel counts whole seconds, and looks for
 * addresses past their time only now and then.
 *
 * @param text the value for {@code valid_lft} and {@code preferred_lft}: seconds, or {@code forever}
 */
record Lifetime(String text) {

    static final Lifetime FOREVER = new Lifetime("forever");

    /** The kernel's timer for ends of addresses is inexact by 250 ms (ADDRCONF_TIMER_FUZZ); 300 ms were seen. */
    private static final Duration KERNEL_LATENESS = Duration.ofMillis(350);

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The shortest lease that a virtual IP works with. */
    static final Duration SHORTEST_LEASE = Duration.ofMillis(500);

    /** A renewal this part of a short lease old can still be handed to the kernel. */
    private static final double SHARE_LEFT_AT_RENEWAL = 0.9;

    /** The largest number of seconds that does not mean "forever". */
    private static final long KERNEL_LIMIT = 0xFFFF_FFFEL;

    /**
     * How long the kernel may keep an address past the end of a lease of this length: nothing, unless the lease is too short
     * for a lifetime within it. Whoever takes over from an evicted node waits for that.
     */
    static Duration overrun(Duration leaseLength) {
        Duration left = Duration.ofNanos((long) (leaseLength.toNanos() * SHARE_LEFT_AT_RENEWAL));
        Duration overrun = SECOND.plus(KERNEL_LATENESS).minus(left);
        return overrun.isNegative() ? Duration.ZERO : overrun;
    }

    /**
     * The longest lifetime that surely ends before the lease does, or at most {@link #overrun} later.
     *
     * @param remaining what is left of the lease
     * @param leaseLength its whole length
     * @return empty if the lease ends too soon for any
     */
    static Optional<Lifetime> within(Duration remaining, Duration leaseLength) {
        long seconds =
                remaining.plus(overrun(leaseLength)).minus(KERNEL_LATENESS).toSeconds();
        return seconds < 1
                ? Optional.empty()
                : Optional.of(new Lifetime(Long.toString(Math.min(seconds, KERNEL_LIMIT))));
    }

    /** As the kernel counts it: seconds without a sign, of which the greatest number means "forever". */
    int kernelSeconds() {
        return equals(FOREVER) ? -1 : (int) Long.parseLong(text);
    }

    /** How long it lasts; some centuries for {@link #FOREVER}. */
    Duration duration() {
        return equals(FOREVER) ? Duration.ofSeconds(KERNEL_LIMIT) : Duration.ofSeconds(Long.parseLong(text));
    }
}
