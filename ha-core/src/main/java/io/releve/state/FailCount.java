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
 */
public record FailCount(String resourceId, String operation, long intervalMillis, Score count, Instant last) {}
