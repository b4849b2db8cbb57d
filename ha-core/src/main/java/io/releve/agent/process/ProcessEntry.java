package io.releve.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of the kernel's process table.
 *
 * @param pid the process's number
 * @param state its state in the kernel's letters
 * @param session the number of its session's leader
 * @param startTicks when it started, in the kernel's ticks since the system did; with the number it is the process's
 *     identity until the next boot
 */
record ProcessEntry(long pid, char state, long session, long startTicks) {

    private static final Path PROC = Path.of("/proc");

    /** Fields of {@code stat} behind the program's name, which itself may hold blanks and brackets. */
    private static final int STATE = 0;

    private static final int SESSION = 3;
    private static final int START = 19;

    /** The process of this number, if there is one. */
    static Optional<ProcessEntry> of(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START + 2);
            return Optional.of(new ProcessEntry(
                    pid, fields[STATE].charAt(0), Long.parseLong(fields[SESSION]), Long.parseLong(fields[START])));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** All processes. One that comes or goes meanwhile may be among them or not. */
    static List<ProcessEntry> all() {
        List<ProcessEntry> all = new ArrayList<>();
        try (DirectoryStream<Path> numbers = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path number : numbers) {
                of(Long.parseLong(number.getFileName().toString())).ifPresent(all::add);
            }
        } catch (IOException noProcFileSystem) {
            return List.of();
        }
        return all;
    }

    /** Whether it has ended, and at most waits to be collected by its parent. */
    boolean isOver() {
        return state == 'Z' || state == 'X';
    }

    /** Whether this value was found in its environment, as far as this JVM may look. */
    static boolean hasVariable(long pid, String assignment) {
        try {
            String environment = Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
            return List.of(environment.split("\0")).contains(assignment);
        } catch (IOException notOurs) {
            return false;
        }
    }
}
