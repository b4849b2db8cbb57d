package io.releve.lab.cluster;

import io.releve.examples.lab.LabException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What processes were started with. */
final class CommandLines {

    private CommandLines() {}

    /** Of a process that runs; all of it, which Java does not tell of long ones. */
    static List<String> of(ProcessHandle process) {
        Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        try {
            return List.of(Files.readString(file, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException e) {
            throw new LabException("the command line of process " + process.pid() + " cannot be read: " + e, e);
        }
    }
}
