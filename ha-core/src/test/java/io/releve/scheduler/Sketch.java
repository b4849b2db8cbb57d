package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.model.Primitive;
import io.releve.model.Role;
import io.releve.model.Score;
import io.releve.pacemaker.CrmShellReader;
import io.releve.pacemaker.ShellConfiguration;
import io.releve.state.ClusterState;
import io.releve.state.ClusterState.TicketState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import io.releve.state.OperationResult;
import io.releve.state.OperationResult.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A situation in few words: the configuration as text of the crm shell, what runs where. What is not said to run is known
 * not to, so that plans have no probes in them.
 */
final class Sketch {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final ClusterConfig config;
    private final Map<String, NodeState> nodes = new LinkedHashMap<>();
    private final Map<String, TicketState> tickets = new HashMap<>();
    private boolean quorate = true;
    private Instant now = NOW;
    private int callId;

    private Sketch(ClusterConfig config) {
        this.config = config;
    }

    /** Nodes n1, n2, n3 unless the text has its own; without fencing unless the text says otherwise. */
    static Sketch of(String... lines) {
        List<String> text = new ArrayList<>();
        if (List.of(lines).stream().noneMatch(line -> line.startsWith("node "))) {
            text.addAll(List.of("node n1", "node n2", "node n3"));
        }
        if (List.of(lines).stream().noneMatch(line -> line.contains("stonith-enabled"))) {
            text.add("property stonith-enabled=false");
        }
        text.addAll(List.of(lines));
        ShellConfiguration read = CrmShellReader.read(String.join("\n", text));
        if (!read.notCarriedOver().isEmpty()) {
            throw new AssertionError(read.notCarriedOver());
        }
        Sketch sketch = new Sketch(read.config());
        for (String node : read.config().nodeNames()) {
            sketch.nodes.put(node, NodeState.online(node));
        }
        return sketch;
    }

    Sketch started(String resource, String... where) {
        for (String node : where) {
            result(resource, node, "start", Duration.ZERO, 0, 0);
            config.primitives().stream()
                    .filter(primitive -> primitive.id().equals(plain(resource)))
                    .flatMap(primitive -> primitive.operations().stream())
                    .filter(operation -> operation.isRecurring()
                            && operation.role().filter(Role.PROMOTED::equals).isEmpty()
                            && operation.role().filter(Role.STOPPED::equals).isEmpty())
                    .forEach(operation -> result(resource, node, "monitor", operation.interval(), 0, 0));
        }
        return this;
    }

    Sketch promoted(String resource, String node) {
        result(resource, node, "start", Duration.ZERO, 0, 0);
        return result(resource, node, "promote", Duration.ZERO, 0, 0);
    }

    Sketch result(String resource, String node, String operation, Duration interval, int code, int expected) {
        return result(
                new OperationResult(
                        resource,
                        operation,
                        interval,
                        ++callId,
                        Status.DONE,
                        code,
                        expected,
                        now.minusSeconds(1),
                        Duration.ofMillis(10),
                        "",
                        ""),
                node);
    }

    Sketch result(OperationResult result, String node) {
        NodeState old = nodes.get(node);
        Map<String, List<OperationResult>> history = new LinkedHashMap<>(old.history());
        List<OperationResult> results = new ArrayList<>(history.getOrDefault(result.resourceId(), List.of()));
        results.removeIf(one -> one.key().equals(result.key()));
        results.add(result);
        history.put(result.resourceId(), results);
        return put(old, old.membership(), old.attributes(), history, old.failCounts());
    }

    /** An operation failed, and is counted. */
    Sketch failed(String resource, String node, String operation, int intervalSeconds, int code, String count) {
        result(resource, node, operation, Duration.ofSeconds(intervalSeconds), code, 0);
        return failCount(resource, node, operation, intervalSeconds, count);
    }

    Sketch failCount(String resource, String node, String operation, int intervalSeconds, String count) {
        NodeState old = nodes.get(node);
        List<FailCount> counts = new ArrayList<>(old.failCounts());
        counts.add(
                new FailCount(resource, operation, intervalSeconds * 1000L, Score.parse(count), now.minusSeconds(1)));
        return put(old, old.membership(), old.attributes(), old.history(), counts);
    }

    Sketch membership(String node, Membership membership) {
        NodeState old = nodes.get(node);
        return put(old, membership, old.attributes(), old.history(), old.failCounts());
    }

    Sketch offline(String node) {
        return membership(node, Membership.OFFLINE);
    }

    Sketch attribute(String node, String name, String value) {
        NodeState old = nodes.get(node);
        Map<String, String> attributes = new HashMap<>(old.attributes());
        attributes.put(name, value);
        return put(old, old.membership(), attributes, old.history(), old.failCounts());
    }

