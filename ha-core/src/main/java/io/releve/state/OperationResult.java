package io.releve.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

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
 * @param details what is known of it beyond that
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
        String reason,
        Details details) {

    public OperationResult {
        details = details == null ? Details.NONE : details;
    }

    /** A result of which nothing more is known. */
    public OperationResult(
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
        this(
                resourceId,
                operation,
                interval,
                callId,
                status,
                code,
                expectedCode,
                at,
                duration,
                parametersDigest,
                reason,
                Details.NONE);
    }

    /**
     * What only some results tell.
     *
     * @param migrateSource for a live migration: the node that it leaves
     * @param migrateTarget for a live migration: the node that it goes to
     * @param lastFailure whether the entry was kept only because it failed, beside a later result of the same operation
     * @param globalCallIds whether call ids were counted over all nodes together
     * @param restartDigest digest of those parameters that cannot be changed without a restart; empty if not known
     * @param restartParameters the names of those parameters; the others can be reloaded
     * @param secureDigest digest of the parameters without the secret ones; empty if not known
     * @param secureParameters the names of the secret parameters
     */
    public record Details(
            Optional<String> migrateSource,
            Optional<String> migrateTarget,
            boolean lastFailure,
            boolean globalCallIds,
            String restartDigest,
            Set<String> restartParameters,
            String secureDigest,
            Set<String> secureParameters) {

        /** Nothing. */
        public static final Details NONE =
                new Details(Optional.empty(), Optional.empty(), false, false, "", Set.of(), "", Set.of());

        public Details {
            restartParameters = Set.copyOf(restartParameters);
            secureParameters = Set.copyOf(secureParameters);
        }

        /** Only the two ends of a live migration. */
        public static Details migration(String source, String target) {
            return new Details(Optional.of(source), Optional.of(target), false, false, "", Set.of(), "", Set.of());
        }
    }

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
        NOT_INSTALLED,
        /** Whoever should have carried it out could not be reached. */
        NOT_CONNECTED,
        /** The request for it made no sense. */
        INVALID
    }

    /** The key under which a node keeps the result: name and interval in milliseconds. */
    public String key() {
        return operation + "_" + interval.toMillis();
    }
}
