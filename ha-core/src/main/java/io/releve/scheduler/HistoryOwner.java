package io.releve.scheduler;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the unit that a history belongs to; tells the instances of a clone apart whose histories bear no number. */
final class HistoryOwner {

    private static final Pattern NUMBER = Pattern.compile(":\\d+$");

    private final Cluster cluster;
    private final UnitTree tree;

    HistoryOwner(Cluster cluster, UnitTree tree) {
        this.cluster = cluster;
        this.tree = tree;
    }

    static String withoutNumber(String id) {
        return id.indexOf(':') < 0 ? id : NUMBER.matcher(id).replaceFirst("");
    }

    /** The unit for this history on this node; a new one, to be removed, if there is none. */
    PrimitiveUnit find(String id, Node node, String agent) {
        Unit exact = cluster.unitsById.get(id);
        PrimitiveUnit unit = exact instanceof PrimitiveUnit primitive ? primitive : null;
        if (unit == null && exact == null) {
            Unit first = cluster.unitsById.get(withoutNumber(id) + ":0");
            if (first instanceof PrimitiveUnit primitive && !primitive.isUnique()) {
                unit = primitive;
            }
        }
        if (unit == null) {
            return tree.addRemoved(id, agent);
        }
        CloneUnit clone = unit.inClone();
        if (clone != null && !clone.unique) {
            unit = instance(clone, unit.primitive.id(), node);
        }
        if (!unit.id.equals(id)) {
            unit.historyId = id;
        }
        return unit;
    }

    private PrimitiveUnit instance(CloneUnit clone, String base, Node node) {
        PrimitiveUnit free = null;
        boolean surplus = false;
        for (Unit instance : List.copyOf(clone.instances)) {
            PrimitiveUnit part = part(instance, base);
            Node at = location(instance);
            if (at == node || instance.active.contains(node)) {
                if (!part.active.contains(node) && part.pendingOn != node) {
                    return leaveNumbersToUsableNodes(clone, part, base, node);
                }
                // A second history of the same thing on the same node is one too many.
                surplus = true;
                break;
            }
            if (at == null && free == null && !part.blocked && !instance.removed) {
                free = part;
            }
        }
        if (free == null || surplus) {
            return reusableSurplus(clone, base, surplus);
        }
        return leaveNumbersToUsableNodes(clone, free, base, node);
    }

    private PrimitiveUnit reusableSurplus(CloneUnit clone, String base, boolean surplus) {
        if (!surplus) {
            for (Unit instance : clone.instances) {
                if (instance.removed && location(instance) == null) {
                    return part(instance, base);
                }
            }
        }
        return part(tree.addSurplusInstance(clone), base);
    }

    /** An instance on a node that is gone must not take a number that a usable node needs. */
    private PrimitiveUnit leaveNumbersToUsableNodes(CloneUnit clone, PrimitiveUnit part, String base, Node node) {
        if (!part.needsFencing() && !node.isOnlineAndClean() && clone.max != cluster.nodes.size()) {
            return reusableSurplus(clone, base, true);
        }
        return part;
    }

    private static @Nullable Node location(Unit instance) {
        if (!instance.active.isEmpty()) {
            return instance.active.get(0);
        }
        if (instance instanceof PrimitiveUnit primitive) {
            return primitive.pendingOn;
        }
        for (Unit child : instance.children()) {
            if (child instanceof PrimitiveUnit primitive && primitive.pendingOn != null) {
                return primitive.pendingOn;
            }
        }
        return null;
    }

    private static PrimitiveUnit part(Unit instance, String base) {
        if (instance instanceof PrimitiveUnit primitive) {
            return primitive;
        }
        for (Unit child : instance.children()) {
            if (child instanceof PrimitiveUnit primitive
                    && primitive.primitive.id().equals(base)) {
                return primitive;
            }
        }
        throw new IllegalStateException("no " + base + " in " + instance);
    }
}
