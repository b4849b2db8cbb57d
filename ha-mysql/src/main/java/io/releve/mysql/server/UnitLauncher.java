package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.agent.process.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has systemd start and stop the server. What it does not leave to systemd is to kill: a signal to the process comes sooner, and
 * needs nobody's answer.
 */
final class UnitLauncher implements Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(UnitLauncher.class);

    /** Leaves out what a shell, an option or another unit's file could be. */
    static final Pattern UNIT = Pattern.compile("[A-Za-z0-9:_.\\\\][A-Za-z0-9:_.\\\\@-]{0,249}");

    private static final Duration QUESTION_LIMIT = Duration.ofSeconds(10);
    private static final String PROPERTIES =
            "LoadState,ActiveState,SubState,Result,MainPID,Restart,UnitFileState,User,ExecStart";

    private final Supervision.SystemdUnit unit;
    private final InstanceFiles files;

    UnitLauncher(Supervision.SystemdUnit unit, InstanceFiles files) {
        this.unit = unit;
        this.files = files;
    }

    @Override
    public List<Outcome> problems() throws InterruptedException {
        if (!Files.isExecutable(unit.systemctl())) {
            return List.of(Outcome.notInstalled("there is no " + unit.systemctl()
                    + "; run the server without systemd (Supervision.child()), or name the program"));
        }
        try {
            return UnitRules.problems(unit.name(), files, user(), properties());
        } catch (IOException e) {
            return List.of(Outcome.notInstalled("systemd does not tell of " + unit.name() + ": " + e.getMessage()));
        }
    }

    private static String user() {
        return System.getProperty("user.name", "");
    }

    @Override
    public Optional<ServerProcess> find() throws IOException, InterruptedException {
        Optional<ServerProcess> found = ServerProcess.find(files, this::stop);
        // Its pid file is there only when it is up; whoever had it started may be gone by then.
        return found.isPresent() || !Files.isExecutable(unit.systemctl()) ? found : main(properties());
    }

    private Optional<ServerProcess> main(Map<String, String> properties) {
        String pid = properties.getOrDefault("MainPID", "0");
        return pid.matches("[1-9]\\d{0,9}")
                ? ServerProcess.of(Long.parseLong(pid), files, this::stop)
                : Optional.empty();
    }

    @Override
    public ServerProcess launch(MySqlInstallation installation, Duration limit)
            throws IOException, InterruptedException {
        Files.deleteIfExists(files.pid());
        Files.createDirectories(files.temporary());
        // After kills in quick succession systemd would otherwise refuse.
        run(QUESTION_LIMIT, "reset-failed", unit.name());
        ExternalCommand.Result started;
        try {
            started = run(limit, "start", unit.name());
        } catch (IOException e) {
            // Its job would go on, and bring up a server that nobody expects any more.
            run(QUESTION_LIMIT, "kill", "--signal=SIGKILL", unit.name());
            throw e;
        }
        Map<String, String> now = properties();
        Optional<ServerProcess> process = main(now);
        if (started.status() != 0 || process.isEmpty()) {
            throw new IOException(unit.name() + " could not be started"
                    + (started.error().isBlank() ? "" : ": " + started.error().strip()) + " ("
                    + now.getOrDefault("ActiveState", "?") + ", " + now.getOrDefault("SubState", "?") + ", result "
                    + now.getOrDefault("Result", "?") + "; main process " + now.getOrDefault("MainPID", "?") + "); "
                    + ErrorLog.explain(files.errorLog(), ErrorLog.length(files.errorLog()) - 4096) + "; see also"
                    + " journalctl -u " + unit.name());
        }
        InstanceFiles.write(files.pid(), Long.toString(process.get().pid()));
        return process.get();
    }

    /** So that systemd knows that it is meant to end. */
    private void stop(ProcessHandle handle, Duration limit) throws InterruptedException {
        try {
            ExternalCommand.Result stopped = run(limit, "stop", unit.name());
            if (stopped.status() == 0) {
                return;
            }
            LOG.warn("systemd did not stop {}: {}", unit.name(), stopped.error().strip());
        } catch (IOException e) {
            LOG.warn("systemd did not stop {}: {}", unit.name(), e.getMessage());
        }
        handle.destroy();
    }

    private Map<String, String> properties() throws IOException, InterruptedException {
        ExternalCommand.Result shown = run(QUESTION_LIMIT, "show", "--property=" + PROPERTIES, unit.name());
        if (shown.status() != 0) {
            throw new IOException(
                    shown.error().isBlank()
                            ? "exit status " + shown.status()
                            : shown.error().strip());
        }
        Map<String, String> all = new HashMap<>();
        shown.output().lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                all.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return all;
    }

    private ExternalCommand.Result run(Duration limit, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(unit.systemctl().toString(), "--no-pager", "--no-ask-password"));
        command.addAll(List.of(arguments));
        try (ExternalCommand program = new ExternalCommand()) {
            return program.run(
                    command,
                    Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C"),
                    Optional.empty(),
                    new byte[0],
                    limit.isNegative() || limit.isZero() ? Duration.ofMillis(1) : limit);
        }
    }
}
