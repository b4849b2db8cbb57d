package io.releve.coordination;

import org.jspecify.annotations.Nullable;

/** A write to the shared memory failed. The subclass says what the caller can conclude. */
public abstract sealed class CoordinationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private CoordinationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The service did not answer: the write may or may not have happened. Look at the next view, then decide again. */
    public static final class Unreachable extends CoordinationException {
        private static final long serialVersionUID = 1L;

        /** An exception with a message and, if there is one, its cause. */
        public Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Somebody else wrote first: nothing was written. Look at the next view, then decide again. */
    public static final class Conflict extends CoordinationException {
        private static final long serialVersionUID = 1L;

        /** An exception with a message. */
        public Conflict(String message) {
            super(message, null);
        }
    }

    /** This participant's membership is over: nothing was written. Give up what depends on it, then join anew. */
    public static final class NotAMember extends CoordinationException {
        private static final long serialVersionUID = 1L;

        /** An exception with a message. */
        public NotAMember(String message) {
            super(message, null);
        }
    }

    /** A member of this name exists already. Two JVMs were given the same node name, or the old one is not gone yet. */
    public static final class NameTaken extends CoordinationException {
        private static final long serialVersionUID = 1L;

        /** An exception with a message. */
        public NameTaken(String message) {
            super(message, null);
        }
    }

    /** This reign is over: nothing was written. Stop deciding. */
    public static final class Deposed extends CoordinationException {
        private static final long serialVersionUID = 1L;

        /** An exception with a message. */
        public Deposed(String message) {
            super(message, null);
        }
    }

    /** The service refuses the request and will go on refusing: rights, sizes, a wrong address. Tell a person. */
    public static final class Refused extends CoordinationException {
        private static final long serialVersionUID = 1L;

        /** An exception with a message and, if there is one, its cause. */
        public Refused(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
