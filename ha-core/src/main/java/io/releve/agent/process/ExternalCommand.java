package io.releve.agent.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs to their ends, one at a time, with what they are given to read on their standard input. If the time is over, or the
 * thread is interrupted, a program is ended with all that it has started. What it leaves behind after it has ended by
 * itself (the daemon that it was to start) is left alone. No shell is involved.
 */
public final class ExternalCommand implements AutoCloseable {

    /** Between SIGTERM and SIGKILL. Shorter than a node waits for an operation that it has interrupted. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Duration KILL_LIMIT = Duration.ofMillis(300);

    /** How often a program that writes without end is relieved of it. */
    private static final Duration RELIEF = Duration.ofSeconds(1);

    /** A pipe takes twice as much without anybody reading it. */
    private static final int LONGEST_INPUT = 32_768;

    private @Nullable Path scratch;

    /**
     * What came of a program.
     *
     * @param status its exit status; 128 and the signal's number if it was killed
     * @param output the end of what it wrote to its standard output
     * @param error the end of what it wrote to its standard error
     */
    public record Result(int status, String output, String error) {}

    /** A program did not end in time. It is gone now, with all that it had started, unless the message says otherwise. */
    public static final class Overrun extends IOException {
        private static final long serialVersionUID = 1L;

        Overrun(String message) {
            super(message);
        }
    }

    /**
     * Runs a program.
     *
     * @param program the program and its arguments; secrets belong into the environment
     * @param environment all of its environment; nothing is inherited
     * @param directory where it runs; empty: where the JVM does
     * @throws Overrun if it did not end within the limit
     * @throws IOException if it could not be started
     */
    Result run(List<String> program, Map<String, String> environment, Optional<Path> directory, Duration limit)
            throws IOException, InterruptedException {
        return run(program, environment, directory, new byte[0], limit);
    }

    /**
     * Runs a program that reads something.
     *
     * @param program the program and its arguments
     * @param environment all of its environment; nothing is inherited
     * @param directory where it runs; empty: where the JVM does
     * @param input what it reads on its standard input, up to 32 KB: not more than a program that reads nothing can be given
     * @throws Overrun if it did not end within the limit
     * @throws IOException if it could not be started
     */
    public Result run(
            List<String> program,
            Map<String, String> environment,
            Optional<Path> directory,
            byte[] input,
            Duration limit)
            throws IOException, InterruptedException {
        if (input.length > LONGEST_INPUT) {
            throw new IllegalArgumentException(program.get(0) + ": an input of " + input.length + " bytes; at most "
                    + LONGEST_INPUT + " can be given");
        }
        OutputFile output = new OutputFile(scratch().resolve("out"));
        OutputFile error = new OutputFile(scratch().resolve("err"));
        ProcessBuilder builder = new ProcessBuilder(ProcessSession.command(program))
                .redirectInput(input.length == 0 ? Redirect.from(new File("/dev/null")) : Redirect.PIPE)
                .redirectOutput(output.begin())
                .redirectError(error.begin());
        builder.environment().clear();
        builder.environment().putAll(environment);
        directory.ifPresent(where -> builder.directory(where.toFile()));
        Process process = builder.start();
        try {
            give(process, input);
            await(process, program.get(0), limit, output, error);
        } catch (InterruptedException interrupted) {
            ProcessSession session = new ProcessSession(process.pid());
            session.endAlthoughInterrupted(PATIENCE, KILL_LIMIT);
            // Also if it was interrupted before it had become the leader of its session.
            process.destroyForcibly();
            throw interrupted;
        }
        return new Result(process.exitValue(), output.end(), error.end());
    }

    private static void give(Process process, byte[] input) {
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input);
        } catch (IOException ended) {
            // It has ended without reading; its exit status says more.
        }
    }

    private static void await(Process process, String name, Duration limit, OutputFile output, OutputFile error)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!process.waitFor(Math.min(RELIEF.toNanos(), end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            output.relieve();
            error.relieve();
            if (System.nanoTime() - end >= 0) {
                ProcessSession session = new ProcessSession(process.pid());
                boolean gone = session.end(PATIENCE, KILL_LIMIT);
                process.destroyForcibly();
                throw new Overrun(name + " did not end within " + limit.toMillis() + " ms and was killed"
                        + (gone ? "" : ", but something of it is still there: " + session.members()));
            }
        }
    }

    private Path scratch() throws IOException {
        Path there = scratch;
        if (there == null) {
            there = Files.createTempDirectory("releve-");
            scratch = there;
        }
        return there;
    }

    /** Removes its temporary files. */
    @Override
    public void close() {
        Path there = scratch;
        if (there == null) {
            return;
        }
        try {
            Files.deleteIfExists(there.resolve("out"));
            Files.deleteIfExists(there.resolve("err"));
            Files.deleteIfExists(there);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
