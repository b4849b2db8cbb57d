package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that one planning works on: what was declared and observed, indexed, and what has been decided so far. */
final class Cluster {

    final ClusterConfig config;
    final ClusterState state;
    final Instant now;
    final Recheck recheck;
    final Rules rules;
    final Blocks blocks;
    final Options options;
    final Parameters parameters;
    final Operations operations;
    final OwnDigests digests = new OwnDigests(this);
    final Reasons reasons = new Reasons();

    /** The nodes in the order of their names; a node's index is its place. */
    final List<Node> nodes = new ArrayList<>();

    final Map<String, Node> nodesByName = new HashMap<>();
    /** Whether anything can make a lost node harmless. */
    final boolean fencingDevice;
    /** The resources that are in no other, in the order in which they are placed. */
    final List<Unit> units = new ArrayList<>();

    final Map<String, Unit> unitsById = new HashMap<>();

    Cluster(ClusterConfig config, ClusterState state, Instant now) {
        this.config = config;
        this.state = state;
        this.now = now;
        this.recheck = new Recheck(now);
        this.rules = new Rules(now, recheck);
        this.blocks = new Blocks(rules);
        this.options =
                Options.of(blocks.resolve(config.properties(), Rules.Subject.NONE), config.name(), state.quorate());
        this.parameters = new Parameters(blocks, config.resources());
        this.operations = new Operations(config, blocks, options);
        this.fencingDevice = options.watchdog()
                || config.primitives().stream()
                        .anyMatch(primitive -> primitive.agent().startsWith("stonith:"));
        addNodes();
    }

    private void addNodes() {
        List<ClusterNode> sorted = new ArrayList<>(config.nodes());
        sorted.sort(Comparator.comparing(ClusterNode::name, Node::compareNames));
        for (ClusterNode declared : sorted) {
            Node node = new Node(nodes.size(), declared, attributes(declared));
            blocks.resolve(declared.utilization(), Rules.Subject.NONE)
                    .forEach((name, value) -> node.capacity.put(name, Values.integer(value, 0)));
            NodeState observed = state.nodes().get(declared.name());
            if (observed != null) {
                observe(node, observed);
            }
            nodes.add(node);
            nodesByName.put(node.name, node);
        }
    }

    private Map<String, String> attributes(ClusterNode declared) {
        Map<String, String> result = new LinkedHashMap<>(blocks.resolve(declared.attributes(), Rules.Subject.NONE));
        NodeState observed = state.nodes().get(declared.name());
        if (observed != null) {
            result.putAll(observed.attributes());
        }
        result.put("#uname", declared.name());
        result.putIfAbsent("#id", declared.name());
        result.put("#is_dc", Boolean.toString(declared.name().equals(state.controller())));
        result.put("#kind", "cluster");
        result.put("#cluster-name", options.clusterName());
        result.put("#site-name", result.getOrDefault("site-name", options.clusterName()));
        return result;
    }

    private void observe(Node node, NodeState observed) {
        switch (observed.membership()) {
            case ONLINE -> node.online = true;
            case PENDING -> {
                node.online = true;
                node.pending = true;
                node.standby = true;
            }
            case UNCLEAN -> node.mustBeFenced("the node is lost");
            case UNCLEAN_MEMBER -> {
                node.online = true;
                node.mustBeFenced("the node is a member that must not be one");
            }
            case OFFLINE -> {
                // Nothing runs there.
            }
        }
        node.standby |= observed.standby() || Values.isTrue(node.attributes.get("standby"));
        node.maintenance = observed.maintenance() || Values.isTrue(node.attributes.get("maintenance"));
        node.shutdown = observed.shutdownRequested();
        if (!state.quorate() && options.quorumPolicy() == Options.QuorumPolicy.FENCE && node.online) {
            node.mustBeFenced("the cluster does not have quorum");
        }
    }

    /** The node of this name, or none if it is not declared. */
    @Nullable
    Node node(String name) {
        return nodesByName.get(name);
    }

    NodeState observed(Node node) {
        NodeState observed = state.nodes().get(node.name);
        return observed == null ? NodeState.offline(node.name) : observed;
    }

    boolean isController(Node node) {
        return node.name.equals(state.controller());
    }

    /** Whether the node could be made harmless from here, if it had to be. */
    boolean canFence(Node node) {
        return options.fencing()
                && fencingDevice
                && (state.quorate() || options.quorumPolicy() == Options.QuorumPolicy.IGNORE || node.online);
    }

    /** The unit that a constraint means by this id: for what is inside a clone of equal instances, the whole clone. */
    @Nullable
    Unit find(String id) {
        Unit exact = unitsById.get(id);
        if (exact != null) {
            return exact;
        }
        Unit first = unitsById.get(id + ":0");
        return first == null || first.isUnique() ? null : first.top();
    }

    void index(Unit unit) {
        unit.forEach(part -> unitsById.putIfAbsent(part.id, part));
    }

    void forEachPrimitive(java.util.function.Consumer<PrimitiveUnit> action) {
        for (Unit unit : units) {
            unit.forEachPrimitive(action);
        }
    }
}
