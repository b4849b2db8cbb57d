package io.releve.node;

import java.util.concurrent.CompletionException;

/** Takes the wrapping off what a stage failed with. */
final class Failures {

    private Failures() {}

    static Throwable of(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
