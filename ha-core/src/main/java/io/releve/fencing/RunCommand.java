package io.releve.fencing;

import io.releve.agent.Tether;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a command that ends everything on this host. */
final class RunCommand implements LastResort {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    private final List<String> command;

    RunCommand(List<String> command) {
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException("last resort: the command is empty; name a program");
        }
        this.command = command;
    }

    @Override
    public boolean ends(Tether tether) {
        return true;
    }

    @Override
    public void take(String reason) {
        LOG.error("this host is ended with {}: {}", command, reason);
        try {
            CompletableFuture<Void> ignored = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .thenAccept(process -> {
                        if (process.exitValue() != 0) {
                            LOG.error("{} failed with status {}", command, process.exitValue());
                        }
                    });
        } catch (IOException failure) {
            LOG.error("{} could not be started: {}", command, failure.getMessage());
        }
    }

    @Override
    public String toString() {
        return "run " + command;
    }
}
