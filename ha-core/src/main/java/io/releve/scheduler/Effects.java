package io.releve.scheduler;

/** What an order does to the two actions that it is between. */
final class Effects {

    private Effects() {}

    static void apply(Act first, boolean firstRequired, boolean firstRunnable, Act then, int effects) {
        if ((effects & Effect.ASYMMETRIC) != 0) {
            asymmetric(firstRunnable, then);
        }
        if ((effects & Effect.BLOCK_THEN) != 0 && !firstRunnable && then.runnable) {
            block(then, first);
        }
        if ((effects & Effect.PULL_THEN) != 0 && firstRequired && !first.migratable) {
            then.required = true;
        }
        if ((effects & Effect.PULL_FIRST) != 0 && then.required && !then.migratable) {
            first.migratable = false;
        }
        if ((effects & Effect.PULL_FIRST_IF_PROMOTED) != 0
                && then.unit != null
                && then.unit.current == Phase.PROMOTED
                && then.required) {
            first.required = true;
            first.migratable &= then.migratable;
        }
        if ((effects & Effect.RESTART) != 0) {
            restart(first, firstRequired, firstRunnable, then);
        }
        if ((effects & Effect.CHAIN) != 0) {
            if (!(then.migratable && then.runnable)) {
                first.runnable = false;
            }
            if (then.required) {
                first.required = true;
            }
        }
        if ((effects & Effect.ELSE_REAL) != 0 && !firstRunnable) {
            then.pseudo = false;
            then.migratable = false;
        }
        if ((effects & Effect.CANCEL_FIRST) != 0 && then.required) {
            first.required = false;
        }
        if ((effects & Effect.GRAPH_THEN) != 0 && firstRequired && firstRunnable) {
            then.forced = true;
        }
        if ((effects & Effect.GRAPH_FIRST) != 0 && then.required) {
            first.forced = true;
        }
        boolean strict = (effects & (Effect.PULL_THEN | Effect.PULL_FIRST | Effect.RESTART)) != 0;
        if (strict && first.task == Task.STOP && !firstRunnable && isBlocked(first) && then.runnable) {
            block(then, first);
        }
    }

    private static boolean isBlocked(Act act) {
        return act.unit != null && !act.unit.managed && act.unit.blocked;
    }

    private static void block(Act then, Act first) {
        then.runnable = false;
        then.migratable = false;
        if (then.why.isEmpty()) {
            then.why = "it waits for " + first.task + " of " + first.unit
                    + (first.why.isEmpty() ? ", which cannot be done" : ": " + first.why);
        }
    }

    private static void asymmetric(boolean firstRunnable, Act then) {
        if (firstRunnable) {
            return;
        }
        Unit unit = then.unit;
        if (!then.required && unit instanceof PrimitiveUnit primitive) {
            if (then.task == Task.STOP && primitive.current == Phase.STOPPED) {
                return;
            }
            if (then.task == Task.START
                    && primitive.current.isActive()
                    && then.node != null
                    && primitive.active.size() == 1
                    && primitive.active.get(0) == then.node) {
                return;
            }
        }
        then.required = true;
        then.runnable = false;
    }

    private static void restart(Act first, boolean firstRequired, boolean firstRunnable, Act then) {
        boolean same = then.unit == first.unit;
        boolean acts = then.required || (!then.runnable && same && then.unit != null && then.unit.managed);
        if (!acts) {
            return;
        }
        if (firstRunnable || then.required) {
            first.required = true;
        }
        if (!then.migratable) {
            first.migratable = false;
        }
        if ((first.required || firstRequired) && !firstRunnable) {
            then.runnable = false;
        }
    }
}
