package io.releve.fencing;

import io.releve.agent.process.ExternalCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fences by a program that speaks as the {@code fence_*} agents do: it reads its parameters from its standard input, one
 * {@code key=value} a line, and ends with status 0 when the node is fenced, and with any other when it is not.
 *
 * <pre>{@code
 * CommandFencer.program("/usr/sbin/fence_ipmilan")
 *         .parameter("lanplus", "1").parameter("username", "admin")
 *         .secret("password", () -> vault.read("ipmi"))
 *         .node("serv1", "ip", "10.0.9.1").node("serv2", "ip", "10.0.9.2")
 *         .build()
 * }</pre>
 *
 * <p>A secret goes to the program's standard input and nowhere else: not to its command line, its environment, a log, an
 * exception or the shared memory. What the program prints is kept as evidence, up to a limit; where it repeats a secret,
 * that is blanked out. When its time is over, the program is ended with all that it has started: SIGTERM first, SIGKILL
 * half a second later.
 *
 * <p>Besides what is set here the program is given {@code action} and {@code nodename}. It is run without a shell, with a
 * {@code PATH} and nothing else in its environment. Needs {@code setsid}, which every Linux has.
 *
 * <p>Thread-safety: immutable; may fence several nodes at the same time.
 */
public final class CommandFencer implements Fencer {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin", "LC_ALL", "C");
    private static final int LONGEST_OUTPUT = 300;
    /** Bytes of UTF-8 that one char can need. */
    private static final int LONGEST_CHARACTER = 3;

    private final List<String> command;
    private final Map<String, String> parameters;
    private final Map<String, Supplier<char[]>> secrets;
    private final Map<String, Map<String, String>> byNode;
    private final Optional<FenceAction> onlyAction;

    private CommandFencer(Builder builder) {
        command = List.copyOf(builder.command);
        parameters = new LinkedHashMap<>(builder.parameters);
        secrets = new LinkedHashMap<>(builder.secrets);
        byNode = new LinkedHashMap<>();
        builder.byNode.forEach((node, own) -> byNode.put(node, new LinkedHashMap<>(own)));
        onlyAction = builder.onlyAction;
    }

    /**
     * A fencer that runs this program.
     *
     * @param program its path
     * @param arguments its arguments, visible to everybody on the host: no secrets
     */
    public static Builder program(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(List.of(arguments));
        return new Builder(command);
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private final List<String> command;
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Map<String, Supplier<char[]>> secrets = new LinkedHashMap<>();
        private final Map<String, Map<String, String>> byNode = new LinkedHashMap<>();
        private Optional<FenceAction> onlyAction = Optional.empty();

        private Builder(List<String> command) {
            this.command = command;
        }

        /** A parameter for all nodes. */
        public Builder parameter(String key, String value) {
            parameters.put(key, value);
            return this;
        }

        /** A parameter for one node: its outlet ({@code plug}), its management address ({@code ip}) and the like. */
        public Builder node(String node, String key, String value) {
            byNode.computeIfAbsent(node, name -> new LinkedHashMap<>()).put(key, value);
            return this;
        }

        /** A parameter that nobody may see. It is asked for at each use, and its array is overwritten afterwards. */
        public Builder secret(String key, Supplier<char[]> value) {
            secrets.put(key, value);
            return this;
        }

        /** What is done to a node, whatever the cluster asks for. Default: what the cluster asks for. */
        public Builder action(FenceAction action) {
            onlyAction = Optional.of(action);
            return this;
        }

        /** The fencer. Its mistakes are found when the cluster object is built. */
        public CommandFencer build() {
            return new CommandFencer(this);
        }
    }

    @Override
    public FenceResult fence(FenceRequest request) throws IOException, InterruptedException {
        if (!byNode.isEmpty() && !byNode.containsKey(request.node())) {
            return FenceResult.failed(
                    command.get(0) + " is set up for " + byNode.keySet() + ", not for " + request.node(),
                    "add its parameters with node(\"" + request.node() + "\", …)");
        }
        List<char[]> known = new ArrayList<>();
        byte[] input = new byte[0];
        try (ExternalCommand external = new ExternalCommand()) {
            FenceAction action = onlyAction.orElse(request.action());
            input = input(request, action, known);
            ExternalCommand.Result result =
                    external.run(command, ENVIRONMENT, Optional.empty(), input, patience(request.timeout()));
            return result(result, action, request, known);
        } catch (ExternalCommand.Overrun overrun) {
            return FenceResult.failed(String.valueOf(overrun.getMessage()), "try it by hand, or raise stonith-timeout");
        } finally {
            Arrays.fill(input, (byte) 0);
            known.forEach(secret -> Arrays.fill(secret, '\0'));
        }
    }

