package io.releve.examples.demo;

/** Something that the demonstration waited for did not happen; the message says what, and what was seen instead. */
final class DemoFailure extends RuntimeException {

    DemoFailure(String message) {
        super(message);
    }

    DemoFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
