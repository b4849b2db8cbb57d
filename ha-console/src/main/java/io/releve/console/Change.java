package io.releve.console;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Group;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Something that is to be taken as if it had happened. */
sealed interface Change {

    /**
     * The situation after it.
     *
     * @throws IllegalArgumentException if it names something that is not there
     */
    Situation apply(Situation before);

    /** What it is, as one sentence without its full stop. */
    String describe();

    /** A node joins, leaves, or is lost. */
    record Member(String node, NodeState.Membership membership) implements Change {
        @Override
        public Situation apply(Situation before) {
            return before.with(Change.replace(before, Change.node(before, node).with(membership)));
        }

        @Override
        public String describe() {
            return switch (membership) {
                case ONLINE -> node + " is online";
                case PENDING -> node + " is about to join";
                case OFFLINE -> node + " is offline";
                case UNCLEAN -> node + " is lost, and nobody knows what still runs there";
                case UNCLEAN_MEMBER -> node + " is a member that must be fenced";
            };
        }
    }

    /** A node is told to run nothing, or may run things again. */
    record Standby(String node, boolean standby) implements Change {
        @Override
        public Situation apply(Situation before) {
            return before.with(Change.replace(before, Change.node(before, node).with(standby)));
        }

        @Override
        public String describe() {
            return standby ? node + " is in standby" : node + " is no longer in standby";
        }
    }

    /** The cluster gains or loses its majority. */
    record Quorum(boolean quorate) implements Change {
        @Override
        public Situation apply(Situation before) {
            ClusterState state = before.state();
            return before.with(new ClusterState(quorate, state.controller(), state.nodes(), state.tickets()));
        }

        @Override
        public String describe() {
            return quorate ? "the cluster has quorum" : "the cluster has no quorum";
        }
    }

    /** A ticket is granted or taken away. */
    record Ticket(String name, boolean granted) implements Change {
        @Override
        public Situation apply(Situation before) {
            ClusterState state = before.state();
            Map<String, ClusterState.TicketState> tickets = new LinkedHashMap<>(state.tickets());
            tickets.put(name, new ClusterState.TicketState(granted, false));
            return before.with(new ClusterState(state.quorate(), state.controller(), state.nodes(), tickets));
        }

        @Override
        public String describe() {
            return "ticket " + name + (granted ? " is granted" : " is revoked");
        }
    }

    /** An option of the cluster has another value. */
    record Property(String name, String value) implements Change {
        @Override
        public Situation apply(Situation before) {
            ClusterConfig config = before.config();
            List<AttributeSet> properties = new ArrayList<>();
            // Blocks of a cluster's options are ranked by score: the last word goes to the highest.
            properties.add(new AttributeSet("", Score.INFINITY, Optional.empty(), Map.of(name, value)));
            config.properties().forEach(set -> properties.add(Change.without(set, name)));
            return before.with(new ClusterConfig(
                    config.name(),
                    config.nodes(),
                    config.resources(),
                    config.constraints(),
                    properties,
                    config.resourceDefaults(),
                    config.operationDefaults(),
                    config.fencingTopology()));
        }

        @Override
        public String describe() {
            return name + " is " + value;
        }
    }

    /** An operation of a resource fails on a node, now. */
    record Failure(String resource, String node, Optional<String> operation) implements Change {
        private static final int NOT_RUNNING = 7;
        private static final int FAILED = 1;

        @Override
        public Situation apply(Situation before) {
            Primitive primitive = Change.primitive(before, resource);
            NodeState state = Change.node(before, node).state();
            Operation failing = operation(primitive);
            String instance = instance(state).orElse(resource);
            boolean endless = failing.name().equals("start") || failing.name().equals("stop");
            List<FailCount> counts = new ArrayList<>(state.failCounts());
            counts.add(new FailCount(
                    resource,
                    failing.name(),
                    failing.interval().toMillis(),
                    endless ? Score.INFINITY : Score.of(1),
                    before.now()));
            Map<String, List<OperationResult>> history = new LinkedHashMap<>(state.history());
            List<OperationResult> results = new ArrayList<>(history.getOrDefault(instance, List.of()));
            OperationResult result = result(instance, failing, state, before.now());
            results.removeIf(earlier -> earlier.key().equals(result.key()));
            results.add(result);
            history.put(instance, results);
            return before.with(Change.replace(before, Change.node(before, node).with(history, counts)));
        }

