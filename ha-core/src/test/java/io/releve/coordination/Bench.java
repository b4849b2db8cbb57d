package io.releve.coordination;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** What the contract test needs of the place where a coordinator runs. */
public interface Bench extends AutoCloseable {

    /** A participant that has not been started. */
    Coordinator participant(String name);

    void disconnect(String name);

    void reconnect(String name);

    /** Has the service end the session of a connected member. */
    void expireSession(String name);

    /** Lets things go on until the condition holds, and fails when it takes too long. */
    void await(String what, BooleanSupplier condition);

    /** Tells the bench that something has changed, from any thread. */
    void changed();

    /** Lets things go on until the stage has ended; returns its failure, or null. */
    default CoordinationException outcome(CompletionStage<?> stage) {
        var future = stage.toCompletableFuture();
        CompletionStage<?> ignored = future.whenComplete((done, failure) -> changed());
        await("the stage ends", future::isDone);
        return future.handle((done, failure) -> (CoordinationException) unwrapped(failure))
                .join();
    }

    /** Lets things go on until the stage has ended well. */
    default void succeed(CompletionStage<Void> stage) {
        CoordinationException failure = outcome(stage);
        if (failure != null) {
            throw failure;
        }
    }

    /** Lets things go on until the stage has ended well; returns what it ended with. */
    default <T> T result(CompletionStage<T> stage) {
        CoordinationException failure = outcome(stage);
        if (failure != null) {
            throw failure;
        }
        return stage.toCompletableFuture().join();
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    @Override
    void close();
}
