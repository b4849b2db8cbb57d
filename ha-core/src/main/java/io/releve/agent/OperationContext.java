package io.releve.agent;

import java.time.Duration;
import java.util.Map;

/** One call of one operation. Immutable but for the passing of time; may be used from any thread. */
public interface OperationContext {

    /** The operation's name: {@code start}, {@code stop}, {@code monitor}, {@code promote}, {@code demote}. */
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

    /** Whether this is a monitor that nobody expects anything of yet. */
    default boolean isProbe() {
        return operation().equals("monitor") && interval().isZero();
    }
}
