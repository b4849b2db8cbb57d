package io.releve.vip;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves an address by a program: called with {@code take}, {@code release} or {@code look} as its last argument. Exit status 0
 * means done, for {@code look} that the address leads to this node; 7 after {@code look} that it does not; anything else is a
 * failure, explained by what the program wrote to its standard error.
 *
 * <p>The program finds the resource's parameters in its environment as {@code OCF_RESKEY_name}, and the resource and the node as
 * {@code OCF_RESOURCE_INSTANCE} and {@code RELEVE_NODE}. No shell is involved. When the operation's time is over, the program and
 * what it has started are killed.
 *
 * <p>Thread-safety: immutable.
 */
public final class CommandMover implements AddressMover {

    /** OCF's "not running". */
    private static final int ELSEWHERE = 7;

    private final List<String> command;
    private final SystemCommand runner;

    private CommandMover(List<String> command) {
        this.command = command;
        this.runner = SystemCommand.ofThisProcess();
    }

    /**
     * A mover that runs a program.
     *
     * @param program its path
     * @param arguments what stands before {@code take}, {@code release} or {@code look} on the command line; no secrets, which
     *     everybody on this machine could read
     */
    public static CommandMover of(Path program, String... arguments) {
        if (!program.isAbsolute()) {
            throw new IllegalArgumentException(
                    "program '" + program + "': give the whole path, so that nobody's PATH decides what runs");
        }
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return new CommandMover(List.copyOf(command));
    }

    @Override
    public Whereabouts look(Call call) throws IOException, InterruptedException {
        ExternalCommand.Result result = run("look", call);
        return switch (result.exitCode()) {
            case 0 -> Whereabouts.HERE;
            case ELSEWHERE -> Whereabouts.ELSEWHERE;
            default -> throw failure("look", call, result);
        };
    }

    @Override
    public void take(Call call) throws IOException, InterruptedException {
        mustSucceed("take", call);
    }

    @Override
    public void release(Call call) throws IOException, InterruptedException {
        mustSucceed("release", call);
    }

    private void mustSucceed(String verb, Call call) throws IOException, InterruptedException {
        ExternalCommand.Result result = run(verb, call);
        if (result.exitCode() != 0) {
            throw failure(verb, call, result);
        }
    }

    private ExternalCommand.Result run(String verb, Call call) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>();
        call.parameters().forEach((name, value) -> environment.put("OCF_RESKEY_" + name, value));
        environment.put("OCF_RESOURCE_INSTANCE", call.resource());
        environment.put("RELEVE_NODE", call.node());
        List<String> whole = new ArrayList<>(command);
        whole.add(verb);
        Duration limit = call.remaining();
        return runner.run(whole, environment, limit);
    }

    private IOException failure(String verb, Call call, ExternalCommand.Result result) {
        String said = result.error().isEmpty() ? "it said nothing" : result.error();
        return new IOException("'" + command.get(0) + " … " + verb + "' for " + call.resource()
                + " ended with exit status " + result.exitCode() + ": " + said);
    }
}