    /** A little less than the whole, so that this fencer itself ends what overruns. */
    private static Duration patience(Duration timeout) {
        Duration spare = timeout.dividedBy(20);
        return timeout.minus(spare.compareTo(Duration.ofSeconds(1)) < 0 ? spare : Duration.ofSeconds(1));
    }

    private byte[] input(FenceRequest request, FenceAction action, List<char[]> known) {
        Map<String, String> plain = new LinkedHashMap<>(parameters);
        plain.putAll(byNode.getOrDefault(request.node(), Map.of()));
        plain.put("action", action.word());
        plain.put("nodename", request.node());
        StringBuilder lines = new StringBuilder();
        plain.forEach(
                (key, value) -> lines.append(key).append('=').append(value).append('\n'));
        byte[] all = lines.toString().getBytes(StandardCharsets.UTF_8);
        for (Map.Entry<String, Supplier<char[]>> secret : secrets.entrySet()) {
            char[] value = secret.getValue().get();
            known.add(value);
            byte[] buffer = new byte[value.length * LONGEST_CHARACTER];
            ByteBuffer encoded = ByteBuffer.wrap(buffer);
            CoderResult fits = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value), encoded, true);
            if (fits.isError()) {
                Arrays.fill(buffer, (byte) 0);
                throw new IllegalArgumentException("the secret '" + secret.getKey() + "' is not proper Unicode");
            }
            encoded.flip();
            byte[] key = (secret.getKey() + "=").getBytes(StandardCharsets.UTF_8);
            byte[] longer = Arrays.copyOf(all, all.length + key.length + encoded.remaining() + 1);
            System.arraycopy(key, 0, longer, all.length, key.length);
            encoded.get(longer, all.length + key.length, encoded.remaining());
            longer[longer.length - 1] = '\n';
            Arrays.fill(all, (byte) 0);
            Arrays.fill(buffer, (byte) 0);
            all = longer;
        }
        return all;
    }

    private FenceResult result(
            ExternalCommand.Result result, FenceAction action, FenceRequest request, List<char[]> known) {
        String said = last((result.output() + " " + result.error()).strip().replaceAll("\\s+", " "), known);
        String words = said.isEmpty() ? "" : ": " + said;
        return result.status() == 0
                ? FenceResult.fenced(command.get(0) + " has done \"" + action + "\" to " + request.node() + words)
                : FenceResult.failed(
                        command.get(0) + " ended with status " + result.status() + words,
                        "run it by hand with the same parameters on its standard input");
    }

    private static String last(String text, List<char[]> known) {
        String shown = text;
        for (char[] secret : known) {
            if (secret.length > 0) {
                shown = shown.replace(CharBuffer.wrap(secret), "***");
            }
        }
        return shown.length() <= LONGEST_OUTPUT ? shown : "… " + shown.substring(shown.length() - LONGEST_OUTPUT);
    }

    @Override
    public List<String> validate() {
        List<String> problems = new ArrayList<>();
        String program = command.get(0);
        if (!program.startsWith("/")) {
            problems.add("the program '" + program + "' has no absolute path: give one, nothing is searched");
        } else if (!Files.isExecutable(Path.of(program))) {
            problems.add("the program " + program + " is not there or not executable: install it on every node");
        }
        parameters.forEach((key, value) -> check(key, value, problems));
        byNode.forEach((node, own) -> own.forEach((key, value) -> check(key, value, problems)));
        secrets.keySet().forEach(key -> check(key, "", problems));
        return problems;
    }

    private static void check(String key, String value, List<String> problems) {
        if (!key.matches("[A-Za-z0-9_-]+")) {
            problems.add("the parameter '" + key + "' cannot be given: use letters, digits, '_' and '-'");
        }
        if (value.contains("\n")) {
            problems.add("the value of '" + key + "' has more than one line: a fence agent reads one line each");
        }
        if (key.equals("action") || key.equals("nodename")) {
            problems.add("'" + key + "' is given by the cluster: use action(…), or leave it out");
        }
    }

    @Override
    public String toString() {
        return command.get(0);
    }
}