    Sketch standby(String node) {
        return attribute(node, "standby", "true");
    }

    Sketch leaving(String node) {
        NodeState old = nodes.get(node);
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        old.standby(),
                        old.maintenance(),
                        true,
                        old.attributes(),
                        old.history(),
                        old.failCounts()));
        return this;
    }

    /** Resources wait for a node to come back. */
    Sketch locked(String resource, String node, Instant since) {
        NodeState old = nodes.get(node);
        Map<String, Instant> locks = new HashMap<>(old.locks());
        locks.put(resource, since);
        Map<String, List<OperationResult>> history = new LinkedHashMap<>(old.history());
        history.putIfAbsent(resource, List.of());
        nodes.put(
                node,
                new NodeState(
                        node,
                        old.membership(),
                        old.standby(),
                        old.maintenance(),
                        old.shutdownRequested(),
                        old.attributes(),
                        history,
                        old.failCounts(),
                        old.agents(),
                        locks));
        return this;
    }

    Sketch noQuorum() {
        quorate = false;
        return this;
    }

    Sketch ticket(String ticket, boolean granted, boolean standby) {
        tickets.put(ticket, new TicketState(granted, standby));
        return this;
    }

    Sketch at(String moment) {
        now = Instant.parse(moment);
        return this;
    }

    private Sketch put(
            NodeState old,
            Membership membership,
            Map<String, String> attributes,
            Map<String, List<OperationResult>> history,
            List<FailCount> failCounts) {
        nodes.put(
                old.name(),
                new NodeState(
                        old.name(),
                        membership,
                        old.standby(),
                        old.maintenance(),
                        old.shutdownRequested(),
                        attributes,
                        history,
                        failCounts,
                        old.agents(),
                        old.locks()));
        return this;
    }

    private static String plain(String resource) {
        return HistoryOwner.withoutNumber(resource);
    }

    private ClusterState state() {
        Map<String, NodeState> all = new LinkedHashMap<>();
        for (NodeState node : nodes.values()) {
            Map<String, List<OperationResult>> history = new LinkedHashMap<>(node.history());
            List<String> known = history.keySet().stream().map(Sketch::plain).toList();
            if (node.membership() == Membership.ONLINE) {
                for (Primitive primitive : config.primitives()) {
                    if (!known.contains(primitive.id())) {
                        history.put(primitive.id(), List.of(absent(primitive.id())));
                    }
                }
            }
            all.put(
                    node.name(),
                    new NodeState(
                            node.name(),
                            node.membership(),
                            node.standby(),
                            node.maintenance(),
                            node.shutdownRequested(),
                            node.attributes(),
                            history,
                            node.failCounts(),
                            node.agents(),
                            node.locks()));
        }
        return new ClusterState(quorate, nodes.keySet().iterator().next(), all, tickets);
    }

    private OperationResult absent(String resource) {
        return new OperationResult(
                resource,
                "monitor",
                Duration.ZERO,
                0,
                Status.DONE,
                7,
                7,
                now.minusSeconds(60),
                Duration.ofMillis(10),
                "",
                "");
    }

    Simulation simulate() {
        return Simulation.of(config, state(), now);
    }

    /** What happens: verb, resource, from, to. */
    List<String> happens() {
        return lines(simulate().actionLines());
    }

    /** Where everything is afterwards; what is stopped is left out. */
    List<String> placed() {
        return lines(simulate().placementLines()).stream()
                .filter(line -> !line.endsWith(" -"))
                .toList();
    }

    /** The operations, each with those it waits for: {@code start a n1 after stop a n2}. */
    List<String> operations() {
        List<String> graph = simulate().graphLines();
        return graph.stream()
                .filter(line -> line.startsWith("A"))
                .map(line -> {
                    String[] parts = line.split("\t", -1);
                    String name = parts[1] + " " + parts[2] + " " + parts[3];
                    String before = graph.stream()
                            .filter(order -> order.startsWith("O\t") && order.endsWith("\t" + name))
                            .map(order -> order.split("\t", -1)[1])
                            .sorted()
                            .collect(Collectors.joining(", "));
                    return before.isEmpty() ? name : name + " after " + before;
                })
                .sorted()
                .toList();
    }

    /** The scores of a resource on all nodes when it had been placed; {@code -} where a node is not listed. */
    String scores(String id) {
        Decision decision = new Decision(config, state(), now);
        Unit unit = decision.cluster.unitsById.get(id);
        return decision.cluster.nodes.stream()
                .map(node -> !unit.table.lists(node.index)
                        ? "-"
                        : Score.of(unit.table.get(node.index)).toString())
                .collect(Collectors.joining(" "));
    }

    private static List<String> lines(List<String> tabbed) {
        return tabbed.stream().map(line -> line.replace('\t', ' ')).toList();
    }
}
