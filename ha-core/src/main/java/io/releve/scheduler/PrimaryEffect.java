package io.releve.scheduler;

import org.jspecify.annotations.Nullable;

/** What it means for a resource that is being placed where those are with whom it is to be placed. */
final class PrimaryEffect {

    private final Placement placement;

    PrimaryEffect(Placement placement) {
        this.placement = placement;
    }

    void apply(PrimitiveUnit unit, Colocation colocation) {
        placement.place(colocation.primary(), null, true);
        boolean cautious =
                colocation.dependentRole() == Phase.PROMOTED || (colocation.score() < 0 && !colocation.isMandatory());
        ScoreTable saved = cautious ? unit.table.copy() : unit.table;
        affect(unit, colocation.primary(), colocation);
        if (cautious && !placement.choice.anyAvailable(unit.table)) {
            unit.table.become(saved);
        }
    }

    private void affect(PrimitiveUnit unit, Unit primary, Colocation colocation) {
        if (!primary.decided) {
            return;
        }
        if (primary instanceof PrimitiveUnit one) {
            affectBy(unit, one, colocation);
        } else if (primary instanceof GroupUnit group) {
            if (!group.colocated) {
                group.members.forEach(member -> affectBy(unit, member, colocation));
            } else {
                affectBy(unit, colocation.score() >= ScoreTable.INFINITY ? group.last() : group.first(), colocation);
            }
        } else {
            affectByClone(unit, (CloneUnit) primary, colocation);
        }
    }

    /** Whether the constraint says anything about the nodes of this dependent, given the roles. */
    static boolean isAboutNodes(Unit dependent, Unit primary, Colocation colocation, boolean decidedOnly) {
        if (decidedOnly && (!primary.decided || dependent.decided)) {
            return false;
        }
        if (colocation.dependentRole() != Phase.UNKNOWN && colocation.dependentRole() != dependent.next) {
            return false;
        }
        return colocation.primaryRole() == Phase.UNKNOWN || colocation.primaryRole() == primary.next;
    }

    private void affectBy(PrimitiveUnit unit, PrimitiveUnit primary, Colocation colocation) {
        if (!isAboutNodes(unit, primary, colocation, true)) {
            return;
        }
        Node at = primary.assigned;
        int score = colocation.score();
        ScoreTable table = unit.table;
        ScoreTable before = table.copy();
        if (at == null) {
            if (score > 0) {
                table.addToListed(-score);
                placement.cluster.reasons.add(
                        unit,
                        null,
                        -score,
                        colocation.id(),
                        "it belongs with " + primary.publicId() + ", which runs nowhere");
            }
        } else {
            String value = at.attributes.get(colocation.attribute());
            for (Node node : placement.cluster.nodes) {
                if (!table.lists(node.index)) {
                    continue;
                }
                boolean same = colocation.isByNode()
                        ? node == at
                        : Wishes.same(value, node.attributes.get(colocation.attribute()));
                if (same) {
                    table.add(node.index, score >= ScoreTable.INFINITY ? 0 : score);
                } else if (score >= ScoreTable.INFINITY) {
                    table.set(node.index, -ScoreTable.INFINITY);
                }
            }
            placement.cluster.reasons.add(
                    unit,
                    at,
                    score,
                    colocation.isChain() ? "group" : colocation.id(),
                    (score < 0 ? "it avoids " : "it belongs with ") + primary.publicId() + ", which is on " + at);
        }
        // Where instances of a clone are to be avoided, it is all of them together that must leave a node.
        boolean together = score < 0 && colocation.primary() instanceof CloneUnit;
        if (!colocation.isMandatory() && !together && !placement.choice.anyAvailable(table)) {
            table.become(before);
        }
    }

    private void affectByClone(PrimitiveUnit unit, CloneUnit clone, Colocation colocation) {
        if (clone.promotable && colocation.primaryRole() != Phase.UNKNOWN) {
            affectByRole(unit, clone, colocation);
            return;
        }
        // Instances go with a partner each, but stay away from all of those that they avoid.
        if (isInterleaved(colocation, clone) && colocation.score() > 0) {
            Unit partner = partner(unit, clone);
            if (partner != null) {
                affect(unit, partner, colocation);
            } else if (colocation.score() >= ScoreTable.INFINITY) {
                unit.table.addToListed(-ScoreTable.INFINITY);
            }
            return;
        }
        if (colocation.score() >= ScoreTable.INFINITY) {
            for (Node node : placement.cluster.nodes) {
                if (unit.table.lists(node.index) && instanceOn(clone, node, Phase.UNKNOWN) == null) {
                    unit.table.set(node.index, -ScoreTable.INFINITY);
                }
            }
            placement.cluster.reasons.add(
                    unit, null, colocation.score(), colocation.id(), "it runs only where " + clone.id + " runs");
            return;
        }
        ScoreTable before = unit.table.copy();
        clone.instances.forEach(instance -> affect(unit, instance, colocation));
        if (colocation.score() < 0 && !colocation.isMandatory() && !placement.choice.anyAvailable(unit.table)) {
            unit.table.become(before);
        }
    }

    static boolean isInterleaved(Colocation colocation, CloneUnit primary) {
        return colocation.dependent() instanceof CloneUnit dependent
                && dependent.interleave
                && dependent.nodeMax == primary.nodeMax;
    }

    private @Nullable Unit partner(PrimitiveUnit unit, CloneUnit clone) {
        if (unit.decided) {
            return unit.assigned == null ? null : instanceOn(clone, unit.assigned, Phase.UNKNOWN);
        }
        for (Node node : placement.choice.sorted(unit.table, null)) {
            Unit found = instanceOn(clone, node, Phase.UNKNOWN);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The instance that is placed on the node, in this role if one is given; none that is blocked. */
    static @Nullable Unit instanceOn(CloneUnit clone, Node node, Phase role) {
        for (Unit instance : clone.instances) {
            if (instance.assigned() == node && !instance.blocked && (role == Phase.UNKNOWN || instance.next == role)) {
                return instance;
            }
        }
        return null;
    }

    private void affectByRole(PrimitiveUnit unit, CloneUnit clone, Colocation colocation) {
        if (unit.decided) {
            return;
        }
        boolean mandatory = colocation.score() >= ScoreTable.INFINITY;
        if (mandatory && colocation.dependentRole() == Phase.PROMOTED && colocation.primaryRole() == Phase.PROMOTED) {
            return;
        }
        boolean[] matching = new boolean[placement.cluster.nodes.size()];
        for (Unit instance : clone.instances) {
            Node at = instance.assigned();
            if (at == null || instance.next != colocation.primaryRole()) {
                continue;
            }
            ScoreTable placed = instance instanceof GroupUnit group ? group.first().table : instance.table;
            for (Node node : placement.cluster.nodes) {
                boolean same = colocation.isByNode()
                        ? node == at
                        : Wishes.same(
                                at.attributes.get(colocation.attribute()), node.attributes.get(colocation.attribute()));
                if (same && unit.table.lists(node.index)) {
                    matching[node.index] = true;
                    unit.table.add(node.index, mandatory ? placed.scoreOrBan(at.index) : colocation.score());
                }
            }
        }
        for (int i = 0; mandatory && i < matching.length; i++) {
            if (!matching[i] && unit.table.lists(i)) {
                unit.table.set(i, -ScoreTable.INFINITY);
            }
        }
        placement.cluster.reasons.add(
                unit,
                null,
                colocation.score(),
                colocation.id(),
                (colocation.score() < 0 ? "it avoids nodes where " : "it runs where ") + clone.id + " is "
                        + colocation.primaryRole().role());
    }
}
