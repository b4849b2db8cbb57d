package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects which action comes before which, and turns that into edges once all actions are there. */
final class Relations {

    private final Acts acts;
    private final List<Relation> user = new ArrayList<>();
    private final List<Relation> implied = new ArrayList<>();
    private final List<Relation> made = new ArrayList<>();
    private List<Relation> target = user;

    Relations(Acts acts) {
        this.acts = acts;
    }

    /** One side is an action, or a task of a unit whose action is looked for later. */
    private record Side(
            @Nullable Act act,
            @Nullable Unit unit,
            @Nullable Task task) {}

    private record Relation(Side first, Side then, int effects) {}

    /** From here on what is recorded comes after the orders of users. */
    void recordImplied() {
        target = implied;
    }

    /** From here on what is recorded comes after what is implied by groups and clones. */
    void recordMade() {
        target = made;
    }

    void order(Unit first, Task firstTask, Unit then, Task thenTask, int effects) {
        target.add(new Relation(new Side(null, first, firstTask), new Side(null, then, thenTask), effects));
        if (mayMigrate(then) && !first.isInside(then) && !then.isInside(first)) {
            orderMigration(first, firstTask, then, thenTask);
        }
    }

    private static boolean mayMigrate(Unit unit) {
        return unit instanceof PrimitiveUnit && Values.isTrue(unit.meta.get("allow-migrate"));
    }

    /** What an order of starts and stops means where the second resource migrates instead. */
    private void orderMigration(Unit first, Task firstTask, Unit then, Task thenTask) {
        boolean firstMigrates = mayMigrate(first);
        int unless = Effect.AFTER | Effect.IF_FIRST_UNMIGRATABLE;
        if (firstTask == Task.START && thenTask == Task.START) {
            if (firstMigrates) {
                order(first, Task.MIGRATE_FROM, then, Task.MIGRATE_TO, Effect.AFTER);
            }
            order(first, Task.START, then, Task.MIGRATE_TO, firstMigrates ? unless : Effect.AFTER);
        } else if (thenTask == Task.STOP && (firstTask == Task.STOP || firstTask == Task.DEMOTE)) {
            int effect = firstMigrates && firstTask == Task.STOP ? unless : Effect.AFTER;
            order(first, firstTask, then, Task.MIGRATE_TO, effect);
            if (then instanceof PrimitiveUnit primitive && primitive.migrationTarget != null) {
                order(first, firstTask, then, Task.MIGRATE_FROM, effect);
            }
        } else if (firstTask == Task.PROMOTE && thenTask == Task.START) {
            order(first, Task.PROMOTE, then, Task.MIGRATE_TO, Effect.AFTER);
        }
    }

    void to(Unit first, Task firstTask, Act then, int effects) {
        target.add(new Relation(new Side(null, first, firstTask), new Side(then, null, null), effects));
    }

    void from(Act first, Unit then, Task thenTask, int effects) {
        target.add(new Relation(new Side(first, null, null), new Side(null, then, thenTask), effects));
    }

    void between(Act first, Act then, int effects) {
        target.add(new Relation(new Side(first, null, null), new Side(then, null, null), effects));
    }

    void apply() {
        for (List<Relation> list : List.of(user, implied, made)) {
            for (Relation relation : list) {
                apply(relation);
            }
        }
    }

    private void apply(Relation relation) {
        List<Act> thens = acts(relation.then());
        List<Act> firsts = acts(relation.first());
        if (firsts.isEmpty()) {
            Act missing = missing(relation);
            if (missing == null) {
                return;
            }
            firsts = List.of(missing);
        }
        for (Act first : firsts) {
            for (Act then : thens) {
                connect(first, then, relation.effects());
            }
        }
    }

    private static List<Act> acts(Side side) {
        if (side.act() != null) {
            return List.of(side.act());
        }
        List<Act> found = new ArrayList<>(2);
        if (side.unit() != null) {
            for (Act act : side.unit().acts) {
                if (act.task == side.task() && act.intervalMillis == 0) {
                    found.add(act);
                }
            }
        }
        return found;
    }

    /** What is waited for, where there is no such action: one that cannot be carried out, unless it has no meaning. */
    private @Nullable Act missing(Relation relation) {
        Unit unit = relation.first().unit();
        Task task = relation.first().task();
        Unit thenUnit = relation.then().unit();
        if (thenUnit == null && relation.then().act() != null) {
            thenUnit = relation.then().act().unit;
        }
        if (unit == null || task == null || unit == thenUnit) {
            return null;
        }
        if ((task.begun() == Task.STOP && unit.current.compareTo(Phase.STOPPED) <= 0)
                || (task.begun() == Task.DEMOTE && unit.current == Phase.UNPROMOTED)) {
            return null;
        }
        return acts.placeholder(unit, task);
    }

    /** Makes an edge, for a group or clone from the action that says that all of it has acted. */
    static Act.@Nullable Edge connect(Act first, Act then, int effects) {
        Act from = first;
        Unit unit = first.unit;
        if (first.isCollective()
                && unit != null
                && then.unit != null
                && then.unit != unit
                && !then.unit.isInside(unit)
                && !first.task.isCompletion()) {
            Act completed = unit.act(first.task.completed());
            from = completed == null ? first : completed;
        }
        if ((effects & Effect.SAME_NODE) != 0 && from.node != null && then.node != null && from.node != then.node) {
            return null;
        }
        Act.Edge edge = edge(from, then, effects);
        if (edge != null) {
            edge.paired = Interleave.applies(from, then);
        }
        return edge;
    }

    /** An edge; none if there is one already under the same conditions, which then has these effects too. */
    static Act.@Nullable Edge edge(Act first, Act then, int effects) {
        if (first == then) {
            return null;
        }
        List<Act.Edge> shorter = first.after.size() < then.before.size() ? first.after : then.before;
        for (Act.Edge edge : shorter) {
            if (edge.first == first
                    && edge.then == then
                    && (edge.effects & Effect.CONDITIONS) == (effects & Effect.CONDITIONS)) {
                edge.effects |= effects;
                return null;
            }
        }
        Act.Edge edge = new Act.Edge(first, then, effects);
        first.after.add(edge);
        then.before.add(edge);
        return edge;
    }
}
