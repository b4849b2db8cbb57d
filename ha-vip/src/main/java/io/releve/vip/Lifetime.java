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

    /** The largest number of seconds that does not mean "forever". */
    private static final long KERNEL_LIMIT = 0xFFFF_FFFEL;

    /**
     * The longest lifetime that surely ends before the lease does.
     *
     * @param remaining what is left of the lease
     * @return empty if the lease ends too soon for any
     */
    static Optional<Lifetime> within(Duration remaining) {
        long seconds = remaining.minus(KERNEL_LATENESS).toSeconds();
        return seconds < 1
                ? Optional.empty()
                : Optional.of(new Lifetime(Long.toString(Math.min(seconds, KERNEL_LIMIT))));
    }

    /** Whether leases of this length leave room for a lifetime at all, a renewal being a few milliseconds old. */
    static boolean fits(Duration leaseLength) {
        return leaseLength.compareTo(Duration.ofMillis(1500)) >= 0;
    }

    /** How long it lasts; some centuries for {@link #FOREVER}. */
    Duration duration() {
        return equals(FOREVER) ? Duration.ofSeconds(KERNEL_LIMIT) : Duration.ofSeconds(Long.parseLong(text));
    }
}
