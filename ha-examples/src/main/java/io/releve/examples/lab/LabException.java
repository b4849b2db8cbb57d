package io.releve.examples.lab;

/** The surroundings of a demonstration cannot be made; the message says what is missing and what to do about it. */
public final class LabException extends RuntimeException {

    /** @param message the thing, the cause, the remedy */
    public LabException(String message) {
        super(message);
    }

    /**
     * @param message the thing, the cause, the remedy
     * @param cause what was caught
     */
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
