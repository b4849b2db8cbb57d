package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of one server instance, started by this JVM, by an earlier one, or by systemd.
 *
 * <p>Which process it is says the pid file, confirmed by the command line, which names the instance's configuration
 * file, and by the start time, which is before the pid file was written: a number that the system has given to
 * another process in the meantime fails both.
 */
final class ServerProcess implements RunningServer {

    /** Start times are rounded, and file times come from another clock source. */
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    /** What is kept of a stop's time for ending the server without asking. */
    private static final Duration KILL_RESERVE = Duration.ofSeconds(5);

    private static final long NOT_OUR_CHILD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ProcessHandle handle;
    private final Optional<Process> child;
    private final Ending ending;

    private ServerProcess(ProcessHandle handle, Optional<Process> child, Ending ending) {
        this.handle = handle;
        this.child = child;
        this.ending = ending;
    }

    /** How a server is asked to shut down. */
    interface Ending {

        /** By SIGTERM. */
        Ending BY_SIGNAL = (handle, limit) -> handle.destroy();

        /** Asks; returns at once, or within the limit. */
        void ask(ProcessHandle handle, Duration limit) throws InterruptedException;
    }

    /** A process that this JVM has started. */
    static ServerProcess child(Process process) {
        return new ServerProcess(process.toHandle(), Optional.of(process), Ending.BY_SIGNAL);
    }

    /** The instance's process if it runs, whoever started it. */
    static Optional<ServerProcess> find(InstanceFiles files, Ending ending) throws IOException {
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
                .map(handle -> new ServerProcess(handle, Optional.empty(), ending));
    }

    /** A process that runs now and is known by its number, if it is the instance's. */
    static Optional<ServerProcess> of(long pid, InstanceFiles files, Ending ending) {
        return ProcessHandle.of(pid)
                .filter(handle -> isInstance(handle, files, Instant.now()))
                .map(handle -> new ServerProcess(handle, Optional.empty(), ending));
    }

    private static boolean isInstance(ProcessHandle handle, InstanceFiles files, Instant pidFileWritten) {
        Optional<Instant> started = handle.info().startInstant();
        if (started.isPresent() && started.get().isAfter(pidFileWritten.plus(CLOCK_SLACK))) {
            return false;
        }
        return handle.isAlive() && commandLine(handle).contains(files.argument());
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

    @Override
    public boolean hasEnded() {
        return !isAlive();
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

    @Override
    public boolean isSameLife(RunningServer other) {
        return other instanceof ServerProcess process && process.pid() == pid();
    }

    @Override
    public CompletableFuture<ProcessHandle> onExit() {
        return handle.onExit();
    }

    @Override
    public boolean awaitExit(Duration limit) throws InterruptedException {
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

    /** Asks it to shut down, unless it is to end at once, and does not ask any more when four fifths of the time are over. */
    @Override
    public Outcome end(MySqlServer server, boolean atOnce, Duration limit) throws InterruptedException {
        if (atOnce) {
            return cutOff(server, limit);
        }
        long end = System.nanoTime() + limit.toNanos();
        Duration fifth = limit.dividedBy(5);
        Duration asking = limit.minus(fifth.compareTo(KILL_RESERVE) < 0 ? fifth : KILL_RESERVE);
        long asked = System.nanoTime();
        ending.ask(handle, asking);
        if (awaitExit(asking.minusNanos(System.nanoTime() - asked))) {
            LOG.info("{} is stopped", server);
            return Outcome.ok();
        }
        LOG.warn("{} did not shut down within {} ms; killing it", server, asking.toMillis());
        return killed(server, Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }

    /** What is frozen may thaw: only its end makes sure. */
    @Override
    public Outcome cutOff(MySqlServer server, Duration limit) throws InterruptedException {
        Outcome outcome = killed(server, limit);
        if (outcome.isSuccess()) {
            LOG.info("{} is killed: it may have written what nobody has acknowledged", server);
        }
        return outcome;
    }

    private Outcome killed(MySqlServer server, Duration limit) throws InterruptedException {
        kill();
        return awaitExit(limit)
                ? Outcome.ok()
                : Outcome.failed("server " + server + " (" + this + ") is still there after SIGKILL; it probably waits"
                        + " for a disk that does not answer");
    }

    /** Ends the process without asking. */
    void kill() {
        handle.destroyForcibly();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerProcess process && process.pid() == pid();
    }

    @Override
    public int hashCode() {
        return Long.hashCode(pid());
    }

    @Override
    public String toString() {
        return "process " + pid();
    }
}
