package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of one server instance. It belongs to a session of its own, so that neither Ctrl-C in the JVM's terminal
 * nor the JVM's death ends it, and a later JVM takes it on again.
 *
 * <p>Which process it is says the pid file, confirmed by the command line, which names the instance's configuration
 * file, and by the start time, which is before the pid file was written: a number that the system has given to
 * another process in the meantime fails both.
 */
final class ServerProcess {

    /** Start times are rounded, and file times come from another clock source. */
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    /** What is kept of a stop's time for ending the server without asking. */
    private static final Duration KILL_RESERVE = Duration.ofSeconds(5);

    private static final long NOT_OUR_CHILD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ProcessHandle handle;
    private final Optional<Process> child;

    private ServerProcess(ProcessHandle handle, Optional<Process> child) {
        this.handle = handle;
        this.child = child;
    }

    /** The instance's process if it runs, whoever started it. */
    static Optional<ServerProcess> find(InstanceFiles files) throws IOException {
        if (!Files.exists(files.pid())) {
            return Optional.empty();
        }
        long pid;
        Instant written;
        try {
            pid = Long.parseLong(Files.readString(files.pid()).strip());
            written = Files.getLastModifiedTime(files.pid()).toInstant();
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
        return ProcessHandle.of(pid)
                .filter(handle -> isInstance(handle, files, written))
                .map(handle -> new ServerProcess(handle, Optional.empty()));
    }

    /**
     * Starts the instance.
     *
     * @throws IOException if the program cannot be run
     */
    static ServerProcess spawn(MySqlInstallation installation, InstanceFiles files) throws IOException {
        Files.deleteIfExists(files.pid());
        List<String> command = new ArrayList<>();
        // Part of util-linux, and so of every Linux; elsewhere the server shares the JVM's terminal.
        Path setsid = Path.of("/usr/bin/setsid");
        if (Files.isExecutable(setsid)) {
            command.add(setsid.toString());
        }
        command.add(installation.server().toString());
        command.add("--defaults-file=" + files.config());
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
        return new ServerProcess(process.toHandle(), Optional.of(process));
    }

    private static boolean isInstance(ProcessHandle handle, InstanceFiles files, Instant pidFileWritten) {
        Optional<Instant> started = handle.info().startInstant();
        if (started.isPresent() && started.get().isAfter(pidFileWritten.plus(CLOCK_SLACK))) {
            return false;
        }
        return handle.isAlive() && commandLine(handle).contains("--defaults-file=" + files.config());
    }

    /** Empty for a zombie. */
    private static String commandLine(ProcessHandle handle) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc/" + handle.pid() + "/cmdline"));
            return new String(line, StandardCharsets.UTF_8).replace('\0', ' ');
        } catch (IOException noProcFileSystem) {
            return handle.info().commandLine().orElse("");
        }
    }

    long pid() {
        return handle.pid();
    }

    boolean isAlive() {
        return handle.isAlive() && !isZombie(handle);
    }

    /**
     * Whether it has ended and only waits to be collected by its parent. Not to be told from an empty command line: that
     * is empty for a moment too while a process becomes another program.
     */
    private static boolean isZombie(ProcessHandle handle) {
        try {
            String stat = Files.readString(Path.of("/proc/" + handle.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException noProcFileSystem) {
            return false;
        }
    }

    /** Completes when the process has ended. */
    CompletableFuture<ProcessHandle> onExit() {
        return handle.onExit();
    }

    /** Waits for the end of the process; returns whether it has ended. */
    boolean awaitExit(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (isAlive()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                // The end of another JVM's child is not told if nobody collects it: then it is looked for.
                long look = child.isPresent() ? left : Math.min(left, NOT_OUR_CHILD_NANOS);
                onExit().get(look, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                // Looks again, or gives up.
            } catch (ExecutionException e) {
                throw new IllegalStateException("waiting for process " + pid() + " failed", e.getCause());
            }
        }
        return true;
    }

    /** How the process ended, as far as this JVM, if it is the parent, was told: {@code exit status 1}. */
    String ending() {
        return child.filter(process -> !process.isAlive())
                .map(Process::exitValue)
                .map(status -> "exit status " + status + (status > 128 ? ", signal " + (status - 128) : ""))
                .orElse("exit status unknown");
    }

    /**
     * Ends the server: asks it to shut down, and does not ask any more when four fifths of the time are over.
     *
     * @param server whose process this is
     * @param limit how long everything together may take
     */
    Outcome end(MySqlServer server, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Duration fifth = limit.dividedBy(5);
        Duration asking = limit.minus(fifth.compareTo(KILL_RESERVE) < 0 ? fifth : KILL_RESERVE);
        terminate();
        if (awaitExit(asking)) {
            LOG.info("{} is stopped", server);
            return Outcome.ok();
        }
        LOG.warn("{} did not shut down within {} ms; killing it", server, asking.toMillis());
        kill();
        return awaitExit(Duration.ofNanos(Math.max(1, end - System.nanoTime())))
                ? Outcome.ok()
                : Outcome.failed("server " + server + " (" + this + ") is still there after SIGKILL; it probably waits"
                        + " for a disk that does not answer");
    }

    /** Asks the server to shut down cleanly. */
    void terminate() {
        handle.destroy();
    }

    /** Ends the process without asking. */
    void kill() {
        handle.destroyForcibly();
    }

    @Override
    public String toString() {
        return "process " + pid();
    }
}
