package io.releve.state;

import io.releve.model.Score;
import java.time.Instant;

/**
 * How often an operation of a resource failed on a node.
 *
 * @param resourceId the resource
 * @param operation the operation's name
 * @param intervalMillis its interval, 0 for one that does not recur
 * @param count the number of failures, or INFINITY for a failure that counts as endless
 * @param last when it last failed
 * @param code what it returned then, as OCF's exit code
 * @param reason what the agent said about it then; empty if not known
 */
public record FailCount(
        String resourceId, String operation, long intervalMillis, Score count, Instant last, int code, String reason) {

    /** Failures of which no more is known than their number. */
    public FailCount(String resourceId, String operation, long intervalMillis, Score count, Instant last) {
        this(resourceId, operation, intervalMillis, count, last, 1, "");
    }
}
