package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A server that runs: one life of it, from a start of its process to the end. */
sealed interface RunningServer permits ServerProcess, AttachedServer {

    /** Whether the server has not ended since the other one was seen. */
    boolean isSameLife(RunningServer other);

    /** Completes when the server has ended, or may have: who is told looks. */
    CompletableFuture<?> onExit();

    /** Whether a server that has just failed to answer has ended; does not wait for long. */
    boolean hasEnded() throws InterruptedException;

    /** Waits for the end of the server; returns whether it has ended. */
    boolean awaitExit(Duration limit) throws InterruptedException;

    /**
     * Ends what the resource's stop has to end.
     *
     * @param server whose it is
     * @param atOnce whether an orderly end would make lasting what nobody has acknowledged
     * @param limit how long everything together may take
     */
    Outcome end(MySqlServer server, boolean atOnce, Duration limit) throws InterruptedException;

    /**
     * Makes sure that a server that does not do as it is asked takes no writes from here on.
     *
     * @param server whose it is
     * @param limit how long it may take
     * @return success only if that is sure
     */
    Outcome cutOff(MySqlServer server, Duration limit) throws InterruptedException;
}
