package io.releve.mysql.server;

import io.releve.agent.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings the process of an instance about whose configuration the agent has written. */
sealed interface Launcher permits ChildLauncher, UnitLauncher {

    /** The launcher that the settings ask for. */
    static Launcher of(AgentSettings settings) {
        return settings.supervision() instanceof Supervision.SystemdUnit unit
                ? new UnitLauncher(unit, settings.files())
                : new ChildLauncher(settings.files());
    }

    /** What on this node is in the way of a start. */
    List<Outcome> problems() throws InterruptedException;

    /** The instance's process if it runs, whoever started it. */
    Optional<ServerProcess> find() throws IOException, InterruptedException;

    /**
     * Starts the instance; returns as soon as there is a process.
     *
     * @throws IOException if it cannot be started; the message says why
     */
    ServerProcess launch(MySqlInstallation installation, Duration limit) throws IOException, InterruptedException;
}
