package io.releve.examples.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * A child process whose output goes line by line to a log file and to whoever listens, and whose input takes lines.
 *
 * <p>Where the machine has {@code setsid}, it runs in a session of its own, so that Ctrl-C at the terminal reaches only
 * the demonstration, which then ends its children in order.
 *
 * <p>Thread-safe.
 */
public final class ManagedProcess implements AutoCloseable {

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final String name;
    private final Process process;
    private final Writer input;
    private final CompletableFuture<Void> outputEnded = new CompletableFuture<>();

    private ManagedProcess(String name, Process process, Path log, Consumer<String> lines) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(() -> read(log, lines), name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a process.
     *
     * @param name what it is, for messages
     * @param command program and arguments
     * @param log where its output is written, appended
     * @param lines called with each line that it prints, on one thread; must not block for long
     * @throws LabException if it cannot be started
     */
    public static ManagedProcess start(String name, List<String> command, Path log, Consumer<String> lines) {
        // "setsid" does not fork when it leads no process group, which a child of the JVM never does: the pid stays.
        List<String> inItsOwnSession = Files.isExecutable(SETSID)
                ? Stream.concat(Stream.of(SETSID.toString()), command.stream()).toList()
                : command;
        try {
            Process process = new ProcessBuilder(inItsOwnSession)
                    .redirectErrorStream(true)
                    .start();
            return new ManagedProcess(name, process, log, lines);
        } catch (IOException e) {
            throw new LabException(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    private void read(Path log, Consumer<String> lines) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                Writer file = Files.newBufferedWriter(
                        log, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                file.write(line + "\n");
                file.flush();
                lines.accept(line);
            }
        } catch (IOException | UncheckedIOException e) {
            // The pipe of a process that was killed, or a log directory that is being removed: either way the end.
        } finally {
            outputEnded.complete(null);
        }
    }

    /** What it is. */
    public String name() {
        return name;
    }

    /** The process itself. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code when the process has ended and its output has been read. */
    public CompletableFuture<Integer> ended() {
        return process.onExit().thenCombine(outputEnded, (ended, read) -> ended.exitValue());
    }

    /** Has something done with the exit code when the process has ended and its output has been read. */
    public void onEnd(IntConsumer action) {
        CompletableFuture<Void> unused = ended().thenAccept(action::accept);
    }

    /**
     * Gives it a line to read.
     *
     * @return whether it could still be given
     */
    public boolean send(String line) {
        synchronized (input) {
            try {
                input.write(line + "\n");
                input.flush();
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }

    /**
     * Waits for its end.
     *
     * @return whether it ended in time
     */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        try {
            ended().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills it and all its descendants at once (SIGKILL). */
    @Override
    public void close() {
        Processes.kill(
                Stream.concat(Stream.of(handle()), handle().descendants()).toList());
    }
}
