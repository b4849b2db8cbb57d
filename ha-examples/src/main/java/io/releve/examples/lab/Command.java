package io.releve.examples.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short command whose output is wanted, and which must not take long. */
public final class Command {

    private static final int SECONDS = 10;

    private Command() {}

    /**
     * Runs it and waits for its end.
     *
     * @param command program and arguments
     */
    public static Result run(List<String> command) {
        String text = String.join(" ", command);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream none = process.getOutputStream()) {
                none.flush();
            }
            // The output of these commands fits into the pipe, so that it can be read afterwards.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(text, -1, "no answer within " + SECONDS + " s");
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(text, process.exitValue(), output.strip());
        } catch (IOException e) {
            return new Result(text, -1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + text);
        }
    }

    /**
     * What came of it.
     *
     * @param command as typed
     * @param status its exit status; -1 if it could not be run or took too long
     * @param output everything it printed
     */
    public record Result(String command, int status, String output) {

        /** Whether it worked. */
        public boolean ok() {
            return status == 0;
        }

        /** The output of a command that worked. */
        public String orThrow() {
            if (!ok()) {
                throw new LabException(command + " failed with status " + status + ": " + output);
            }
            return output;
        }
    }
}
