package io.releve.scheduler;

import io.releve.model.Constraint.Location.Discovery;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has resources looked for on nodes from which nothing is known of them. */
final class Probes {

    private static final int NOT_RUNNING = 7;

    private final Cluster cluster;
    private final Acts acts;
    private final Relations relations;
    private final BitSet pending = new BitSet();

    Probes(Cluster cluster, Acts acts, Relations relations) {
        this.cluster = cluster;
        this.acts = acts;
        this.relations = relations;
        cluster.nodes.stream().filter(node -> node.pending).forEach(node -> pending.set(node.index));
    }

    void make() {
        if (!cluster.options.startupProbes()) {
            return;
        }
        for (Unit unit : cluster.units) {
            if (unit instanceof CloneUnit clone && !clone.unique) {
                probeClone(clone);
            } else {
                unit.forEachPrimitive(part -> probe(part, part));
            }
        }
    }

    private void probe(PrimitiveUnit unit, Unit holder) {
        if (unit.removed) {
            return;
        }
        BitSet nodes = new BitSet(cluster.nodes.size());
        for (Node node : cluster.nodes) {
            if (isAskable(unit, node) && !unit.known.get(node.index)) {
                nodes.set(node.index);
            }
        }
        probe(unit, holder, nodes);
    }

    private void probe(PrimitiveUnit unit, Unit holder, BitSet nodes) {
        if (nodes.isEmpty()) {
            return;
        }
        if (isUniform(unit) && !nodes.intersects(pending)) {
            Act probed = probed(holder);
            List<Probing> all = new ArrayList<>(probed.probings);
            all.add(new Probing(unit, nodes));
            probed.probings = all;
        } else {
            nodes.stream().forEach(node -> probe(unit, holder, cluster.nodes.get(node)));
        }
    }

    /** Whether all nodes are asked in the same way. */
    private boolean isUniform(PrimitiveUnit unit) {
        return !cluster.digests.dependOnNode(unit, Task.MONITOR.toString(), 0)
                && cluster.operations
                        .of(unit.primitive, Task.MONITOR.toString(), 0)
                        .declared()
                        .map(operation -> operation.parameters().isEmpty())
                        .orElse(true);
    }

    private static boolean isAskable(PrimitiveUnit unit, Node node) {
        if (!node.online || node.unclean) {
            return false;
        }
        boolean exclusive = unit.exclusiveDiscovery || unit.top().exclusiveDiscovery;
        if (unit.discovery.isEmpty() && !exclusive) {
            return true;
        }
        Discovery discovery = unit.discovery.getOrDefault(node, Discovery.ALWAYS);
        return exclusive ? discovery == Discovery.EXCLUSIVE : discovery != Discovery.NEVER;
    }

    private void probeClone(CloneUnit clone) {
        Unit model = clone.instances.get(0);
        int parts = model instanceof GroupUnit group ? group.members.size() : 1;
        for (int i = 0; i < parts; i++) {
            Map<PrimitiveUnit, BitSet> asked = new LinkedHashMap<>();
            for (Node node : cluster.nodes) {
                PrimitiveUnit part = partToProbe(clone, i, node);
                if (part != null) {
                    asked.computeIfAbsent(part, none -> new BitSet()).set(node.index);
                }
            }
            asked.forEach((part, nodes) -> probe(part, clone, nodes));
        }
    }

    private static @Nullable PrimitiveUnit partToProbe(CloneUnit clone, int index, Node node) {
        PrimitiveUnit chosen = null;
        for (Unit instance : clone.instances) {
            PrimitiveUnit part = part(instance, index);
            if (part.known.get(node.index)) {
                return null;
            }
            if (chosen == null || part.assigned == node) {
                chosen = part;
            }
        }
        return chosen != null && !chosen.removed && isAskable(chosen, node) ? chosen : null;
    }

    private static PrimitiveUnit part(Unit instance, int index) {
        return instance instanceof GroupUnit group ? group.members.get(index) : (PrimitiveUnit) instance;
    }

    private void probe(PrimitiveUnit unit, Unit holder, Node node) {
        Act probe = acts.separate(unit, Task.MONITOR, 0, node);
        probe.required = true;
        probe.expectedCode = NOT_RUNNING;
        Act probed = probed(holder);
        if (probe.runnable) {
            Relations.edge(probe, probed, Effect.AFTER);
        } else {
            holder.forEachPrimitive(part -> {
                if (part.active.isEmpty()) {
                    relations.from(probe, part, Task.START, Effect.AFTER | Effect.BLOCK_THEN);
                }
            });
        }
    }

    /** What stands for the end of all probes of a resource, or of the whole that it is part of. */
    private Act probed(Unit holder) {
        Act known = holder.act(Task.PROBED);
        if (known != null) {
            return known;
        }
        Act probed = acts.pseudo(holder, Task.PROBED);
        probed.required = true;
        relations.from(probed, holder, Task.START, Effect.AFTER);
        relations.from(probed, holder, Task.RELOAD, Effect.AFTER);
        return probed;
    }
}
