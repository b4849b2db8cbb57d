package io.releve.vip;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
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
        String program = find(command.get(0));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.command().set(0, program);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        // The limit has to end the reads below as well: killing the process closes the pipes.
        CompletableFuture<Process> end = process.onExit()
                .orTimeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS)
                .whenComplete((ended, late) -> {
                    if (late != null) {
                        process.destroyForcibly();
                    }
                });
        try (InputStream out = process.getInputStream();
                InputStream err = process.getErrorStream()) {
            String output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            String error = new String(err.readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            if (end.isCompletedExceptionally()) {
                throw new CommandTimeoutException(
                        "'" + String.join(" ", command) + "' did not end within " + limit.toMillis() + " ms");
            }
            return new Result(process.exitValue(), output, error);
        } finally {
            process.destroyForcibly();
        }
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
