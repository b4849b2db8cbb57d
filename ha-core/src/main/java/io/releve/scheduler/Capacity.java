package io.releve.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps resources off nodes that lack the capacity for them and for what must go with them. */
final class Capacity {

    private final Placement placement;

    Capacity(Placement placement) {
        this.placement = placement;
    }

    private boolean isOff() {
        return placement.cluster.options.strategy() == Options.Strategy.DEFAULT;
    }

    /** The order in which resources are placed: where capacity counts, those first that care most. */
    List<Unit> order(List<Unit> units) {
        if (isOff()) {
            return List.copyOf(units);
        }
        List<Unit> sorted = new ArrayList<>(units);
        List<Node> nodes = placement.choice.sorted(zeroTable(), null);
        Map<Unit, ScoreTable> tables = new HashMap<>();
        for (Unit unit : units) {
            tables.put(unit, tableForOrder(unit));
        }
        sorted.sort((a, b) -> {
            if (a.priority != b.priority) {
                return Integer.compare(b.priority, a.priority);
            }
            ScoreTable tableA = tables.getOrDefault(a, a.table);
            ScoreTable tableB = tables.getOrDefault(b, b.table);
            int home = Integer.compare(atHome(b, tableB), atHome(a, tableA));
            if (home != 0) {
                return home;
            }
            for (Node node : nodes) {
                int order = Integer.compare(tableB.scoreOrBan(node.index), tableA.scoreOrBan(node.index));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        });
        return sorted;
    }

    private ScoreTable zeroTable() {
        ScoreTable zero = ScoreTable.empty(placement.cluster.nodes.size());
        zero.addEverywhere(0);
        return zero;
    }

    private static int atHome(Unit unit, ScoreTable table) {
        Node current = unit.currentNode();
        return current == null ? -ScoreTable.INFINITY : table.scoreOrBan(current.index);
    }

    private ScoreTable tableForOrder(Unit unit) {
        return merge(unit.table.copy(), unit, 1, new LinkedHashSet<>());
    }

    /** Adds what those prefer with whom the unit is to be placed. */
    private ScoreTable merge(ScoreTable into, Unit unit, float factor, Set<Unit> seen) {
        Unit from = unit instanceof GroupUnit group ? group.last() : unit;
        if (!seen.add(from)) {
            return into;
        }
        ScoreTable work = into.copy();
        if (seen.size() > 1 || from != unit) {
            for (Node node : placement.cluster.nodes) {
                if (work.lists(node.index)) {
                    int wish = node.isAvailable() ? from.table.scoreOrBan(node.index) : -ScoreTable.INFINITY;
                    work.add(node.index, Colocation.scaled(factor, wish));
                }
            }
        }
        if (!placement.choice.anyAvailable(work)) {
            return into;
        }
        for (Colocation colocation : placement.colocations.primariesOf(from)) {
            work = merge(work, colocation.primary(), factor * colocation.factor(), seen);
        }
        return work;
    }

    /** Bans nodes without room; the node to prefer where none has room for all that belongs together. */
    @Nullable
    Node restrict(PrimitiveUnit unit) {
        if (isOff() || (unit.utilization.isEmpty() && isAlone(unit))) {
            return null;
        }
        Set<Unit> together = new LinkedHashSet<>();
        collect(unit, together);
        Map<String, Integer> need = new HashMap<>();
        boolean any = false;
        for (Unit one : together) {
            any |= addNeed(one, together, need);
        }
        if (!any && unit.utilization.isEmpty()) {
            return null;
        }
        List<Node> without = new ArrayList<>();
        Node roomiest = null;
        boolean someCapable = false;
        for (Node node : placement.cluster.nodes) {
            if (!placement.choice.isAvailable(unit.table, node)) {
                continue;
            }
            if (hasRoom(node, need)) {
                someCapable = true;
            } else {
                without.add(node);
            }
            if (roomiest == null || NodeChoice.freeVotes(node, roomiest) > 0) {
                roomiest = node;
            }
        }
        if (someCapable) {
            without.forEach(node -> ban(unit, node));
            return null;
        }
        for (Node node : placement.cluster.nodes) {
            if (unit.table.lists(node.index) && !hasRoom(node, unit.utilization)) {
                ban(unit, node);
            }
        }
        return roomiest;
    }

    private static boolean isAlone(PrimitiveUnit unit) {
        return unit.parent == null && unit.primaries.isEmpty() && unit.dependents.isEmpty();
    }

    private void ban(PrimitiveUnit unit, Node node) {
        unit.table.set(node.index, -ScoreTable.INFINITY);
        placement.cluster.reasons.add(
                unit, node, -ScoreTable.INFINITY, "utilization", node + " has not enough capacity left for it");
    }

    static boolean hasRoom(Node node, Map<String, Integer> need) {
        return need.entrySet().stream()
                .allMatch(entry -> node.capacity.getOrDefault(entry.getKey(), 0) >= entry.getValue());
    }

    /** All that must be on one node with the unit. */
    private void collect(Unit unit, Set<Unit> together) {
        if (!together.add(unit)) {
            return;
        }
        if (unit.parent instanceof GroupUnit group && (group.colocated || group.parent != null)) {
            group.members.forEach(member -> collect(member, together));
        }
        if (unit instanceof GroupUnit group && (group.colocated || group.parent != null)) {
            group.members.forEach(member -> collect(member, together));
        }
        for (Colocation colocation : placement.colocations.primariesOf(unit)) {
            if (colocation.score() >= ScoreTable.INFINITY
                    && PrimaryEffect.isAboutNodes(unit, colocation.primary(), colocation, false)) {
                collect(colocation.primary(), together);
            }
        }
        for (Colocation colocation : placement.colocations.dependentsOf(unit)) {
            if (colocation.score() >= ScoreTable.INFINITY
                    && !(unit.inClone() != null && !(colocation.dependent().top() instanceof CloneUnit))
                    && PrimaryEffect.isAboutNodes(colocation.dependent(), unit, colocation, false)) {
                collect(colocation.dependent(), together);
            }
        }
    }

    private static boolean addNeed(Unit unit, Set<Unit> together, Map<String, Integer> need) {
        if (unit instanceof PrimitiveUnit primitive) {
            if (!primitive.decided) {
                primitive.utilization.forEach((name, amount) -> need.merge(name, amount, Integer::sum));
            }
            return !primitive.utilization.isEmpty();
        }
        if (unit instanceof CloneUnit clone && clone.instances.stream().noneMatch(together::contains)) {
            Map<String, Integer> sum = need;
            boolean[] any = {false};
            clone.instances.get(0).forEachPrimitive(part -> {
                if (!part.decided) {
                    part.utilization.forEach((name, amount) -> sum.merge(name, amount, Integer::sum));
                }
                any[0] |= !part.utilization.isEmpty();
            });
            return any[0];
        }
        return false;
    }
}
