package io.releve.peer;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A node's direct way to the others. What is refused, late, broken or not understood is the same: no promise.
 *
 * <p>Thread-safety: all methods may be called from any thread, and none blocks but {@link #close()}.
 */
public interface PeerChannel extends AutoCloseable {

    /**
     * Begins to answer.
     *
     * @param answers called with each authentic question that is meant for this node, on any thread; must not block.
     *     Its stage says whether the promise is given
     */
    void listen(Function<Question, CompletionStage<Boolean>> answers);

    /**
     * Asks.
     *
     * @param patience how long to wait for the answer
     * @return whether the promise was given; never fails
     */
    CompletionStage<Boolean> ask(Question question, Duration patience);

    /** Neither asks nor answers any more. */
    @Override
    void close();
}
