package io.releve.agent;

import java.util.Objects;

/**
 * What came of an operation, in the terms of the Open Cluster Framework, with a reason that a person can read.
 *
 * @param code the kind of outcome
 * @param reason one readable sentence; empty only for {@link Code#OK} and {@link Code#RUNNING_PROMOTED}
 */
public record Outcome(Code code, String reason) {

    /** The kinds of outcome, with the exit code that OCF gives each. */
    public enum Code {
        /** Done; for a monitor: running. */
        OK(0),
        /** Failed in a way that may pass: worth another try here. */
        GENERIC(1),
        /** A parameter is wrong on this node. Not tried again on this node. */
        ARGS(2),
        /** The agent does not know this operation. */
        UNIMPLEMENTED(3),
        /** This process lacks a right. Not tried again on this node. */
        PERM(4),
        /** Something that the agent needs is not installed on this node. Not tried again on this node. */
        INSTALLED(5),
        /** The resource is configured wrongly. Not tried again anywhere. */
        CONFIGURED(6),
        /** Cleanly stopped. */
        NOT_RUNNING(7),
        /** Running, and Promoted. */
        RUNNING_PROMOTED(8),
        /** Promoted, and broken. */
        FAILED_PROMOTED(9),
        /** Running, but not well: service goes on, people should look. */
        DEGRADED(190),
        /** Promoted, but not well. */
        DEGRADED_PROMOTED(191),
        /** Only of a promotion: not now, and the instance runs on, Unpromoted. See {@link Outcome#declined}. */
        DECLINED(1);

        private final int ocf;

        Code(int ocf) {
            this.ocf = ocf;
        }

        /** OCF's exit code. */
        public int ocf() {
            return ocf;
        }
    }

    public Outcome {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
    }

    /** Done, or running. */
    public static Outcome ok() {
        return new Outcome(Code.OK, "");
    }

    /** Running and Promoted. */
    public static Outcome runningPromoted() {
        return new Outcome(Code.RUNNING_PROMOTED, "");
    }

    /** Cleanly stopped. */
    public static Outcome notRunning(String reason) {
        return new Outcome(Code.NOT_RUNNING, reason);
    }

    /** Failed in a way that may pass. */
    public static Outcome failed(String reason) {
        return new Outcome(Code.GENERIC, reason);
    }

    /** The resource's configuration cannot work anywhere. */
    public static Outcome notConfigured(String reason) {
        return new Outcome(Code.CONFIGURED, reason);
    }

    /** Something is missing on this node. */
    public static Outcome notInstalled(String reason) {
        return new Outcome(Code.INSTALLED, reason);
    }

    /** This process lacks a right on this node. */
    public static Outcome noPermission(String reason) {
        return new Outcome(Code.PERM, reason);
    }

    /** A parameter is wrong on this node. */
    public static Outcome badParameter(String reason) {
        return new Outcome(Code.ARGS, reason);
    }

    /**
     * The instance cannot be promoted now, and runs on, Unpromoted and well. Only a promotion may end so; of every other
     * operation it is a failure. OCF knows nothing like it: a failed promotion there is a failure of the instance, which is
     * counted, and the instance is stopped. Here nothing is counted, and the plan is made anew; so the agent withdraws its
     * promotion score <em>before</em> it declines, or it is asked again at once.
     *
     * @param reason why not, and what would help
     */
    public static Outcome declined(String reason) {
        return new Outcome(Code.DECLINED, reason);
    }

    /** The agent does not know the operation. */
    public static Outcome unimplemented(String operation) {
        return new Outcome(Code.UNIMPLEMENTED, "the agent does not implement " + operation);
    }

    /** Whether the code says success: done, or running in whatever role, degraded included. */
    public boolean isSuccess() {
        return switch (code) {
            case OK, RUNNING_PROMOTED, DEGRADED, DEGRADED_PROMOTED -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return reason.isEmpty() ? code.name() : code + ": " + reason;
    }
}
