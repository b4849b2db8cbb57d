package io.releve.scheduler;

import io.releve.model.Constraint;
import io.releve.model.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads colocations, and says which of them each resource has to look at and in which order. */
final class Colocations {

    private static final Comparator<Unit> IMPORTANCE = Comparator.comparingInt((Unit unit) -> unit.priority)
            .reversed()
            .thenComparing(Comparator.comparingInt(Unit::rank).reversed())
            .thenComparing(unit -> unit instanceof CloneUnit clone && clone.promotable ? 0 : 1)
            .thenComparing(unit -> unit.id);
    /** Between the same two resources: by id, so that it does not matter in which order they are declared. */
    private static final Comparator<Colocation> LAST = Comparator.comparing(Colocation::id)
            .thenComparing(Comparator.comparingInt(Colocation::sequence).reversed());

    private static final Comparator<Colocation> BY_PRIMARY =
            Comparator.comparing(Colocation::primary, IMPORTANCE).thenComparing(LAST);
    private static final Comparator<Colocation> BY_DEPENDENT =
            Comparator.comparing(Colocation::dependent, IMPORTANCE).thenComparing(LAST);

    private final Cluster cluster;
    final List<Colocation> all = new ArrayList<>();
    private int sequence;

    Colocations(Cluster cluster) {
        this.cluster = cluster;
    }

    void read() {
        for (Constraint constraint : cluster.config.constraints()) {
            if (constraint instanceof Constraint.Colocation declared) {
                read(declared);
            }
        }
    }

    private void read(Constraint.Colocation declared) {
        Unit dependent = cluster.find(declared.dependent());
        Unit primary = cluster.find(declared.primary());
        if (dependent == null || primary == null || declared.score().value() == 0) {
            return;
        }
        all.add(add(new Colocation(
                declared.id(),
                dependent,
                role(declared.dependentRole()),
                primary,
                role(declared.primaryRole()),
                declared.score().value(),
                declared.influence().orElse(dependent.critical),
                declared.nodeAttribute(),
                sequence++)));
    }

    private static Phase role(Optional<Role> role) {
        return role.map(Phase::of).filter(phase -> phase != Phase.STARTED).orElse(Phase.UNKNOWN);
    }

    private static Colocation add(Colocation colocation) {
        insert(colocation.dependent().primaries, colocation, BY_PRIMARY);
        insert(colocation.primary().dependents, colocation, BY_DEPENDENT);
        return colocation;
    }

    private static void insert(List<Colocation> list, Colocation colocation, Comparator<Colocation> order) {
        int at = 0;
        while (at < list.size() && order.compare(list.get(at), colocation) < 0) {
            at++;
        }
        list.add(at, colocation);
    }

    /** Ties the members of groups to each other: each to the one before it. */
    void chainGroups() {
        for (Unit unit : cluster.units) {
            unit.forEach(part -> {
                if (part instanceof GroupUnit group && group.colocated) {
                    chain(group);
                }
            });
        }
    }

    private void chain(GroupUnit group) {
        for (int i = 1; i < group.members.size(); i++) {
            PrimitiveUnit member = group.members.get(i);
            add(new Colocation(
                    "",
                    member,
                    Phase.UNKNOWN,
                    group.members.get(i - 1),
                    Phase.UNKNOWN,
                    ScoreTable.INFINITY,
                    member.critical,
                    "#uname",
                    sequence++));
        }
    }

    /** The colocations that say with whom the unit is placed. */
    List<Colocation> primariesOf(Unit unit) {
        if (unit.parent == null) {
            return unit.primaries;
        }
        List<Colocation> list = new ArrayList<>(unit.primaries);
        addOuterPrimaries(list, unit);
        return list;
    }

    private void addOuterPrimaries(List<Colocation> list, Unit unit) {
        if (unit.parent instanceof CloneUnit clone) {
            addAll(list, clone.primaries, BY_PRIMARY);
        } else if (unit.parent instanceof GroupUnit group && unit instanceof PrimitiveUnit member) {
            if (member == group.first()) {
                addAll(list, group.primaries, BY_PRIMARY);
                if (group.parent instanceof CloneUnit clone) {
                    addAll(list, clone.primaries, BY_PRIMARY);
                }
                if (group.colocated) {
                    addInner(list, group, member, true);
                }
            } else {
                addBehindUnmanaged(list, group, member);
            }
        }
    }

    /** Behind a member that cannot move, each member has to look after itself. */
    private static void addBehindUnmanaged(List<Colocation> list, GroupUnit group, PrimitiveUnit member) {
        for (PrimitiveUnit earlier : group.members) {
            if (earlier == member) {
                return;
            }
            if (!earlier.managed) {
                for (Colocation colocation : group.primaries) {
                    if (colocation.score() >= ScoreTable.INFINITY) {
                        insert(list, colocation, BY_PRIMARY);
                    }
                }
                return;
            }
        }
    }

    /** The colocations that say who is placed with the unit. */
    List<Colocation> dependentsOf(Unit unit) {
        if (unit.parent == null) {
            return unit.dependents;
        }
        List<Colocation> list = new ArrayList<>(unit.dependents);
        if (unit.parent instanceof CloneUnit clone) {
            addAll(list, clone.dependents, BY_DEPENDENT);
        } else if (unit.parent instanceof GroupUnit group && unit == group.last()) {
            addAll(list, group.dependents, BY_DEPENDENT);
            if (group.parent instanceof CloneUnit clone) {
                addAll(list, clone.dependents, BY_DEPENDENT);
            }
            if (group.colocated) {
                addInner(list, group, group.last(), false);
            }
        }
        return list;
    }

    private static void addInner(List<Colocation> list, GroupUnit group, PrimitiveUnit except, boolean primaries) {
        for (PrimitiveUnit other : group.members) {
            if (other != except) {
                for (Colocation colocation : primaries ? other.primaries : other.dependents) {
                    if (!colocation.isChain()) {
                        insert(list, colocation, primaries ? BY_PRIMARY : BY_DEPENDENT);
                    }
                }
            }
        }
    }

    /**
     * Adds one list to another as Pacemaker does: into a list that is not empty its first element goes as often as it has
     * elements. That can be seen in the scores, so it has to be the same here.
     */
    private static void addAll(List<Colocation> list, List<Colocation> added, Comparator<Colocation> order) {
        if (list.isEmpty()) {
            list.addAll(added);
        } else {
            for (int i = 0; i < added.size(); i++) {
                insert(list, added.get(0), order);
            }
        }
    }
}
