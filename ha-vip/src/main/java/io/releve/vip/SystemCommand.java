package io.releve.vip;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
final class SystemCommand implements ExternalCommand {

    /** Searched after the PATH: an ordinary user's PATH often lacks them. */
    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private final String searchPath;

    SystemCommand(String searchPath) {
        this.searchPath = searchPath;
    }

    static SystemCommand ofThisProcess() {
        return new SystemCommand(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    @Override
    public Result run(List<String> command, Duration limit) throws IOException, InterruptedException {
        return run(command, Map.of(), limit);
    }

    /** As {@link #run(List, Duration)}, with some more in the program's environment. */
    Result run(List<String> command, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        String program = Path.of(command.get(0)).isAbsolute() ? command.get(0) : find(command.get(0));
        List<String> arguments = new ArrayList<>(command);
        arguments.set(0, program);
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        // The limit has to end the reads below as well: with the process its ends of the pipes go. Through its handle,
        // because the process object would also close the pipes under the reader's feet.
        CompletableFuture<Process> end = process.onExit()
                .orTimeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS)
                .whenComplete((ended, why) -> {
                    if (why != null) {
                        kill(process);
                    }
                });
        try (InputStream out = process.getInputStream();
                InputStream err = process.getErrorStream()) {
            String output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            String error = new String(err.readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            boolean late = end.handle((ended, why) -> why != null).join();
            if (late) {
                throw new CommandTimeoutException(
                        "'" + String.join(" ", command) + "' did not end within " + limit.toMillis() + " ms");
            }
            return new Result(process.exitValue(), output, error);
        } finally {
            kill(process);
        }
    }

    /** With everything that it has started: what holds the ends of the pipes would keep the reader waiting. */
    private static void kill(Process process) {
        List<ProcessHandle> started = process.descendants().toList();
        process.toHandle().destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private String find(String program) throws ProgramMissingException {
        Set<String> directories = new LinkedHashSet<>(List.of(searchPath.split(File.pathSeparator)));
        directories.addAll(SYSTEM_DIRECTORIES);
        for (String directory : directories) {
            Path candidate = Path.of(directory, program);
            if (!directory.isEmpty() && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        throw new ProgramMissingException("there is no program '" + program + "' in " + String.join(":", directories));
    }
}
