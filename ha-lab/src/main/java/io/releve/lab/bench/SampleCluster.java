package io.releve.lab.bench;

import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.scheduler.Scheduler;
import io.releve.scheduler.Transition;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster of any size: groups of five primitives with a monitor each; for every ten primitives one location, one
 * colocation and one order.
 *
 * @param config what is declared
 * @param now the time of every plan
 */
record SampleCluster(ClusterConfig config, Instant now) {

    private static final int GROUP = 5;
    private static final Duration MONITOR = Duration.ofSeconds(10);

    /**
     * Makes one.
     *
     * @param nodes how many nodes
     * @param primitives how many primitives, a multiple of ten
     */
    static SampleCluster of(int nodes, int primitives) {
        ClusterConfig.Builder builder = ClusterConfig.builder("sample")
                .property("stonith-enabled", "false")
                .resourceDefault("resource-stickiness", "100");
        for (int i = 0; i < nodes; i++) {
            builder.node(ClusterNode.of(node(i)));
        }
        int groups = primitives / GROUP;
        for (int i = 0; i < groups; i++) {
            builder.resource(group(i));
        }
        for (int i = 0; i + 1 < groups; i += 2) {
            builder.constraint(Constraint.Location.prefer(groupId(i), node(i / 2 % nodes), 50));
            builder.constraint(Constraint.Colocation.with(groupId(i + 1), groupId(i)));
            builder.constraint(Constraint.Order.startAfter(groupId(i + 1), groupId(i)));
        }
        return new SampleCluster(builder.build(), Instant.parse("2026-01-01T00:00:00Z"));
    }

    private static Resource group(int number) {
        List<Primitive> members = new ArrayList<>();
        for (int i = 0; i < GROUP; i++) {
            members.add(Primitive.of("r" + (number * GROUP + i), "ocf:pacemaker:Dummy")
                    .monitor(MONITOR));
        }
        return Group.of(groupId(number), members.toArray(Primitive[]::new));
    }

    private static String groupId(int number) {
        return "g" + number;
    }

    private static String node(int number) {
        return "node" + number;
    }

    /** Every node online, nothing known of any resource. */
    ClusterState stopped() {
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        config.nodeNames().forEach(name -> nodes.put(name, NodeState.online(name)));
        return new ClusterState(true, node(0), nodes);
    }

    /**
     * Every node online, every resource looked for on every node and started where the scheduler wants it. Equal results are
     * one object: with 1,000 nodes and 10,000 resources there are ten million of them.
     */
    ClusterState running() {
        ClusterState stopped = stopped();
        Map<String, Map<String, List<OperationResult>>> started = new HashMap<>();
        for (Transition.Placed placed : Scheduler.plan(config, stopped, now).placement()) {
            String resource = placed.resourceId();
            started.computeIfAbsent(placed.node().orElseThrow(), node -> new HashMap<>())
                    .put(
                            resource,
                            List.of(
                                    result(resource, "start", Duration.ZERO, 2, 0),
                                    result(resource, "monitor", MONITOR, 3, 0)));
        }
        Map<String, List<OperationResult>> absent = new LinkedHashMap<>();
        config.primitives()
                .forEach(primitive ->
                        absent.put(primitive.id(), List.of(result(primitive.id(), "monitor", Duration.ZERO, 1, 7))));
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        for (String name : config.nodeNames()) {
            Map<String, List<OperationResult>> history = new LinkedHashMap<>(absent);
            history.putAll(started.getOrDefault(name, Map.of()));
            nodes.put(
                    name,
                    new NodeState(
                            name, NodeState.Membership.ONLINE, false, false, false, Map.of(), history, List.of()));
        }
        return new ClusterState(true, stopped.controller(), nodes);
    }

    private OperationResult result(String resource, String operation, Duration interval, int callId, int code) {
        return new OperationResult(
                resource,
                operation,
                interval,
                callId,
                OperationResult.Status.DONE,
                code,
                code,
                now,
                Duration.ofMillis(10),
                "",
                "");
    }

    /** As {@link #running}, but one node in the middle has gone, and what it ran is over. */
    ClusterState oneNodeLost() {
        ClusterState running = running();
        String lost = node(config.nodes().size() / 2);
        Map<String, NodeState> nodes = new LinkedHashMap<>(running.nodes());
        nodes.put(lost, NodeState.offline(lost));
        return new ClusterState(true, running.controller(), nodes);
    }
}
