package io.releve;

/** A cluster could not be read from outside. The message says what stood in the way. */
public final class ClusterReadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClusterReadException(String message) {
        super(message);
    }

    ClusterReadException(String message, Throwable cause) {
        super(message, cause);
    }
}
