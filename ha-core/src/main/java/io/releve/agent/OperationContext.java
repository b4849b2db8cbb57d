package io.releve.agent;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One call of one operation. Immutable but for the passing of time; may be used from any thread. */
public interface OperationContext {

    /** The operation's name: {@code start}, {@code stop}, {@code monitor}, {@code promote}, {@code demote}, {@code notify}. */
    String operation();

    /** The interval of a recurring operation; zero for all others. A monitor with interval zero is a probe. */
    Duration interval();

    /** What is left of this operation's time-out; zero when it is over. */
    Duration remaining();

    /** The deadline as {@link System#nanoTime()} would show it, for calls that take one. */
    long deadline();

    /** The node's lease. */
    Lease lease();

    /** The names of the nodes that take part in the cluster now, each with its attributes. */
    Map<String, Map<String, String>> onlineNodes();

    /**
     * How long ago this node saw that another node's lease had run out; empty if it never saw that. What outlives a lease
     * by a known time (a kernel's lifetime of an address, in whole seconds) must be given that time before the same thing
     * is started here. Evictions from before this node joined count as seen when it joined.
     */
    default Optional<Duration> sinceEviction() {
        return Optional.empty();
    }

    /** Whether this is a monitor that nobody expects anything of yet. */
    default boolean isProbe() {
        return operation().equals("monitor") && interval().isZero();
    }
}
