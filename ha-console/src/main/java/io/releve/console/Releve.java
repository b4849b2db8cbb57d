package io.releve.console;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The operator's tool. */
@Command(
        name = "releve",
        description = "Looks at a cluster, and says what it would do.",
        subcommands = SimulateCommand.class,
        mixinStandardHelpOptions = true,
        versionProvider = Releve.Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:the input cannot be read, or the output cannot be written", "2:wrong usage"})
public final class Releve implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    Releve() {}

    /** Runs the tool and exits with its status. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Releve())
                .setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Releve::wrongUsage)
                .setExecutionExceptionHandler(Releve::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: simulate");
    }

    private static int wrongUsage(ParameterException mistake, String[] args) {
        CommandLine command = mistake.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + mistake.getMessage());
        command.getErr().println("Try '" + name + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof ConsoleException expected) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + expected.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }

    /** The version that the jar was built as. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Optional.ofNullable(Releve.class.getPackage().getImplementationVersion())
                    .orElse("(not built as a jar)");
            return new String[] {"releve " + version};
        }
    }
}
