package io.releve.lab;

import io.releve.examples.lab.Sandbox;
import io.releve.lab.bench.BenchCommand;
import io.releve.lab.faults.FaultsCommand;
import io.releve.lab.idle.IdleCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The laboratory's program. */
@Command(
        name = "lab",
        description = "Measures Relève, and breaks it.",
        subcommands = {BenchCommand.class, FaultsCommand.class, IdleCommand.class},
        mixinStandardHelpOptions = true)
public final class Lab implements Runnable {

    private static final int INTERRUPTED = 130;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Lab() {}

    /** Runs it and exits with its status. */
    public static void main(String[] args) throws IOException {
        // The fault lab runs in namespaces of its own, as a child of this program; it must not outlive its parent.
        Sandbox.holdOn(() -> System.exit(INTERRUPTED));
        System.exit(new CommandLine(new Lab())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: bench, faults or idle");
    }
}
