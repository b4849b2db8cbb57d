package io.releve.agent;

import org.jspecify.annotations.Nullable;

/** A shared record could not be read or written. The reason says what the caller can conclude. */
public final class SharedRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What can be concluded. */
    public enum Reason {
        /** Another version stands there: nothing was written. Read, and decide again. */
        CONFLICT,
        /**
         * This node is no member any more: nothing was written. Give up what depends on it; after the node has joined
         * again, read and decide anew.
         */
        NOT_A_MEMBER,
        /**
         * The coordination service did not answer in time: a write may have happened, or may happen yet. Act as if it
         * had and as if it had not, whichever is safer, until {@link SharedRecord#read} succeeds.
         */
        UNREACHABLE,
        /** The service will never take it: too large, or no right to write. Nothing was written. Tell a person. */
        REFUSED
    }

    private final Reason reason;

    /** A failure. */
    public SharedRecordException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What can be concluded. */
    public Reason reason() {
        return reason;
    }
}
