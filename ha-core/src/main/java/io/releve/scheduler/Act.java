package io.releve.scheduler;

import io.releve.state.Notification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An action that may become part of the transition. */
final class Act {

    final int index;
    final @Nullable Unit unit;
    final Task task;
    final long intervalMillis;

    @Nullable
    Node node;

    /** It has to happen; if not, it is only there for others to be ordered by. */
    boolean required;

    boolean runnable = true;
    /** Nobody carries it out: it only stands between others. */
    boolean pseudo;
    /** It is part of a live migration, as long as nothing forbids that. */
    boolean migratable;
    /** It is in the graph although nothing requires it. */
    boolean forced;

    /** For a count of several: how many of them must be runnable. */
    int atLeast;
    /** For a monitor or probe: what it is expected to return. */
    int expectedCode;
    /** Why it happens or cannot. */
    String why = "";

    /** For the end of a resource's probes: those probes that are no actions of their own. */
    List<Probing> probings = List.of();

    /** For a notification: what the instance is told. */
    @Nullable
    Notification notification;

    final List<Edge> before = new ArrayList<>(0);
    final List<Edge> after = new ArrayList<>(0);

    boolean queued;
    boolean inGraph;

    Act(int index, @Nullable Unit unit, Task task, long intervalMillis, @Nullable Node node) {
        this.index = index;
        this.unit = unit;
        this.task = task;
        this.intervalMillis = intervalMillis;
        this.node = node;
    }

    /** Whether it stands for all parts of a group or clone. */
    boolean isCollective() {
        return unit != null && !(unit instanceof PrimitiveUnit);
    }

    boolean isRecurring() {
        return intervalMillis > 0;
    }

    /** Requires that one action comes before another. */
    static final class Edge {
        final Act first;
        final Act then;
        /** What the one does to the other, as bits of {@link Effect}. */
        int effects;
        /** It is between two clones, and has its effects only between instances on the same node. */
        boolean paired;

        Edge(Act first, Act then, int effects) {
            this.first = first;
            this.then = then;
            this.effects = effects;
        }

        boolean has(int effect) {
            return (effects & effect) != 0;
        }
    }

    @Override
    public String toString() {
        return task + (isRecurring() ? "_" + intervalMillis : "") + " " + unit + " " + node
                + (required ? " required" : " optional") + (runnable ? "" : " unrunnable") + (pseudo ? " pseudo" : "");
    }
}
