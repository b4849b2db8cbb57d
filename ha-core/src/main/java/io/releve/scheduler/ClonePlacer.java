package io.releve.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands out a clone's instances to the nodes. */
final class ClonePlacer {

    private final Placement placement;
    private final Promotion promotion;

    ClonePlacer(Placement placement) {
        this.placement = placement;
        this.promotion = new Promotion(placement);
    }

    void place(CloneUnit clone) {
        if (clone.promotable) {
            promotion.addScores(clone);
        }
        for (Colocation colocation : placement.colocations.primariesOf(clone)) {
            placement.place(colocation.primary(), null, true);
        }
        for (Colocation colocation : placement.colocations.dependentsOf(clone)) {
            if (colocation.hasInfluence()) {
                placement.wishes.merge(clone.table, colocation, true);
            }
        }
        clone.instances.sort(new InstanceOrder(placement, clone));
        handOut(clone);
        if (clone.promotable) {
            promotion.choose(clone);
        }
        clone.decided = true;
    }

    private void handOut(CloneUnit clone) {
        Arrays.fill(clone.count, 0);
        int available = 0;
        for (Node node : placement.cluster.nodes) {
            if (clone.table.lists(node.index) && node.isAvailable()) {
                available++;
            }
        }
        int optimal = Math.max(1, available == 0 ? 1 : clone.max / available);
        int given = 0;
        for (Unit instance : List.copyOf(clone.instances)) {
            if (given < clone.max && mayStay(clone, instance, optimal)) {
                Node current = instance.currentNode();
                if (current != null && keep(clone, instance, current, current, clone.max - given)) {
                    clone.count[current.index]++;
                    given++;
                }
            }
        }
        // Whoever is already where it would rather be goes before those that would have to come there.
        for (Unit instance : List.copyOf(clone.instances)) {
            if (clone.nodeMax > 1 && given < clone.max && mayStay(clone, instance, clone.nodeMax)) {
                Node current = instance.currentNode();
                if (current != null && keep(clone, instance, current, null, 1)) {
                    clone.count[current.index]++;
                    given++;
                }
            }
        }
        for (Unit instance : List.copyOf(clone.instances)) {
            if (instance.decided) {
                continue;
            }
            if (given >= clone.max) {
                instance.addScoreEverywhere(-ScoreTable.INFINITY);
                placement.place(instance, null, true);
                continue;
            }
            while (given < clone.max && placeWhoeverIsThere(clone, instance)) {
                given++;
            }
            if (given < clone.max) {
                ban(clone, instance, clone.count);
                Node node = placement.place(instance, null, true);
                if (node != null) {
                    clone.count[node.index]++;
                    given++;
                }
            } else {
                instance.addScoreEverywhere(-ScoreTable.INFINITY);
                placement.place(instance, null, true);
            }
        }
    }

    /**
     * Where all instances are alike, one that runs stays where another would start.
     *
     * @return whether one has been placed so, instead of the instance whose turn it is
     */
    private boolean placeWhoeverIsThere(CloneUnit clone, Unit instance) {
        List<Unit> running = clone.instances.stream()
                .filter(other -> !other.decided && other.currentNode() != null && !other.isFailed())
                .toList();
        if (instance.currentNode() != null || running.isEmpty()) {
            return false;
        }
        List<ScoreTable> saved = Placement.save(instance);
        List<Phase> roles = roles(instance);
        ban(clone, instance, clone.count);
        Node node = placement.place(instance, null, false);
        placement.undo(instance);
        Placement.restore(instance, saved);
        putBack(instance, roles);
        for (Unit other : running) {
            if (node != null && other.currentNode() == node) {
                ban(clone, other, clone.count);
                Node at = placement.place(other, node, true);
                if (at != null) {
                    clone.count[at.index]++;
                }
                return at != null;
            }
        }
        return false;
    }

    private boolean mayStay(CloneUnit clone, Unit instance, int optimal) {
        Node current = instance.currentNode();
        return current != null
                && !instance.decided
                && !instance.failed
                && current.isAvailable()
                && clone.count[current.index] < optimal
                && clone.table.lists(current.index)
                && placement.choice.isAvailable(instance.table, current);
    }

    /** Tries to keep an instance where it is, as long as enough others can still go where it would rather be. */
    private boolean keep(CloneUnit clone, Unit instance, Node current, @Nullable Node preferred, int left) {
        List<ScoreTable> saved = Placement.save(instance);
        List<Phase> roles = roles(instance);
        int[] scratch = clone.count.clone();
        for (int reserved = 0; reserved < left; reserved++) {
            ban(clone, instance, scratch);
            Node result = placement.place(instance, preferred, false);
            if (result == current) {
                return true;
            }
            placement.undo(instance);
            Placement.restore(instance, saved);
            putBack(instance, roles);
            if (result == null) {
                return false;
            }
            scratch[result.index]++;
        }
        return false;
    }

