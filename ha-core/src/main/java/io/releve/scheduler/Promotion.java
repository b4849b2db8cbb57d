package io.releve.scheduler;

import io.releve.model.Score;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Decides which instances of a promotable clone are Promoted. */
final class Promotion {

    private static final int NEVER = -ScoreTable.INFINITY;

    private final Placement placement;

    Promotion(Placement placement) {
        this.placement = placement;
    }

    /** Lets the agents' promotion scores count when instances are placed. */
    void addScores(CloneUnit clone) {
        for (Unit instance : clone.instances) {
            for (Node node : placement.cluster.nodes) {
                if (!instance.table.lists(node.index) || !node.isAvailable()) {
                    continue;
                }
                int score = scoreOn(clone, instance, node).orElse(0);
                if (score > 0) {
                    instance.table.add(node.index, score);
                }
                if (score > instance.priority) {
                    instance.priority = score;
                }
            }
        }
    }

    /** The promotion score that counts for an instance on a node; empty if none was ever set. */
    private OptionalInt scoreOn(CloneUnit clone, Unit instance, Node node) {
        if (instance instanceof GroupUnit group) {
            OptionalInt sum = OptionalInt.empty();
            for (PrimitiveUnit member : group.members) {
                OptionalInt score = scoreOn(clone, member, node);
                if (score.isPresent()) {
                    sum = OptionalInt.of(Score.add(sum.orElse(0), score.getAsInt()));
                }
            }
            return sum;
        }
        PrimitiveUnit unit = (PrimitiveUnit) instance;
        if (!applies(clone, unit, node)) {
            return OptionalInt.empty();
        }
        String name = unit.historyId == null ? unit.id : unit.historyId;
        String value = node.attributes.get("master-" + name);
        if (value == null && !clone.unique) {
            value = node.attributes.get("master-" + unit.primitive.id());
        }
        return value == null ? OptionalInt.empty() : OptionalInt.of(Values.score(value, 0));
    }

    private boolean applies(CloneUnit clone, PrimitiveUnit unit, Node node) {
        boolean here = unit.active.contains(node);
        if (!clone.unique) {
            if (here) {
                return true;
            }
            boolean someoneHere = false;
            boolean someoneKnown = false;
            for (Unit instance : clone.instances) {
                PrimitiveUnit same = samePart(instance, unit);
                someoneHere |= same.active.contains(node);
                someoneKnown |= same.known.get(node.index);
            }
            if (!someoneHere && someoneKnown) {
                return true;
            }
        }
        if (unit.active.isEmpty() && unit.known.isEmpty()) {
            return true;
        }
        return (here || unit.known.get(node.index)) && unit.table.scoreOrBan(node.index) >= 0;
    }

    private static PrimitiveUnit samePart(Unit instance, PrimitiveUnit unit) {
        if (instance instanceof GroupUnit group) {
            for (PrimitiveUnit member : group.members) {
                if (member.primitive.id().equals(unit.primitive.id())) {
                    return member;
                }
            }
        }
        return instance instanceof PrimitiveUnit primitive ? primitive : unit;
    }

    /** Chooses who is Promoted, once all instances have their nodes. */
    void choose(CloneUnit clone) {
        Arrays.fill(clone.count, 0);
        for (Unit instance : clone.instances) {
            if (roleNow(instance) == Phase.STARTED) {
                instance.forEach(part -> {
                    if (part.current == Phase.STARTED) {
                        part.current = Phase.UNPROMOTED;
                    }
                });
            }
        }
        for (Unit instance : clone.instances) {
            setPriority(clone, instance);
        }
        Map<Unit, Integer> value = new HashMap<>();
        for (Unit instance : clone.instances) {
            value.put(instance, instance.next == Phase.PROMOTED ? ScoreTable.INFINITY : instance.priority);
        }
        addToClone(clone, value);
        for (Colocation colocation : placement.colocations.dependentsOf(clone)) {
            if (colocation.primaryRole() == Phase.PROMOTED && colocation.hasInfluence()) {
                placement.wishes.merge(clone.table, colocation, true);
            }
        }
        if (clone.promotionDenied) {
            clone.table.addEverywhere(NEVER);
        }
        for (Unit instance : clone.instances) {
            Node node = instance.assigned();
            if (node == null) {
                value.put(instance, NEVER);
            } else if (value.getOrDefault(instance, NEVER) >= 0) {
                value.put(instance, clone.table.scoreOrBan(node.index));
            }
            if (!instance.managed && instance.next == Phase.PROMOTED) {
                value.put(instance, ScoreTable.INFINITY);
            }
        }
        List<Unit> sorted = new java.util.ArrayList<>(clone.instances);
        sorted.sort(Comparator.comparingInt((Unit instance) -> value.getOrDefault(instance, NEVER))
                .reversed()
                .thenComparing(Comparator.comparing((Unit instance) -> roleNow(instance))
                        .reversed()));
        clone.instances.clear();
        clone.instances.addAll(sorted);
        promote(clone, value);
    }

    private static Phase roleNow(Unit instance) {
        Phase[] highest = {Phase.UNKNOWN};
        instance.forEachPrimitive(part -> highest[0] = part.current.exceeds(highest[0]) ? part.current : highest[0]);
        return highest[0];
    }

    private static void addToClone(CloneUnit clone, Map<Unit, Integer> value) {
        for (Unit instance : clone.instances) {
            Node node = instance.assigned();
            int points = value.getOrDefault(instance, NEVER);
            if (node != null && points >= 0 && clone.table.lists(node.index)) {
                clone.table.add(node.index, points);
            }
        }
    }

