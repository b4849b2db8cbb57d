package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the agent's server comes to run, and how it is found when it does. Used by the agent's operations and, while these wait
 * for it, by the rebuilding of the server.
 */
sealed interface Supervisor extends AutoCloseable permits ProcessSupervisor, AttachedSupervisor {

    /** The one that the settings ask for. */
    static Supervisor of(AgentSettings settings, MySqlServer self) {
        return settings.supervision() instanceof Supervision.Attached
                ? new AttachedSupervisor(settings, self)
                : new ProcessSupervisor(settings, self);
    }

    /** A server did not come up, or cannot be used; the outcome's reason says why and what to do. */
    final class StartFailed extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        StartFailed(Outcome outcome) {
            super(outcome.reason());
            this.outcome = outcome;
        }

        StartFailed(String reason) {
            this(Outcome.failed(reason));
        }

        Outcome outcome() {
            return outcome;
        }
    }

    /** What on this node is in the way of a start, whether or not the server runs; empty if all is well. */
    List<Outcome> problems() throws InterruptedException;

    /**
     * The server if it runs, and is the agent's.
     *
     * @throws IOException if that cannot be said
     */
    Optional<RunningServer> find() throws IOException, InterruptedException;

    /**
     * Waits until a server that was found can be used.
     *
     * @throws StartFailed if it ends, or cannot be used within the operation's time
     */
    void awaitReady(RunningServer found, OperationContext operation) throws StartFailed, InterruptedException;

    /**
     * Has the server run, where {@link #find()} found none, and waits until it can be used.
     *
     * @param rejoins whether another server was promoted with everything that this one ever acknowledged
     * @throws StartFailed if that is not possible within the operation's time
     */
    RunningServer start(OperationContext operation, boolean rejoins)
            throws StartFailed, IOException, InterruptedException;

    /** The same for a server that has just ended to run with the copy of another's data. */
    RunningServer startCopy(OperationContext operation) throws StartFailed, IOException, InterruptedException;

    /**
     * What to say, after the server's name, of a server that was just not found.
     *
     * @param expected whether it ran before, as far as this agent knows
     */
    String absence(boolean expected);

    /** Where the server's data is, as far as known. */
    Path data();

    /** Ends background work; the server runs on. */
    @Override
    void close();
}
