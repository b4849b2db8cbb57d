package io.releve;

/**
 * This node could not join its cluster. Nothing has been left behind: a new object may try again. The message says what
 * stood in the way.
 */
public final class ClusterStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClusterStartException(String message) {
        super(message);
    }

    ClusterStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