    private void setPriority(CloneUnit clone, Unit instance) {
        Node node = instance.assigned();
        if (node == null) {
            return;
        }
        switch (instance.next) {
            case STARTED, UNKNOWN ->
                instance.priority = scoreOn(clone, instance, node).orElse(-1);
            case STOPPED, UNPROMOTED -> instance.priority = NEVER;
            case PROMOTED -> {
                // It stays, and keeps the priority that it has.
            }
        }
        addLocations(instance, instance, node);
        addLocations(clone, instance, node);
        Unit from = instance instanceof GroupUnit group ? group.first() : instance;
        for (Colocation colocation : placement.colocations.primariesOf(from)) {
            if (!colocation.isChain()) {
                addColocation(instance, node, colocation);
            }
        }
    }

    private void addLocations(Unit holder, Unit instance, Node node) {
        for (Preferences.Located located : holder.promotionLocations) {
            Integer score = located.scores().get(node);
            if (score != null) {
                instance.priority = Score.add(instance.priority, score);
            }
        }
    }

    private void addColocation(Unit instance, Node node, Colocation colocation) {
        if (colocation.primary() instanceof CloneUnit primary
                && primary.promotable
                && colocation.primaryRole() != Phase.UNKNOWN) {
            if (colocation.dependentRole() == Phase.PROMOTED && primary.decided) {
                addByRole(instance, node, colocation, primary);
            }
            return;
        }
        if (colocation.dependentRole() != Phase.PROMOTED && colocation.dependentRole() != Phase.UNPROMOTED) {
            return;
        }
        if (colocation.primary() instanceof CloneUnit clone) {
            addByClone(instance, node, colocation, clone);
        } else if (colocation.primary() instanceof GroupUnit group) {
            addByPrimitive(
                    instance,
                    node,
                    colocation,
                    colocation.score() >= ScoreTable.INFINITY ? group.last() : group.first());
        } else {
            addByPrimitive(instance, node, colocation, (PrimitiveUnit) colocation.primary());
        }
    }

    private void addByClone(Unit instance, Node node, Colocation colocation, CloneUnit clone) {
        if (colocation.score() >= ScoreTable.INFINITY) {
            if (PrimaryEffect.isInterleaved(colocation, clone)) {
                Unit partner = PrimaryEffect.instanceOn(clone, node, Phase.UNKNOWN);
                if (partner == null) {
                    instance.priority = NEVER;
                }
            }
            return;
        }
        for (Unit other : clone.instances) {
            if (other instanceof PrimitiveUnit primitive) {
                addByPrimitive(instance, node, colocation, primitive);
            } else if (other instanceof GroupUnit group) {
                addByPrimitive(instance, node, colocation, group.first());
            }
        }
    }

    private static void addByPrimitive(Unit instance, Node node, Colocation colocation, PrimitiveUnit primary) {
        if (!primary.decided) {
            return;
        }
        Node at = primary.assigned;
        if (at != null && colocation.primaryRole() != Phase.UNKNOWN && primary.next != colocation.primaryRole()) {
            return;
        }
        boolean promoted = colocation.dependentRole() == Phase.PROMOTED;
        boolean same = at != null
                && (colocation.isByNode()
                        ? at == node
                        : Wishes.same(
                                at.attributes.get(colocation.attribute()),
                                node.attributes.get(colocation.attribute())));
        if (same) {
            instance.priority = Score.add(instance.priority, promoted ? colocation.score() : -colocation.score());
        } else if (promoted && colocation.score() >= ScoreTable.INFINITY) {
            instance.priority = NEVER;
        }
    }

    private void addByRole(Unit instance, Node node, Colocation colocation, CloneUnit primary) {
        boolean found = false;
        for (Unit other : primary.instances) {
            Node at = other.assigned();
            found |= at != null
                    && other.next == colocation.primaryRole()
                    && (colocation.isByNode()
                            ? at == node
                            : Wishes.same(
                                    at.attributes.get(colocation.attribute()),
                                    node.attributes.get(colocation.attribute())));
        }
        if (found) {
            instance.priority = Score.add(instance.priority, colocation.score());
        } else if (colocation.score() >= ScoreTable.INFINITY) {
            instance.priority = NEVER;
        }
    }

    private void promote(CloneUnit clone, Map<Unit, Integer> value) {
        int promoted = 0;
        for (Unit instance : clone.instances) {
            int points = value.getOrDefault(instance, NEVER);
            Node node = instance.assigned();
            if (points >= 0 && node != null && mayBePromoted(clone, instance, node, promoted)) {
                instance.forEach(part -> part.next = Phase.PROMOTED);
                clone.count[node.index]++;
                promoted++;
                placement.cluster.reasons.add(instance, node, points, "promotion", "it is to be Promoted on " + node);
            } else {
                instance.forEach(part -> {
                    if (part.next != Phase.STOPPED || part.assigned() != null) {
                        part.next = part.assigned() == null ? Phase.STOPPED : Phase.UNPROMOTED;
                    }
                });
            }
        }
    }

    private boolean mayBePromoted(CloneUnit clone, Unit instance, Node node, int promoted) {
        if (promoted >= clone.promotedMax && clone.managed) {
            return false;
        }
        if (instance instanceof GroupUnit group) {
            if (group.members.stream().anyMatch(member -> member.assigned == null)) {
                return false;
            }
        }
        if (!instance.managed) {
            return roleNow(instance) == Phase.PROMOTED;
        }
        if (instance.priority < 0 || !node.isAvailable()) {
            return false;
        }
        if (!placement.cluster.state.quorate()
                && placement.cluster.options.quorumPolicy() == Options.QuorumPolicy.FREEZE
                && roleNow(instance) != Phase.PROMOTED) {
            return false;
        }
        return clone.count[node.index] < clone.promotedNodeMax;
    }
}
