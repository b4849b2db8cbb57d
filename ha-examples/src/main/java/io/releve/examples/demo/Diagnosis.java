package io.releve.examples.demo;

import io.releve.examples.lab.LogTail;

/** What helps to find out why a run failed, before its directory is deleted. */
final class Diagnosis {

    private static final int LINES = 25;

    private Diagnosis() {}

    static void print(Console console, Stage stage) {
        for (NodeProcess node : stage.nodes()) {
            console.line("");
            console.line(console.bold("The last lines of " + node.name() + "'s log"));
            LogTail.of(node.log(), 4 * LINES)
                    .lines()
                    .filter(line -> StatusLine.decode(line).isEmpty())
                    .forEach(line -> console.line("  " + line));
        }
        console.line("");
        console.line("(run again with --directory DIR to keep all logs)");
    }
}
