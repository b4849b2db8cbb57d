package io.releve.scheduler;

import io.releve.model.Constraint;
import io.releve.model.Constraint.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the orders that users declare, and those that follow from resources that must be apart. */
final class Orders {

    private final Cluster cluster;
    private final Acts acts;
    private final Relations relations;

    Orders(Cluster cluster, Acts acts, Relations relations) {
        this.cluster = cluster;
        this.acts = acts;
        this.relations = relations;
    }

    /** A count of several actions that is to be connected once these are there. */
    private record Counter(Act act, List<Unit> firsts, Task task) {}

    private final List<Counter> counters = new ArrayList<>();

    void read() {
        for (Constraint constraint : cluster.config.constraints()) {
            if (constraint instanceof Order order) {
                read(order);
            } else if (constraint instanceof Constraint.OrderAfterAny any) {
                read(any);
            }
        }
    }

    /** Connects counts with what they count: for a clone, each instance. */
    void connectCounters() {
        for (Counter counter : counters) {
            for (Unit first : counter.firsts()) {
                List<? extends Unit> parts = first instanceof CloneUnit clone ? clone.instances : List.of(first);
                for (Unit part : parts) {
                    boolean found = false;
                    for (Act act : part.acts) {
                        if (act.task == counter.task() && act.intervalMillis == 0) {
                            Relations.edge(act, counter.act(), Effect.AT_LEAST | Effect.GRAPH_THEN);
                            found = true;
                        }
                    }
                    if (!found) {
                        Act missing = acts.placeholder(part, counter.task());
                        Relations.edge(missing, counter.act(), Effect.AT_LEAST | Effect.GRAPH_THEN);
                    }
                }
            }
        }
    }

    private static @Nullable Task task(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "start" -> Task.START;
            case "stop" -> Task.STOP;
            case "promote" -> Task.PROMOTE;
            case "demote" -> Task.DEMOTE;
            default -> null;
        };
    }

    private static Task inverse(Task task) {
        return switch (task) {
            case START -> Task.STOP;
            case STOP -> Task.START;
            case PROMOTE -> Task.DEMOTE;
            default -> Task.PROMOTE;
        };
    }

    private static boolean isUp(Task task) {
        return task == Task.START || task == Task.PROMOTE;
    }

    private static int effects(Order.Kind kind, boolean symmetrical, Task firstTask) {
        return switch (kind) {
            case OPTIONAL -> Effect.AFTER;
            case SERIALIZE -> Effect.SERIALIZE;
            case MANDATORY ->
                symmetrical
                        ? Effect.AFTER | Effect.PULL_THEN | (isUp(firstTask) ? Effect.BLOCK_THEN : 0)
                        : Effect.AFTER | Effect.ASYMMETRIC;
        };
    }

    private static int inverseEffects(Order.Kind kind) {
        return kind == Order.Kind.MANDATORY ? Effect.AFTER | Effect.PULL_FIRST : Effect.AFTER;
    }

    private void read(Order order) {
        Unit first = cluster.find(order.first());
        Unit then = cluster.find(order.then());
        Task firstTask = task(order.firstAction());
        Task thenTask = task(order.thenAction());
        if (first == null || then == null || firstTask == null || thenTask == null) {
            return;
        }
        if (first instanceof CloneUnit clone && clone.min > 0) {
            count(List.of(clone), firstTask, List.of(then), thenTask, order.kind(), order.symmetrical(), clone.min);
            return;
        }
        relations.order(first, firstTask, then, thenTask, effects(order.kind(), order.symmetrical(), firstTask));
        if (order.symmetrical() && order.kind() != Order.Kind.SERIALIZE) {
            reverse(first, firstTask, then, thenTask, order.kind());
        }
    }

    private void read(Constraint.OrderAfterAny order) {
        List<Unit> firsts = units(order.firsts());
        List<Unit> thens = units(order.thens());
        Task firstTask = task(order.firstAction());
        Task thenTask = task(order.thenAction());
        if (firsts.isEmpty() || thens.isEmpty() || firstTask == null || thenTask == null) {
            return;
        }
        count(firsts, firstTask, thens, thenTask, order.kind(), order.symmetrical(), 1);
    }

    private List<Unit> units(List<String> ids) {
        List<Unit> units = new ArrayList<>();
        for (String id : ids) {
            Unit unit = cluster.find(id);
            if (unit != null) {
                units.add(unit);
            }
        }
        return units;
    }

    private void count(
            List<? extends Unit> firsts,
            Task firstTask,
            List<? extends Unit> thens,
            Task thenTask,
            Order.Kind kind,
            boolean symmetrical,
            int atLeast) {
        Act counter = acts.free(Task.ENOUGH, null, true);
        counter.atLeast = atLeast;
        counters.add(new Counter(counter, List.copyOf(firsts), firstTask));
        for (Unit then : thens) {
            relations.from(counter, then, thenTask, effects(kind, symmetrical, firstTask) | Effect.BLOCK_THEN);
            if (symmetrical && kind != Order.Kind.SERIALIZE) {
                for (Unit first : firsts) {
                    reverse(first, firstTask, then, thenTask, kind);
                }
            }
        }
    }

    private void reverse(Unit first, Task firstTask, Unit then, Task thenTask, Order.Kind kind) {
        Task undoFirst = inverse(firstTask);
        Task undoThen = inverse(thenTask);
        relations.order(/* first= */ then, undoThen, /* then= */ first, undoFirst, inverseEffects(kind));
    }

    /** Whoever must not be where another is waits until that one has gone. */
    void readApart(List<Colocation> colocations) {
        for (Colocation colocation : colocations) {
            if (colocation.score() <= -ScoreTable.INFINITY) {
                apart(
                        colocation.dependent(),
                        colocation.dependentRole(),
                        colocation.primary(),
                        colocation.primaryRole());
                apart(
                        colocation.primary(),
                        colocation.primaryRole(),
                        colocation.dependent(),
                        colocation.dependentRole());
            }
        }
    }

    private void apart(Unit leaver, Phase leaverRole, Unit taker, Phase takerRole) {
        for (Task leaving : leaving(leaverRole)) {
            for (Task taking : taking(takerRole)) {
                relations.order(leaver, leaving, taker, taking, Effect.IF_REQUIRED_SAME_NODE);
            }
        }
    }

    private static List<Task> leaving(Phase role) {
        return switch (role) {
            case PROMOTED -> List.of(Task.DEMOTE);
            case UNPROMOTED -> List.of(Task.STOP, Task.PROMOTE);
            default -> List.of(Task.STOP);
        };
    }

    private static List<Task> taking(Phase role) {
        return switch (role) {
            case PROMOTED -> List.of(Task.PROMOTE);
            case UNPROMOTED -> List.of(Task.START, Task.DEMOTE);
            default -> List.of(Task.START);
        };
    }
}
