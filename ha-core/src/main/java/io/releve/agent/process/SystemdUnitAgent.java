package io.releve.agent.process;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.ResourceAgentFactory;
import io.releve.agent.Tether;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Runs a unit of systemd. Register it under the name that Pacemaker's configurations use:
 *
 * <pre>{@code
 * HaCluster.builder().agent("systemd:nginx", SystemdUnitAgent.of("nginx"))
 * }</pre>
 *
 * <p>The cluster decides when a unit runs, so the unit must not be enabled: systemd would start it at boot on every node.
 * Starting and stopping units needs the right to do so: root, or a rule of polkit.
 */
public final class SystemdUnitAgent implements ResourceAgent {

    private static final Path SYSTEMCTL = Path.of("/usr/bin/systemctl");

    /** Exists where systemd is what runs the system, and not only installed. */
    private static final Path BOOTED = Path.of("/run/systemd/system");

    private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9:_.\\\\@-]{1,250}");
    private static final Set<String> RUNS = Set.of("active", "reloading", "refreshing");
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final Path systemctl;
    private final Path booted;
    private final String unit;
    private final AgentContext context;
    private final ExternalCommand runner = new ExternalCommand();

    SystemdUnitAgent(Path systemctl, Path booted, String unit, AgentContext context) {
        if (!UNIT.matcher(unit).matches() || unit.startsWith("-")) {
            throw new IllegalArgumentException("'" + unit + "' is no name of a systemd unit");
        }
        this.systemctl = systemctl;
        this.booted = booted;
        this.unit = unit.contains(".") ? unit : unit + ".service";
        this.context = context;
    }

    /**
     * Agents that run a unit.
     *
     * @param unit its name; a service if the name has no ending
     */
    public static ResourceAgentFactory of(String unit) {
        return context -> new SystemdUnitAgent(SYSTEMCTL, BOOTED, unit, context);
    }

    @Override
    public Outcome start(OperationContext operation) throws InterruptedException {
        Optional<Outcome> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        try {
            ExternalCommand.Result result = systemctl(operation, "start", unit);
            if (result.status() == 0) {
                return Outcome.ok();
            }
            Map<String, String> state = state(operation);
            return "not-found".equals(state.get("LoadState")) ? unknownUnit() : Outcome.failed(said(result, state));
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Outcome stop(OperationContext operation) throws InterruptedException {
        if (obstacle().isPresent()) {
            return Outcome.ok(); // Without systemd there is no unit that could run.
        }
        try {
            ExternalCommand.Result result = systemctl(operation, "stop", unit);
            Map<String, String> state = state(operation);
            boolean stopped = Set.of("inactive", "failed").contains(state.getOrDefault("ActiveState", ""));
            return stopped ? Outcome.ok() : Outcome.failed(said(result, state));
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Outcome monitor(OperationContext operation) throws InterruptedException {
        Optional<Outcome> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        try {
            Map<String, String> state = state(operation);
            String active = state.getOrDefault("ActiveState", "");
            if (RUNS.contains(active)) {
                return Outcome.ok();
            }
            if ("not-found".equals(state.get("LoadState"))) {
                return unknownUnit();
            }
            return switch (active) {
                case "inactive", "failed" -> Outcome.notRunning(described(state));
                default -> Outcome.failed(described(state));
            };
        } catch (IOException e) {
            return Outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Outcome> obstacle() {
        if (!Files.isExecutable(systemctl)) {
            return Optional.of(
                    Outcome.notInstalled("node " + context.nodeName() + " has no systemd: there is no " + systemctl));
        }
        if (!Files.isDirectory(booted)) {
            return Optional.of(
                    Outcome.notInstalled("node " + context.nodeName() + " was not booted with systemd: there is no "
                            + booted + " (a container, or another init system)"));
        }
        return Optional.empty();
    }

    private Outcome unknownUnit() {
        return Outcome.notInstalled("node " + context.nodeName() + " has no unit " + unit);
    }

    private Map<String, String> state(OperationContext operation) throws IOException, InterruptedException {
        ExternalCommand.Result result =
                systemctl(operation, "show", "--property=LoadState,ActiveState,SubState,Result", unit);
        if (result.status() != 0) {
            throw new IOException(said(result, Map.of()));
        }
        Map<String, String> state = new HashMap<>();
        result.output().lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                state.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return state;
    }

    private ExternalCommand.Result systemctl(OperationContext operation, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(List.of(systemctl.toString(), "--no-pager", "--no-ask-password"));
        command.addAll(List.of(arguments));
        return runner.run(
                command,
                Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C"),
                Optional.empty(),
                operation.remaining().plus(SLACK));
    }

    private String said(ExternalCommand.Result result, Map<String, String> state) {
        String words = result.error().isEmpty() ? "systemctl ended with status " + result.status() : result.error();
        return state.isEmpty() ? words : words + " (" + described(state) + ")";
    }

    private String described(Map<String, String> state) {
        return unit + " is " + state.getOrDefault("ActiveState", "in no known state") + " ("
                + state.getOrDefault("SubState", "?") + ", result " + state.getOrDefault("Result", "?") + ")";
    }

    @Override
    public Tether tether() {
        return Tether.NONE;
    }

    @Override
    public void close() {
        runner.close();
    }
}
