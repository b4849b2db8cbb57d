package io.releve.controller;

import io.releve.codec.NodeReport;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.node.Sight;
import io.releve.state.ClusterState;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts together what is observed of the cluster from members, reports and what was fenced. A pure function. */
public final class StateAssembler {

    private StateAssembler() {}

    /**
     * The state of all declared nodes.
     *
     * <p>A node that has vanished counts as it was last known, and as unclean, until it is certain that it is over.
     */
    public static ClusterState assemble(ClusterConfig config, Sight sight) {
        return assemble(Observed.of(config, sight));
    }

    static ClusterState assemble(Observed seen) {
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        for (ClusterNode declared : seen.config().nodes()) {
            nodes.put(declared.name(), node(declared.name(), seen));
        }
        return new ClusterState(true, seen.view().controller().orElse(""), nodes);
    }

    private static NodeState node(String name, Observed seen) {
        return switch (Standing.of(name, seen)) {
            case OFFLINE -> NodeState.offline(name);
            case PENDING -> new NodeState(name, Membership.PENDING, false, false, false, Map.of(), Map.of(), List.of());
            case ONLINE -> known(Membership.ONLINE, report(name, seen));
            case UNCLEAN -> known(Membership.UNCLEAN, report(name, seen));
        };
    }

    private static NodeReport report(String name, Observed seen) {
        return Objects.requireNonNull(seen.reports().get(name));
    }

    private static NodeState known(Membership membership, NodeReport report) {
        return new NodeState(
                report.node(),
                membership,
                isTrue(report.attributes().get("standby")),
                isTrue(report.attributes().get("maintenance")),
                report.leaving(),
                report.attributes(),
                report.history(),
                report.failCounts());
    }

    private static boolean isTrue(@Nullable String value) {
        return value != null && (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("on"));
    }

    /**
     * The lives that plans are made for, by node: those that act on plans. A node that is unclean does not: either it has
     * seen that its membership is over, or it cannot see anything; what it may still have begun is why it is fenced.
     */
    static Map<String, String> incarnations(Observed seen) {
        Map<String, String> all = new HashMap<>();
        for (ClusterNode declared : seen.config().nodes()) {
            if (Standing.of(declared.name(), seen) == Standing.ONLINE) {
                all.put(declared.name(), report(declared.name(), seen).incarnation());
            }
        }
        return all;
    }
}
