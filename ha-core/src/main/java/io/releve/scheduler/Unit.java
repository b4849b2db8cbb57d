package io.releve.scheduler;

import io.releve.model.Constraint.Location;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A resource during one planning: a primitive, group or clone, or an instance of one inside a clone. */
abstract sealed class Unit permits PrimitiveUnit, GroupUnit, CloneUnit {

    /** The id; inside a clone with the number of the instance. */
    final String id;

    final @Nullable Unit parent;
    final Map<String, String> meta;
    final boolean critical;
    final ScoreTable table;

    int priority;

    /** Whether the cluster may act on it. */
    boolean managed;

    boolean maintenance;
    /** Unmanaged because something is wrong with it. */
    boolean blocked;
    /** No longer declared, or an instance too many. */
    boolean removed;

    boolean failed;
    /** Failed in a way that takes a stop to recover. */
    boolean mustStop;

    boolean exclusiveDiscovery;

    Phase current = Phase.UNKNOWN;
    Phase next = Phase.UNKNOWN;

    /** The nodes where it is active, in the order in which that was found. */
    final List<Node> active = new ArrayList<>(1);
    /** The nodes from which there is a history that says in which role it is. */
    final BitSet known = new BitSet();

    boolean decided;
    boolean deciding;
    /** Guards the merge of preferences against going in circles. */
    boolean merging;

    /** Constraints in which it is the dependent, as declared for it. */
    final List<Colocation> primaries = new ArrayList<>(1);
    /** Constraints in which it is the primary, as declared for it. */
    final List<Colocation> dependents = new ArrayList<>(1);
    /** The location constraints that name it; only those with a role that filters. */
    final List<Preferences.Located> promotionLocations = new ArrayList<>(0);

    /** How nodes differ in being looked at for this resource; only those that are not looked at as usual. */
    final Map<Node, Location.Discovery> discovery = new HashMap<>(0);

    final List<Act> acts = new ArrayList<>(4);

    Unit(String id, @Nullable Unit parent, Map<String, String> meta, int nodes) {
        this.id = id;
        this.parent = parent;
        this.meta = meta;
        this.critical = Values.bool(meta.get("critical"), true);
        this.priority = Values.score(meta.get("priority"), 0);
        this.table = ScoreTable.empty(nodes);
    }

    /** Its members or instances; none for a primitive. */
    abstract List<? extends Unit> children();

    /** Primitives before groups before clones: which of two colocations is looked at first. */
    abstract int rank();

    /** Where it was assigned; for a group its first member that has a node; never one for a clone. */
    abstract @Nullable Node assigned();

    /** Whether its instances, if it is in a clone, have identities; true outside clones. */
    boolean isUnique() {
        CloneUnit clone = inClone();
        return clone == null || clone.unique;
    }

    /** The clone that it is or is part of. */
    @Nullable
    CloneUnit inClone() {
        for (Unit unit = this; unit != null; unit = unit.parent) {
            if (unit instanceof CloneUnit clone) {
                return clone;
            }
        }
        return null;
    }

    /** The outermost resource that it is part of. */
    Unit top() {
        Unit unit = this;
        while (unit.parent != null) {
            unit = unit.parent;
        }
        return unit;
    }

    /** What a failure rules out with it: for one of many equal instances the whole clone. */
    Unit failureScope() {
        return isUnique() ? this : top();
    }

    boolean isInside(Unit other) {
        for (Unit unit = this; unit != null; unit = unit.parent) {
            if (unit == other) {
                return true;
            }
        }
        return false;
    }

    void forEachPrimitive(Consumer<PrimitiveUnit> action) {
        for (Unit child : children()) {
            child.forEachPrimitive(action);
        }
    }

    void forEach(Consumer<Unit> action) {
        action.accept(this);
        for (Unit child : children()) {
            child.forEach(action);
        }
    }

    /** Adds to the score of this and of everything in it. */
    void addScore(Node node, int score) {
        forEach(unit -> unit.table.add(node.index, score));
    }

    void addScoreEverywhere(int score) {
        forEach(unit -> unit.table.addEverywhere(score));
    }

    void activeOn(Node node) {
        for (Unit unit = this; unit != null; unit = unit.parent) {
            if (!unit.active.contains(node)) {
                unit.active.add(node);
            }
        }
    }

    /** The node that counts as the one where it is now. */
    @Nullable
    Node currentNode() {
        if (active.isEmpty()) {
            return null;
        }
        if (!needsFencing()) {
            for (Node node : active) {
                if (node.isOnlineAndClean()) {
                    return node;
                }
            }
        }
        return active.get(0);
    }

    /** Whether it may only start once lost nodes are surely harmless. */
    boolean needsFencing() {
        return children().isEmpty() || children().get(0).needsFencing();
    }

    boolean isFailed() {
        if (failed) {
            return true;
        }
        for (Unit child : children()) {
            if (child.isFailed()) {
                return true;
            }
        }
        return false;
    }

    void block() {
        managed = false;
        blocked = true;
    }

    /** The action of this task here, whatever its node. */
    @Nullable
    Act act(Task task) {
        for (Act act : acts) {
            if (act.task == task && act.intervalMillis == 0) {
                return act;
            }
        }
        return null;
    }

    /** The action of this task on this node. */
    @Nullable
    Act act(Task task, @Nullable Node node) {
        if (node == null) {
            return act(task);
        }
        for (Act act : acts) {
            if (act.task == task && act.intervalMillis == 0 && act.node == node) {
                return act;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return id;
    }
}