        private Operation operation(Primitive primitive) {
            String name = operation.orElse("monitor");
            return primitive.operations().stream()
                    .filter(one -> one.name().equals(name) && one.enabled())
                    .min(Comparator.comparing(Operation::interval))
                    .orElseGet(() -> Operation.of(name));
        }

        /** The instance that the node knows: for a clone it can have a number. */
        private Optional<String> instance(NodeState state) {
            return state.history().keySet().stream()
                    .filter(id -> id.equals(resource) || id.matches(java.util.regex.Pattern.quote(resource) + ":\\d+"))
                    .findFirst();
        }

        private static OperationResult result(String instance, Operation failing, NodeState state, Instant now) {
            int newest = state.history().values().stream()
                    .flatMap(List::stream)
                    .mapToInt(OperationResult::callId)
                    .max()
                    .orElse(0);
            return new OperationResult(
                    instance,
                    failing.name(),
                    failing.interval(),
                    newest + 1,
                    OperationResult.Status.DONE,
                    failing.name().equals("monitor") ? NOT_RUNNING : FAILED,
                    0,
                    now,
                    Duration.ZERO,
                    "",
                    "what if it failed");
        }

        @Override
        public String describe() {
            return operation.orElse("monitor") + " of " + resource + " fails on " + node;
        }
    }

    /** One node of a situation, ready to be changed. */
    record NodeEdit(NodeState state) {
        NodeState with(NodeState.Membership membership) {
            return edited(membership, state.standby(), state.history(), state.failCounts());
        }

        NodeState with(boolean standby) {
            return edited(state.membership(), standby, state.history(), state.failCounts());
        }

        NodeState with(Map<String, List<OperationResult>> history, List<FailCount> failCounts) {
            return edited(state.membership(), state.standby(), history, failCounts);
        }

        private NodeState edited(
                NodeState.Membership membership,
                boolean standby,
                Map<String, List<OperationResult>> history,
                List<FailCount> failCounts) {
            return new NodeState(
                    state.name(),
                    membership,
                    standby,
                    state.maintenance(),
                    state.shutdownRequested(),
                    state.attributes(),
                    history,
                    failCounts,
                    state.agents(),
                    state.locks());
        }
    }

    private static NodeEdit node(Situation situation, String name) {
        NodeState known = situation.state().nodes().get(name);
        if (known != null) {
            return new NodeEdit(known);
        }
        if (situation.config().nodeNames().contains(name)) {
            return new NodeEdit(NodeState.offline(name));
        }
        throw new IllegalArgumentException("there is no node '" + name + "'; the nodes are "
                + String.join(", ", situation.config().nodeNames()));
    }

    private static ClusterState replace(Situation situation, NodeState node) {
        ClusterState state = situation.state();
        Map<String, NodeState> nodes = new LinkedHashMap<>(state.nodes());
        nodes.put(node.name(), node);
        return new ClusterState(state.quorate(), state.controller(), nodes, state.tickets());
    }

    private static Primitive primitive(Situation situation, String id) {
        return situation.config().resources().stream()
                .flatMap(Change::primitives)
                .filter(primitive -> primitive.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no primitive '" + id + "'"));
    }

    private static Stream<Primitive> primitives(Resource resource) {
        if (resource instanceof Clone clone) {
            return clone.primitives().stream();
        }
        return resource instanceof Group group ? group.members().stream() : Stream.of((Primitive) resource);
    }

    private static AttributeSet without(AttributeSet set, String name) {
        Map<String, String> values = new LinkedHashMap<>(set.values());
        values.remove(name);
        return new AttributeSet(set.id(), set.score(), set.rule(), values);
    }
}
