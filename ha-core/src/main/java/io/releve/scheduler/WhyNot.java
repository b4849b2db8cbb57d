package io.releve.scheduler;

import io.releve.model.Score;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says of everything that will run nowhere what keeps it from running, node by node. */
final class WhyNot {

    private final Cluster cluster;
    private final List<Transition.Reason> reasons = new ArrayList<>();

    WhyNot(Cluster cluster) {
        this.cluster = cluster;
    }

    List<Transition.Reason> reasons() {
        for (Unit unit : cluster.units) {
            Set<String> placed = new HashSet<>();
            unit.forEachPrimitive(part -> {
                if (part.assigned != null) {
                    placed.add(part.publicId());
                }
            });
            unit.forEachPrimitive(part -> {
                if (placed.add(part.publicId())) {
                    explain(part);
                }
            });
        }
        return reasons;
    }

    private void explain(PrimitiveUnit unit) {
        if (unit.removed) {
            add(unit, Optional.empty(), "it runs nowhere: it is declared no more");
        } else if (UnitTree.declaredRole(unit) == Phase.STOPPED) {
            add(unit, Optional.empty(), "it runs nowhere: target-role is Stopped");
        } else if (!unit.managed) {
            add(unit, Optional.empty(), "it runs nowhere, and is unmanaged: it is neither started nor stopped");
        } else if (cluster.options.stopAll()) {
            add(unit, Optional.empty(), "it runs nowhere: stop-all-resources is set");
        } else {
            for (Node node : cluster.nodes) {
                add(unit, Optional.of(node.name), "it cannot run on " + node + ": " + cause(unit, node));
            }
        }
    }

    private String cause(PrimitiveUnit unit, Node node) {
        if (node.pending) {
            return "the node is not ready yet";
        }
        if (node.unclean) {
            return "the node is lost and may still run something";
        }
        if (!node.online) {
            return "the node is offline";
        }
        if (node.standby) {
            return "the node is on standby";
        }
        if (node.maintenance) {
            return "the node is in maintenance";
        }
        if (node.shutdown) {
            return "the node is leaving";
        }
        if (!unit.table.lists(node.index)) {
            return "the cluster is not symmetric, and no location names the node";
        }
        return "its score there is " + Score.of(unit.table.get(node.index));
    }

    private void add(PrimitiveUnit unit, Optional<String> node, String text) {
        reasons.add(new Transition.Reason(unit.publicId(), node, 0, "stopped", text));
    }
}
