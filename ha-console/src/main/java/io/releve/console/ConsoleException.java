package io.releve.console;

/** Something outside is not as it must be: the message tells a person what, where, and what to do. */
final class ConsoleException extends RuntimeException {

    ConsoleException(String message) {
        super(message);
    }

    ConsoleException(String message, Throwable cause) {
        super(message, cause);
    }
}
