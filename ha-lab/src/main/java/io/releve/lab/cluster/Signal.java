package io.releve.lab.cluster;

import io.releve.examples.lab.Command;
import java.util.List;
import java.util.stream.Collectors;

/** Signals that Java does not send. */
public enum Signal {
    STOP,
    CONT,
    TERM;

    /** Sends it to all at once. */
    public void send(List<ProcessHandle> processes) {
        if (!processes.isEmpty()) {
            String pids = processes.stream()
                    .map(process -> Long.toString(process.pid()))
                    .collect(Collectors.joining(" "));
            // One that has just ended is no failure.
            Command.run(List.of("sh", "-c", "kill -" + name() + " " + pids + " 2>&1"));
        }
    }
}
