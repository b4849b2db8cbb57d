package io.releve.scheduler;

import io.releve.model.Constraint.Location.Discovery;

/** Has resources looked for on nodes from which nothing is known of them. */
final class Probes {

    private static final int NOT_RUNNING = 7;

    private final Cluster cluster;
    private final Acts acts;
    private final Relations relations;

    Probes(Cluster cluster, Acts acts, Relations relations) {
        this.cluster = cluster;
        this.acts = acts;
        this.relations = relations;
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
        for (Node node : cluster.nodes) {
            if (isAskable(unit, node) && !unit.known.get(node.index)) {
                probe(unit, holder, node);
            }
        }
    }

    private static boolean isAskable(PrimitiveUnit unit, Node node) {
        if (!node.online || node.unclean) {
            return false;
        }
        Discovery discovery = unit.discovery.getOrDefault(node, Discovery.ALWAYS);
        boolean exclusive = unit.exclusiveDiscovery || unit.top().exclusiveDiscovery;
        return exclusive ? discovery == Discovery.EXCLUSIVE : discovery != Discovery.NEVER;
    }

    private void probeClone(CloneUnit clone) {
        Unit model = clone.instances.get(0);
        int parts = model instanceof GroupUnit group ? group.members.size() : 1;
        for (int i = 0; i < parts; i++) {
            for (Node node : cluster.nodes) {
                probePart(clone, i, node);
            }
        }
    }

    private void probePart(CloneUnit clone, int index, Node node) {
        PrimitiveUnit chosen = null;
        for (Unit instance : clone.instances) {
            PrimitiveUnit part = part(instance, index);
            if (part.known.get(node.index)) {
                return;
            }
            if (chosen == null || part.assigned == node) {
                chosen = part;
            }
        }
        if (chosen != null && !chosen.removed && isAskable(chosen, node)) {
            probe(chosen, clone, node);
        }
    }

    private static PrimitiveUnit part(Unit instance, int index) {
        return instance instanceof GroupUnit group ? group.members.get(index) : (PrimitiveUnit) instance;
    }

    private void probe(PrimitiveUnit unit, Unit holder, Node node) {
        Act probe = acts.separate(unit, Task.MONITOR, 0, node);
        probe.required = true;
        probe.expectedCode = NOT_RUNNING;
        Act probed = holder.act(Task.PROBED);
        if (probed == null) {
            probed = acts.pseudo(holder, Task.PROBED);
            probed.required = true;
            relations.from(probed, holder, Task.START, Effect.AFTER);
            relations.from(probed, holder, Task.RELOAD, Effect.AFTER);
        }
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
}
