package io.releve.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one operation of a primitive is to be carried out.
 *
 * @param name {@code start}, {@code stop}, {@code monitor}, {@code promote}, {@code demote}, {@code notify} …
 * @param interval zero: once, as part of a transition; otherwise the time from the end of one run to the start of the
 *     next
 * @param timeout after this the operation counts as failed; empty: the default of 20 seconds
 * @param role for a recurring operation: the role in which it runs; empty: Started and Unpromoted
 * @param onFail what a failure leads to; empty: the default of the operation
 * @param enabled whether it runs at all
 * @param meta further settings in Pacemaker's names, in blocks that may have rules
 * @param parameters parameters for the agent that hold for this operation only, over the primitive's own
 */
public record Operation(
        String name,
        Duration interval,
        Optional<Duration> timeout,
        Optional<Role> role,
        Optional<OnFail> onFail,
        boolean enabled,
        List<AttributeSet> meta,
        List<AttributeSet> parameters) {

    /** The time-out of an operation that declares none: 20 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(20);

    public Operation {
        meta = List.copyOf(meta);
        parameters = List.copyOf(parameters);
    }

    /** An operation without parameters of its own. */
    public Operation(
            String name,
            Duration interval,
            Optional<Duration> timeout,
            Optional<Role> role,
            Optional<OnFail> onFail,
            boolean enabled,
            List<AttributeSet> meta) {
        this(name, interval, timeout, role, onFail, enabled, meta, List.of());
    }

    /** An operation that runs once as part of a transition, with the default time-out. */
    public static Operation of(String name) {
        return every(name, Duration.ZERO);
    }

    /** A monitor that runs again and again while the resource is active. */
    public static Operation monitor(Duration interval) {
        return every("monitor", interval);
    }

    private static Operation every(String name, Duration interval) {
        return new Operation(name, interval, Optional.empty(), Optional.empty(), Optional.empty(), true, List.of());
    }

    /** The same with a time-out. */
    public Operation timeout(Duration limit) {
        return new Operation(name, interval, Optional.of(limit), role, onFail, enabled, meta, parameters);
    }

    /** The same for one role. */
    public Operation role(Role inRole) {
        return new Operation(name, interval, timeout, Optional.of(inRole), onFail, enabled, meta, parameters);
    }

    /** The same with another reaction to failure. */
    public Operation onFail(OnFail reaction) {
        return new Operation(name, interval, timeout, role, Optional.of(reaction), enabled, meta, parameters);
    }

    /** Whether it runs again and again. */
    public boolean isRecurring() {
        return !interval.isZero();
    }
}
