package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides for every resource on which node it is to be, and in which role. */
final class Placement {

    final Cluster cluster;
    final Colocations colocations;
    final NodeChoice choice;
    final Wishes wishes;
    final PrimaryEffect primaryEffect;
    final Capacity capacity;
    private final ClonePlacer clones;

    Placement(Cluster cluster, Colocations colocations) {
        this.cluster = cluster;
        this.colocations = colocations;
        this.choice = new NodeChoice(cluster);
        this.wishes = new Wishes(cluster, colocations, choice);
        this.primaryEffect = new PrimaryEffect(this);
        this.capacity = new Capacity(this);
        this.clones = new ClonePlacer(this);
    }

    void placeAll() {
        for (Unit unit : capacity.order(cluster.units)) {
            place(unit, null, true);
        }
    }

    /**
     * Decides where a unit goes.
     *
     * @param preferred a node that is taken if it is as good as the best
     * @param last whether a failure to find a node is final
     * @return the node; for a group that of its first member; never one for a clone
     */
    @Nullable
    Node place(Unit unit, @Nullable Node preferred, boolean last) {
        if (unit.decided || unit.deciding) {
            return unit.assigned();
        }
        if (unit.parent != null && !unit.parent.deciding && !unit.parent.decided) {
            // What is inside is placed as part of the whole.
            place(unit.parent, null, true);
            if (unit.decided) {
                return unit.assigned();
            }
        }
        unit.deciding = true;
        try {
            if (unit instanceof PrimitiveUnit primitive) {
                return placePrimitive(primitive, preferred, last);
            }
            if (unit instanceof GroupUnit group) {
                return placeGroup(group, preferred, last);
            }
            clones.place((CloneUnit) unit);
            return null;
        } finally {
            unit.deciding = false;
        }
    }

    private @Nullable Node placeGroup(GroupUnit group, @Nullable Node preferred, boolean last) {
        Node found = null;
        for (PrimitiveUnit member : group.members) {
            Node node = place(member, preferred, last);
            if (found == null) {
                found = node;
            }
        }
        group.next = group.first().next;
        group.assigned = found;
        group.decided = true;
        return found;
    }

    private @Nullable Node placePrimitive(PrimitiveUnit unit, @Nullable Node preferred, boolean last) {
        List<Colocation> primaries = colocations.primariesOf(unit);
        List<Colocation> dependents = colocations.dependentsOf(unit);
        if (!primaries.isEmpty() || !dependents.isEmpty()) {
            consider(unit, primaries, dependents, true);
            consider(unit, primaries, dependents, false);
        }
        if (unit.next == Phase.STOPPED) {
            unit.table.addEverywhere(-ScoreTable.INFINITY);
        } else if (unit.next.exceeds(unit.current)
                && !cluster.state.quorate()
                && cluster.options.quorumPolicy() == Options.QuorumPolicy.FREEZE) {
            unit.next = unit.current;
        }
        if (cluster.options.fencing() && !cluster.fencingDevice) {
            unit.managed = false;
        }
        if (!unit.managed) {
            unit.next = unit.current;
            force(unit, unit.currentNode());
        } else if (cluster.options.stopAll()) {
            give(unit, null, true);
        } else {
            choose(unit, preferred, last);
        }
        unit.decided = true;
        return unit.assigned;
    }

    private void consider(
            PrimitiveUnit unit, List<Colocation> primaries, List<Colocation> dependents, boolean mandatory) {
        for (Colocation colocation : primaries) {
            if (colocation.isMandatory() == mandatory) {
                primaryEffect.apply(unit, colocation);
            }
        }
        for (Colocation colocation : dependents) {
            if (colocation.isMandatory() == mandatory && colocation.hasInfluence()) {
                wishes.merge(unit.table, colocation, false);
            }
        }
    }

    private void choose(PrimitiveUnit unit, @Nullable Node preferred, boolean last) {
        Node roomiest = capacity.restrict(unit);
        Node wanted = preferred == null ? roomiest : preferred;
        Node current = unit.currentNode();
        Node best = choice.best(unit.table, current);
        Node chosen = best;
        if (best != null) {
            int score = unit.table.get(best.index);
            if (wanted != null
                    && unit.table.lists(wanted.index)
                    && unit.table.get(wanted.index) >= score
                    && choice.isAvailable(unit.table, wanted)) {
                chosen = wanted;
            } else if (!isUniqueInstance(unit)
                    && score > 0
                    && best.isAvailable()
                    && current != null
                    && current.isAvailable()
                    && unit.table.lists(current.index)
                    && unit.table.get(current.index) == score) {
                chosen = current;
            }
        }
        give(unit, chosen != null && choice.isAvailable(unit.table, chosen) ? chosen : null, last);
    }

    private static boolean isUniqueInstance(PrimitiveUnit unit) {
        CloneUnit clone = unit.inClone();
        return clone != null && clone.unique;
    }

    private void give(PrimitiveUnit unit, @Nullable Node node, boolean last) {
        force(unit, node);
        if (node == null && last) {
            unit.next = Phase.STOPPED;
        }
    }

    private void force(PrimitiveUnit unit, @Nullable Node node) {
        unit.assigned = node;
        unit.decided = true;
        if (node != null) {
            node.load++;
            NodeChoice.take(node, unit.utilization);
        }
    }

    /** Takes back a decision that was only tried. */
    void undo(Unit unit) {
        unit.forEach(part -> {
            if (part instanceof PrimitiveUnit primitive && primitive.decided) {
                Node node = primitive.assigned;
                if (node != null) {
                    node.load--;
                    NodeChoice.giveBack(node, primitive.utilization);
                }
                primitive.assigned = null;
            } else if (part instanceof GroupUnit group) {
                group.assigned = null;
            }
            part.decided = false;
        });
    }

    /** The tables of a unit and of all in it, to be put back later. */
    static List<ScoreTable> save(Unit unit) {
        List<ScoreTable> saved = new ArrayList<>();
        unit.forEach(part -> saved.add(part.table.copy()));
        return saved;
    }

    static void restore(Unit unit, List<ScoreTable> saved) {
        int[] next = {0};
        unit.forEach(part -> part.table.become(saved.get(next[0]++)));
    }
}