    private static List<Phase> roles(Unit instance) {
        List<Phase> roles = new ArrayList<>();
        instance.forEach(part -> roles.add(part.next));
        return roles;
    }

    private static void putBack(Unit instance, List<Phase> roles) {
        int[] index = {0};
        instance.forEach(part -> part.next = roles.get(index[0]++));
    }

    /** Bans the nodes that can take no further instance. */
    private void ban(CloneUnit clone, Unit instance, int[] count) {
        if (instance.removed) {
            instance.forEach(part -> part.table.replaceEverywhere(-ScoreTable.INFINITY));
            return;
        }
        for (Node node : placement.cluster.nodes) {
            boolean open = node.isAvailable()
                    && clone.table.lists(node.index)
                    && clone.table.get(node.index) >= 0
                    && count[node.index] < clone.nodeMax;
            if (!open) {
                instance.forEach(part -> {
                    if (part.table.lists(node.index)) {
                        part.table.set(node.index, -ScoreTable.INFINITY);
                    }
                });
            }
        }
    }

    /** Which instance is looked at first. */
    private static final class InstanceOrder implements java.util.Comparator<Unit> {
        private final Placement placement;
        private final CloneUnit clone;

        InstanceOrder(Placement placement, CloneUnit clone) {
            this.placement = placement;
            this.clone = clone;
        }

        @Override
        public int compare(Unit a, Unit b) {
            Node nodeA = a.currentNode();
            Node nodeB = b.currentNode();
            if (nodeA != null && nodeB != null && a.active.size() != b.active.size()) {
                return Integer.compare(a.active.size(), b.active.size());
            }
            boolean allowedA = nodeA == null || (a.table.lists(nodeA.index) && a.table.get(nodeA.index) >= 0);
            boolean allowedB = nodeB == null || (b.table.lists(nodeB.index) && b.table.get(nodeB.index) >= 0);
            if (allowedA != allowedB) {
                return allowedA ? -1 : 1;
            }
            if (!allowedA) {
                nodeA = null;
                nodeB = null;
            }
            if (a.priority != b.priority) {
                return Integer.compare(b.priority, a.priority);
            }
            if (nodeA == null || nodeB == null) {
                return nodeA == nodeB ? 0 : nodeA != null ? -1 : 1;
            }
            return compareActive(a, nodeA, b, nodeB);
        }

        private int compareActive(Unit a, Node nodeA, Unit b, Node nodeB) {
            if (nodeA.isAvailable() != nodeB.isAvailable()) {
                return nodeA.isAvailable() ? -1 : 1;
            }
            boolean listedA = clone.table.lists(nodeA.index);
            if (listedA != clone.table.lists(nodeB.index)) {
                return listedA ? -1 : 1;
            }
            if (clone.count[nodeA.index] != clone.count[nodeB.index]) {
                return Integer.compare(clone.count[nodeA.index], clone.count[nodeB.index]);
            }
            if (a.isFailed() != b.isFailed()) {
                return a.isFailed() ? 1 : -1;
            }
            int companions = Integer.compare(companionScore(b, nodeB), companionScore(a, nodeA));
            return companions != 0 ? companions : Integer.compare(CloneUnit.number(a), CloneUnit.number(b));
        }

        /** How much those it is placed with, and those placed with it, want it on its node. */
        private int companionScore(Unit instance, Node node) {
            ScoreTable sum = ScoreTable.empty(placement.cluster.nodes.size());
            for (Node any : placement.cluster.nodes) {
                if (instance.table.lists(any.index)) {
                    sum.set(any.index, 0);
                }
            }
            Unit source = instance instanceof GroupUnit group ? group.first() : instance;
            for (Colocation colocation : placement.colocations.primariesOf(source)) {
                sum = placement.wishes.merge(sum, colocation.primary(), colocation, colocation.factor(), false);
            }
            Unit last = instance instanceof GroupUnit group ? group.last() : instance;
            for (Colocation colocation : placement.colocations.dependentsOf(last)) {
                if (colocation.hasInfluence()) {
                    sum = placement.wishes.merge(sum, colocation.dependent(), colocation, colocation.factor(), true);
                }
            }
            return sum.scoreOrBan(node.index);
        }
    }

    static @Nullable Unit onNode(CloneUnit clone, Node node) {
        return PrimaryEffect.instanceOn(clone, node, Phase.UNKNOWN);
    }
}
