package io.releve.scheduler;

import io.releve.state.Notification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has the active instances of a clone told before and after some of them start, stop, are promoted or demoted.
 *
 * <p>They only add to what is ordered, and are told only of what is carried out: so they are made once everything else
 * is decided. Between those who are told and those who act stands one barrier, however many there are.
 */
final class Notifications {

    /** In the order in which a clone goes through them. */
    private static final List<Task> PHASES = List.of(Task.DEMOTE, Task.STOP, Task.START, Task.PROMOTE);

    private final Cluster cluster;
    private final Acts acts;

    Notifications(Cluster cluster, Acts acts) {
        this.cluster = cluster;
        this.acts = acts;
    }

    void make() {
        for (Unit unit : cluster.units) {
            if (unit instanceof CloneUnit clone && clone.notify) {
                CloneMoves moves = new CloneMoves(clone);
                List<Act> confirmed = new ArrayList<>(PHASES.size());
                for (Task phase : PHASES) {
                    if (!moves.of(phase).isEmpty()) {
                        confirmed.add(make(clone, moves, phase, confirmed));
                    }
                }
            }
        }
    }

    /**
     * Makes the notifications of one phase.
     *
     * @param earlier what confirms those of the phases before
     * @return what confirms that all have been told
     */
    private Act make(CloneUnit clone, CloneMoves moves, Task phase, List<Act> earlier) {
        Act pre = barrier(clone, Task.NOTIFY);
        Act preConfirmed = barrier(clone, Task.NOTIFIED);
        Act post = barrier(clone, Task.NOTIFY);
        Act postConfirmed = barrier(clone, Task.NOTIFIED);
        order(pre, preConfirmed);
        order(preConfirmed, post);
        order(post, postConfirmed);
        earlier.forEach(done -> order(done, pre));
        for (Act move : moves.of(phase)) {
            order(preConfirmed, move);
            order(move, post);
        }
        order(preConfirmed, clone.act(phase));
        Act completed = clone.act(phase.completed());
        order(completed, post);
        tell(
                moves.before(phase),
                new Notification(Notification.Type.PRE, phase.toString(), moves.all()),
                pre,
                preConfirmed);
        List<CloneMoves.Place> after = moves.after(phase);
        tell(after, new Notification(Notification.Type.POST, phase.toString(), moves.all()), post, postConfirmed);
        monitorOnlyOnceTold(after, postConfirmed);
        if (completed != null) {
            haveOthersWait(clone, completed, postConfirmed);
        }
        return postConfirmed;
    }

    private Act barrier(CloneUnit clone, Task task) {
        Act barrier = acts.pseudo(clone, task);
        barrier.required = true;
        return barrier;
    }

    private static void order(@Nullable Act first, @Nullable Act then) {
        if (first != null && then != null) {
            // More than the order alone: that would not count after what is part of a live migration.
            Relations.edge(first, then, Effect.AFTER | Effect.GRAPH_THEN);
        }
    }

    private void tell(List<CloneMoves.Place> places, Notification what, Act begin, Act confirmed) {
        for (CloneMoves.Place place : places) {
            Act told = acts.separate(place.unit(), Task.NOTIFY, 0, place.node());
            told.required = true;
            told.notification = what;
            order(begin, told);
            order(told, confirmed);
        }
    }

    private static void monitorOnlyOnceTold(List<CloneMoves.Place> places, Act confirmed) {
        for (CloneMoves.Place place : places) {
            for (Act act : place.unit().acts) {
                if (act.task == Task.MONITOR && act.isRecurring() && act.node == place.node()) {
                    order(confirmed, act);
                }
            }
        }
    }

    /** Whoever is ordered after the clone waits until its instances have been told. */
    private static void haveOthersWait(CloneUnit clone, Act completed, Act confirmed) {
        for (Act.Edge edge : List.copyOf(completed.after)) {
            Unit unit = edge.then.unit;
            if (unit != null && !unit.isInside(clone)) {
                Relations.edge(confirmed, edge.then, Effect.AFTER | (edge.effects & Effect.CONDITIONS));
            }
        }
    }
}
