package io.releve.scheduler;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the actions of a primitive: those that take it to its node and role, and those that a restart would need. */
final class PrimitiveActions {

    private final Acts acts;
    private final Relations relations;
    private final Monitors monitors;

    PrimitiveActions(Cluster cluster, Acts acts, Relations relations) {
        this.acts = acts;
        this.relations = relations;
        this.monitors = new Monitors(cluster, acts, relations);
    }

    void make(PrimitiveUnit unit) {
        Node target = unit.assigned;
        if (unit.next == Phase.UNKNOWN) {
            unit.next = target == null ? Phase.STOPPED : Phase.STARTED;
        }
        for (Node source : unit.leftBehind) {
            acts.request(unit, Task.STOP, source, true);
        }
        for (Node node : unit.stopsRequired) {
            acts.request(unit, Task.STOP, node, true);
        }
        for (Node node : unit.demotesRequired) {
            acts.request(unit, Task.DEMOTE, node, true);
        }
        Node current = unit.currentNode();
        boolean moving = current != null && target != null && current != target && unit.next.isActive();
        boolean needStop = moving;
        boolean needPromote = false;
        boolean migrates = moving && current != null && target != null && mayMigrate(unit, current, target);
        boolean continues = false;
        if (unit.migrationTarget != null) {
            continues = migrates
                    && unit.active.size() == 2
                    && current == unit.migrationSource
                    && target == unit.migrationTarget;
            if (!continues) {
                needStop = true;
                migrates = false;
            }
        } else if (Activity.isMultiplyActive(unit)) {
            String policy = Activity.policy(unit);
            unit.stopUnexpected = policy.equals("stop_unexpected");
            needStop |= policy.equals("stop_start") || policy.equals("stop_unexpected");
            migrates = false;
        }
        if (unit.startPending && target != null) {
            acts.request(unit, Task.START, target, false).forced = true;
        }
        if (unit.promotePending && target != null && !moving && unit.next == Phase.PROMOTED) {
            // Pacemaker makes no plan before it has ended. Here what depends on it waits for it in the new plan.
            acts.request(unit, Task.PROMOTE, target, true);
        }
        if (!moving) {
            if (unit.mustStop) {
                needStop = true;
            } else if (unit.failed) {
                needPromote = unit.next == Phase.PROMOTED;
            } else if (unit.blocked) {
                needStop = true;
            } else if (unit.current.exceeds(Phase.STARTED) && current != null && target != null) {
                needStop |= acts.request(unit, Task.START, target, false).required;
            }
        }
        Walk walk = new Walk(unit, target, continues);
        walk.restart(needStop, needPromote);
        walk.change();
        monitors.make(unit);
        if (migrates && current != null && target != null) {
            migrate(unit, current, target, continues);
        }
    }

    private boolean mayMigrate(PrimitiveUnit unit, Node current, Node target) {
        return Values.isTrue(unit.meta.get("allow-migrate"))
                && unit.managed
                && !unit.failed
                && !unit.unmigratable
                && !unit.startPending
                && unit.leftBehind.isEmpty()
                && !current.unclean
                && !target.unclean;
    }

    private void migrate(PrimitiveUnit unit, Node source, Node target, boolean continues) {
        Act start = acts.request(unit, Task.START, target, true);
        start.pseudo = true;
        start.migratable = true;
        Act stop = acts.request(unit, Task.STOP, source, true);
        stop.migratable = true;
        Act from = acts.request(unit, Task.MIGRATE_FROM, target, false);
        from.migratable = true;
        int chain = Effect.AFTER | Effect.CHAIN;
        if (!continues) {
            Act to = acts.request(unit, Task.MIGRATE_TO, source, false);
            to.migratable = true;
            Act probed = unit.act(Task.PROBED);
            if (probed != null) {
                relations.between(probed, to, Effect.AFTER);
            }
            relations.between(to, from, chain);
        }
        relations.between(from, stop, chain);
        relations.between(from, start, chain | Effect.ELSE_REAL);
    }

    /** Walks a primitive through its roles. */
    private final class Walk {
        private final PrimitiveUnit unit;
        private final @Nullable Node target;
        private final boolean continues;
        private boolean restarting;

        Walk(PrimitiveUnit unit, @Nullable Node target, boolean continues) {
            this.unit = unit;
            this.target = target;
            this.continues = continues;
        }

        /** Down and up again: required if it must stop, else only there for others to be ordered by. */
        void restart(boolean needStop, boolean needPromote) {
            restarting = true;
            Phase role = unit.current;
            while (role != Phase.STOPPED) {
                perform(RoleSteps.operation(role, Phase.STOPPED), needStop);
                role = RoleSteps.next(role, Phase.STOPPED);
            }
            while (unit.current.compareTo(unit.next) <= 0 && role != unit.current && !unit.blocked) {
                RoleSteps step = RoleSteps.operation(role, unit.current);
                if (step == RoleSteps.NOTHING) {
                    break;
                }
                perform(step, needStop || (step == RoleSteps.PROMOTE && needPromote));
                role = RoleSteps.next(role, unit.current);
            }
            restarting = false;
        }

        void change() {
            Phase role = unit.current;
            while (role != unit.next) {
                RoleSteps step = RoleSteps.operation(role, unit.next);
                if (step == RoleSteps.NOTHING) {
                    break;
                }
                perform(step, true);
                role = RoleSteps.next(role, unit.next);
            }
        }

        private void perform(RoleSteps step, boolean required) {
            switch (step) {
                case STOP -> stop(required);
                case DEMOTE -> demote(required);
                case START -> start(required);
                case PROMOTE -> promote(required);
                case NOTHING -> {
                    // The role is the one wanted, under another name.
                }
            }
        }

        private boolean staysOn(Node node) {
            return restarting && unit.stopUnexpected && unit.next.exceeds(Phase.STOPPED) && node == target;
        }

        private void stop(boolean required) {
            for (Node node : List.copyOf(unit.active)) {
                if (staysOn(node) || (continues && node == target)) {
                    continue;
                }
                boolean abandoned = unit.migrationTarget != null && !continues;
                Act stop = acts.request(unit, Task.STOP, node, required || abandoned);
                if (!unit.managed) {
                    stop.runnable = false;
                    stop.why = "it is unmanaged";
                }
            }
        }

        private void demote(boolean required) {
            for (Node node : List.copyOf(unit.active)) {
                if (!staysOn(node)) {
                    acts.request(unit, Task.DEMOTE, node, required);
                }
            }
        }

        private void start(boolean required) {
            Act start = acts.request(unit, Task.START, target, false);
            if (required && start.runnable && unit.managed) {
                start.required = true;
            }
            if (restarting && unit.stopUnexpected && target != null && unit.active.contains(target)) {
                start.pseudo = true;
            }
        }

        private void promote(boolean required) {
            Act start = unit.act(Task.START, target);
            if (start != null && !start.runnable) {
                for (Act act : unit.acts) {
                    if (act.task == Task.PROMOTE) {
                        act.runnable = false;
                    }
                }
                return;
            }
            Act promote = acts.request(unit, Task.PROMOTE, target, required);
            if (restarting && unit.stopUnexpected && target != null && unit.active.contains(target)) {
                promote.pseudo = true;
            }
        }
    }
}
