package io.releve.agent.process;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.ServiceCheck;
import io.releve.agent.Tether;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a program that stays in the foreground: a server, a worker.
 *
 * <ul>
 *   <li>The process is the leader of a session of its own. Neither Ctrl-C in the JVM's terminal nor the JVM's death ends
 *       it, and a later JVM takes it on again: what runs is told by a file that holds the process's number and the moment
 *       of its start.
 *   <li>Its death is seen at once, not at the next monitor (after a restart of the JVM, which is then no longer its
 *       parent, within seconds).
 *   <li>Stopping sends SIGTERM to the process and all that it has started, and SIGKILL before the operation's time is
 *       over. A stop succeeds when nothing is left.
 * </ul>
 *
 * <p>A process outlives its JVM. Where it must never run twice, lost nodes must be fenced by something stronger than the
 * end of a lease.
 *
 * <p>Needs Linux, and {@code setsid} from util-linux.
 */
public final class ProcessAgent implements ResourceAgent {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessAgent.class);
    private static final Duration FIRST_CHECK = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    /** What SIGKILL needs at the end of a stop's time: this part of what is left of it, within these limits. */
    private static final int KILL_SHARE = 5;

    private static final Duration MOST_FOR_KILL = Duration.ofSeconds(2);

    private final Settings settings;
    private final AgentContext context;
    private final PidFile pidFile;
    private @Nullable Process child;
    private long watched = -1;
    private Optional<CompletableFuture<Void>> watching = Optional.empty();
    private volatile boolean closed;

    /** What the builder collected. */
    record Settings(
            Function<AgentContext, List<String>> command,
            Path directory,
            Optional<Path> workingDirectory,
            Optional<Path> output,
            ProcessAgentBuilder.Environment environment,
            Optional<ServiceCheck> check) {}

    ProcessAgent(Settings settings, AgentContext context) {
        this.settings = settings;
        this.context = context;
        String name = context.resourceId().replace('/', '_') + ".pid";
        this.pidFile = new PidFile(settings.directory.resolve(name));
    }

    /**
     * Agents for processes that all run the same command.
     *
     * @param command the program and its arguments; no shell is involved. No secrets: every user can read command lines
     */
    public static ProcessAgentBuilder command(String... command) {
        List<String> fixed = List.of(command);
        return new ProcessAgentBuilder(context -> fixed);
    }

    /**
     * Agents for processes whose command depends on the resource: on its parameters, its instance number, its node.
     *
     * @param command gives the program and its arguments; no shell is involved. No secrets: every user can read command
     *     lines
     */
    public static ProcessAgentBuilder command(Function<AgentContext, List<String>> command) {
        return new ProcessAgentBuilder(command);
    }

    @Override
    public Outcome start(OperationContext operation) throws InterruptedException {
        try {
            Optional<ProcessSession> before = pidFile.session();
            if (before.isPresent() && isLeaderAlive(before.get())) {
                watch(before.get().leader());
                return becomeReady(before.get(), operation);
            }
            if (before.isPresent() && !before.get().kill(operation.remaining())) {
                return Outcome.failed("something that an earlier process of " + context.resourceId()
                        + " has left behind cannot be killed: " + before.get().members());
            }
            return becomeReady(spawn(), operation);
        } catch (IOException e) {
            return Outcome.notInstalled(context.resourceId() + " cannot be started: " + e.getMessage());
        }
    }

    private ProcessSession spawn() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ProcessSession.command(settings.command.apply(context)));
        settings.workingDirectory.ifPresent(where -> builder.directory(where.toFile()));
        builder.redirectInput(new File("/dev/null")).redirectErrorStream(true);
        builder.redirectOutput(settings.output
                .map(file -> ProcessBuilder.Redirect.appendTo(file.toFile()))
                .orElse(ProcessBuilder.Redirect.DISCARD));
        settings.environment.addTo(builder.environment());
        String token = pidFile.prepare();
        builder.environment().put(PidFile.VARIABLE, token);
        Process process = builder.start();
        pidFile.record(token, process.pid());
        child = process;
        LOG.info("{} is process {}", context.resourceId(), process.pid());
        watch(process.pid());
        return new ProcessSession(process.pid());
    }

    /**
     * Waits until the check succeeds. No service tells when it is ready, so it is asked; what the pauses between wait for
     * is the event that does exist, the end of the process.
     */
    private Outcome becomeReady(ProcessSession session, OperationContext operation) throws InterruptedException {
        Duration pause = FIRST_CHECK;
        while (true) {
            if (!isLeaderAlive(session)) {
                return Outcome.failed(ended(session) + " while it started" + whereToLook());
            }
            Outcome outcome = check(operation.remaining());
            if (outcome.isSuccess()) {
                return isLeaderAlive(session)
                        ? outcome
                        : Outcome.failed(ended(session) + " while it started" + whereToLook());
            }
            if (operation.remaining().isZero()) {
                return Outcome.failed(context.resourceId() + " is not ready: " + outcome.reason() + whereToLook());
            }
            awaitEnd(session, pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static void awaitEnd(ProcessSession session, Duration limit) throws InterruptedException {
        Optional<ProcessHandle> leader = ProcessHandle.of(session.leader());
        if (leader.isEmpty()) {
            return;
        }
        try {
            leader.get().onExit().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException asksAgain) {
            // It runs.
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for " + session + " failed", e.getCause());
        }
    }

    private Outcome check(Duration limit) throws InterruptedException {
        return settings.check.isPresent() ? settings.check.get().check(limit) : Outcome.ok();
    }

    @Override
    public Outcome stop(OperationContext operation) throws InterruptedException {
        try {
            Optional<ProcessSession> session = pidFile.session();
            if (session.isPresent()) {
                Duration left = operation.remaining();
                Duration share = left.dividedBy(KILL_SHARE);
                Duration forKill = share.compareTo(MOST_FOR_KILL) < 0 ? share : MOST_FOR_KILL;
                if (!endAllOf(session.get(), left.minus(forKill), forKill)) {
                    return Outcome.failed("the process of " + context.resourceId()
                            + " cannot be killed; it seems to hang in a system call: "
                            + session.get().members());
                }
            }
            pidFile.delete();
            return Outcome.ok();
        } catch (IOException e) {
            return Outcome.failed("the pid file " + pidFile + " cannot be read or deleted: " + e.getMessage());
        }
    }

    private boolean endAllOf(ProcessSession session, Duration patience, Duration forKill) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        session.terminate();
        awaitChild(patience);
        if (session.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
            return true;
        }
        LOG.warn(
                "{} has not ended {} ms after SIGTERM and is killed: {}",
                context.resourceId(),
                patience.toMillis(),
                session.members());
        return session.kill(forKill);
    }

    /** A child's end is an event; whatever else is left afterwards is looked for. */
    private void awaitChild(Duration limit) throws InterruptedException {
        Process own = child;
        if (own != null) {
            own.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public Outcome monitor(OperationContext operation) throws InterruptedException {
        try {
            Optional<ProcessSession> session = pidFile.session();
            if (session.isEmpty()) {
                return Outcome.notRunning("no process of " + context.resourceId() + " runs here");
            }
            if (isLeaderAlive(session.get())) {
                watch(session.get().leader());
                return check(operation.remaining());
            }
            List<ProcessEntry> left = session.get().members();
            return left.isEmpty()
                    ? Outcome.notRunning(ended(session.get()))
                    : Outcome.failed(ended(session.get()) + ", but what it had started is still there: " + left);
        } catch (IOException e) {
            return Outcome.failed("the pid file " + pidFile + " cannot be read: " + e.getMessage());
        }
    }

    private static boolean isLeaderAlive(ProcessSession session) {
        return ProcessEntry.of(session.leader())
                .filter(process -> !process.isOver())
                .isPresent();
    }

    private String ended(ProcessSession session) {
        Process own = child;
        String how = "";
        if (own != null && own.pid() == session.leader() && !own.isAlive()) {
            int status = own.exitValue();
            how = " with exit status " + status + (status > 128 ? " (signal " + (status - 128) + ")" : "");
        }
        return "process " + session.leader() + " of " + context.resourceId() + " has ended" + how;
    }

    private String whereToLook() {
        return settings.output.map(file -> "; see " + file).orElse("");
    }

    private void watch(long pid) {
        if (watched == pid) {
            return;
        }
        watched = pid;
        watching = ProcessHandle.of(pid).map(process -> process.onExit().thenRun(() -> tell(pid)));
    }

    private void tell(long pid) {
        if (!closed) {
            context.monitorNow("process " + pid + " has ended");
        }
    }

    @Override
    public Tether tether() {
        return Tether.NONE;
    }

    @Override
    public void close() {
        closed = true;
        watching.ifPresent(end -> end.cancel(false));
    }
}
