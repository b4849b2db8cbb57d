package io.releve.state;

import java.time.Duration;
import java.time.Instant;

/**
 * What came of one operation on one node. A node keeps, for each resource, the last result of each operation and
 * interval.
 *
 * @param resourceId the resource; for an instance of a globally unique clone with its number, {@code web:1}
 * @param operation the operation's name
 * @param interval zero, or the interval of a recurring monitor
 * @param callId rises with each operation of the node: tells which result is newer; −1 while the operation runs
 * @param status whether it ended, and how
 * @param code what the agent returned, as OCF's exit code
 * @param expectedCode what the plan expected it to return
 * @param at when the result last changed
 * @param duration how long the operation took
 * @param parametersDigest digest of the parameters that it ran with; empty if not known
 * @param reason what the agent said about it
 */
public record OperationResult(
        String resourceId,
        String operation,
        Duration interval,
        int callId,
        Status status,
        int code,
        int expectedCode,
        Instant at,
        Duration duration,
        String parametersDigest,
        String reason) {

    /** How an operation ended. */
    public enum Status {
        /** It runs, or nobody knows yet. */
        PENDING,
        /** It ended; the code says how. */
        DONE,
        /** It was cancelled. */
        CANCELLED,
        /** It did not end before its time-out. */
        TIMED_OUT,
        /** The agent does not know it. */
        NOT_SUPPORTED,
        /** It failed. */
        ERROR,
        /** It failed in a way that rules out this node. */
        HARD_ERROR,
        /** It failed in a way that rules out every node. */
        FATAL_ERROR,
        /** Something that it needs is not installed. */
        NOT_INSTALLED
    }

    /** The key under which a node keeps the result: name and interval in milliseconds. */
    public String key() {
        return operation + "_" + interval.toMillis();
    }
}
