package io.releve.mysql.server;

import io.releve.agent.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts the server's program. It belongs to a session of its own, so that neither Ctrl-C in the JVM's terminal nor the JVM's
 * death ends it, and a later JVM takes it on again.
 */
record ChildLauncher(InstanceFiles files) implements Launcher {

    @Override
    public List<Outcome> problems() {
        return List.of();
    }

    @Override
    public Optional<ServerProcess> find() throws IOException {
        return ServerProcess.find(files, ServerProcess.Ending.BY_SIGNAL);
    }

    @Override
    public ServerProcess launch(MySqlInstallation installation, Duration limit) throws IOException {
        Files.deleteIfExists(files.pid());
        List<String> command = new ArrayList<>();
        // Part of util-linux, and so of every Linux; elsewhere the server shares the JVM's terminal.
        Path setsid = Path.of("/usr/bin/setsid");
        if (Files.isExecutable(setsid)) {
            command.add(setsid.toString());
        }
        command.add(installation.server().toString());
        command.add(files.argument());
        ProcessBuilder builder = new ProcessBuilder(command);
        // Every server removes all temporary tables from its tmpdir when it starts, also those of another that runs.
        builder.environment()
                .put("TMPDIR", Files.createDirectories(files.temporary()).toString());
        Process process = builder.directory(files.directory().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(files.errorLog().toFile()))
                .start();
        // The server writes the same later; should this JVM die before that, the next one still finds the process.
        InstanceFiles.write(files.pid(), Long.toString(process.pid()));
        return ServerProcess.child(process);
    }
}
