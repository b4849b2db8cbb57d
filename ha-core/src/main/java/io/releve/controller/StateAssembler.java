package io.releve.controller;

import io.releve.codec.NodeReport;
import io.releve.coordination.Member;
import io.releve.coordination.View;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts together what is observed of the cluster from members and reports. A pure function.
 */
public final class StateAssembler {

    private StateAssembler() {}

    /**
     * The state of all declared nodes.
     *
     * <p>A node that has vanished counts as it was last known, until it is evicted: its lease may still run, so what it
     * ran may still be running.
     */
    public static ClusterState assemble(ClusterConfig config, View view, Map<String, NodeReport> reports) {
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        for (ClusterNode declared : config.nodes()) {
            nodes.put(declared.name(), node(declared.name(), view, reports.get(declared.name())));
        }
        return new ClusterState(true, view.controller().orElse(""), nodes);
    }

    private static NodeState node(String name, View view, @org.jspecify.annotations.Nullable NodeReport report) {
        Member member = view.members().get(name);
        if (report == null || (member != null && !member.info().incarnation().equals(report.incarnation()))) {
            return member == null ? NodeState.offline(name) : pending(name);
        }
        if (isOver(view, report)) {
            return NodeState.offline(name);
        }
        return new NodeState(
                name,
                Membership.ONLINE,
                isTrue(report.attributes().get("standby")),
                isTrue(report.attributes().get("maintenance")),
                report.leaving(),
                report.attributes(),
                report.history(),
                report.failCounts());
    }

    private static NodeState pending(String name) {
        return new NodeState(name, Membership.PENDING, false, false, false, Map.of(), Map.of(), List.of());
    }

    private static boolean isTrue(@org.jspecify.annotations.Nullable String value) {
        return value != null && (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("on"));
    }

    /** Whether this life of the node is known to be over. */
    static boolean isOver(View view, NodeReport report) {
        return report.left() || report.incarnation().equals(view.evictions().get(report.node()));
    }

    /** The nodes that plans are made for: members that have reported, and vanished ones that may still be running. */
    static Map<String, String> incarnations(ClusterConfig config, View view, Map<String, NodeReport> reports) {
        Map<String, String> all = new HashMap<>();
        for (ClusterNode declared : config.nodes()) {
            NodeReport report = reports.get(declared.name());
            Member member = view.members().get(declared.name());
            if (report != null
                    && !isOver(view, report)
                    && (member == null || member.info().incarnation().equals(report.incarnation()))) {
                all.put(declared.name(), report.incarnation());
            }
        }
        return all;
    }
}
