package io.releve.vip;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a program and waits for it, for a limited time. Tests put a scripted one in its place. */
@FunctionalInterface
interface ExternalCommand {

    /**
     * What a program left.
     *
     * @param exitCode its exit status
     * @param output what it wrote to its standard output
     * @param error what it wrote to its standard error, without blanks at either end
     */
    record Result(int exitCode, String output, String error) {}

    /**
     * Runs a program; no shell is involved. A program that outlasts the limit is killed.
     *
     * @throws ProgramMissingException if there is no such program
     * @throws CommandTimeoutException if the limit was reached
     * @throws IOException if it could not be run
     * @throws InterruptedException if the thread was interrupted; the program is killed then
     */
    Result run(List<String> command, Duration limit) throws IOException, InterruptedException;

    /** There is no such program. */
    final class ProgramMissingException extends IOException {
        ProgramMissingException(String message) {
            super(message);
        }
    }

    /** The program did not end in time. */
    final class CommandTimeoutException extends IOException {
        CommandTimeoutException(String message) {
            super(message);
        }
    }
}
