package io.releve.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program and all that it has started, grandchildren and their process groups included, as long as they have not
 * begun a session of their own. Nobody collects the ends of grandchildren for us, so they are looked for.
 *
 * @param leader the number of the process that the session began with; the kernel gives it to no other process as long
 *     as one of the session is there
 */
record ProcessSession(long leader) {

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Duration FIRST_LOOK = Duration.ofMillis(5);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(50);

    /**
     * The command line by which a program becomes the leader of a session.
     *
     * @throws IOException if there is no such program, or no {@code setsid}
     */
    static List<String> command(List<String> program) throws IOException {
        if (!Files.isExecutable(SETSID)) {
            throw new IOException(SETSID + " is missing: install the package util-linux");
        }
        if (program.isEmpty() || !isProgram(program.get(0))) {
            throw new IOException(
                    "there is no program " + program.stream().findFirst().orElse("in an empty command"));
        }
        List<String> command = new ArrayList<>();
        command.add(SETSID.toString());
        command.addAll(program);
        return command;
    }

    private static boolean isProgram(String name) {
        if (name.contains("/")) {
            return Files.isExecutable(Path.of(name));
        }
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return List.of(path.split(":", -1)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /** Those that have not ended. */
    List<ProcessEntry> members() {
        return ProcessEntry.all().stream()
                .filter(process -> process.session() == leader && !process.isOver())
                .toList();
    }

    /** Asks all of them to end (SIGTERM). */
    void terminate() {
        members().forEach(process -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy));
    }

    /**
     * Ends all of them without asking (SIGKILL), until none is left.
     *
     * @return whether none is left; a process inside a system call that does not end cannot be killed
     */
    boolean kill(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            // Again and again: between the look and the signal another child may have been born.
            List<ProcessEntry> left = members();
            left.forEach(process -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly));
            if (left.isEmpty()) {
                return true;
            }
            if (!awaitEnd(shorter(LONGEST_LOOK, end)) && System.nanoTime() - end >= 0) {
                return false;
            }
        }
    }

    /** Waits until all of them have ended; says whether they have. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Duration look = FIRST_LOOK;
        while (true) {
            List<ProcessEntry> left = members();
            if (left.isEmpty()) {
                return true;
            }
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            await(left.get(0).pid(), shorter(look, end));
            look = look.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? look.multipliedBy(2) : LONGEST_LOOK;
        }
    }

    /**
     * Asks, and after a while does not ask any more.
     *
     * @param patience how long they have between SIGTERM and SIGKILL
     * @param limit how long SIGKILL may take
     * @return whether none is left
     */
    boolean end(Duration patience, Duration limit) throws InterruptedException {
        terminate();
        return awaitEnd(patience) || kill(limit);
    }

    /** As {@link #end}, by a thread that has been interrupted and yet must not leave anything behind. */
    boolean endAlthoughInterrupted(Duration patience, Duration limit) {
        boolean again = Thread.interrupted();
        try {
            return end(patience, limit);
        } catch (InterruptedException impatient) {
            again = true;
            try {
                return kill(limit);
            } catch (InterruptedException once) {
                return members().isEmpty();
            }
        } finally {
            if (again) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Duration shorter(Duration wanted, long end) {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        return wanted.compareTo(left) < 0 ? wanted : left;
    }

    private static void await(long pid, Duration limit) throws InterruptedException {
        CompletableFuture<ProcessHandle> exit =
                ProcessHandle.of(pid).map(ProcessHandle::onExit).orElse(null);
        if (exit == null) {
            return;
        }
        try {
            exit.get(Math.max(1, limit.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException looksAgain) {
            // The end of another's child is told late or never.
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for process " + pid + " failed", e.getCause());
        }
    }
}
