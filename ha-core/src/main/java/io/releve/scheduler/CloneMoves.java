package io.releve.scheduler;

import io.releve.state.CloneTransition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What will really be done with the instances of a clone, and where they are before and after each phase. */
final class CloneMoves {

    private final Map<Task, List<Act>> moves = new EnumMap<>(Task.class);
    private final List<Place> active = new ArrayList<>();
    /** Active now, and not stopped. */
    private final List<Place> staying = new ArrayList<>();
    /** Active once all that starts has started. */
    private final List<Place> later = new ArrayList<>();

    private final CloneTransition all;

    /** An instance, or a member of one that is a group, on a node. */
    record Place(PrimitiveUnit unit, Node node) {

        CloneTransition.Instance name() {
            return new CloneTransition.Instance(unit.publicId(), node.name);
        }
    }

    CloneMoves(CloneUnit clone) {
        List<Place> promoted = new ArrayList<>();
        clone.forEachPrimitive(unit -> {
            for (Node node : unit.active) {
                Place place = new Place(unit, node);
                active.add(place);
                if (unit.current == Phase.PROMOTED) {
                    promoted.add(place);
                }
                if (!isMoved(unit, Task.STOP, node)) {
                    staying.add(place);
                }
            }
            for (Act act : unit.acts) {
                if (!act.isRecurring() && Graph.belongs(act)) {
                    moves.computeIfAbsent(act.task, none -> new ArrayList<>()).add(act);
                }
            }
        });
        Set<Place> up = new LinkedHashSet<>(staying);
        up.addAll(places(Task.START));
        later.addAll(up);
        all = new CloneTransition(
                names(active),
                names(promoted),
                names(places(Task.START)),
                names(places(Task.STOP)),
                names(places(Task.PROMOTE)),
                names(places(Task.DEMOTE)));
    }

    private static boolean isMoved(PrimitiveUnit unit, Task task, Node node) {
        Act act = unit.act(task, node);
        return act != null && Graph.belongs(act);
    }

    private List<Place> places(Task task) {
        List<Place> places = new ArrayList<>();
        for (Act act : of(task)) {
            if (act.unit instanceof PrimitiveUnit unit && act.node != null) {
                places.add(new Place(unit, act.node));
            }
        }
        return places;
    }

    private static List<CloneTransition.Instance> names(List<Place> places) {
        return places.stream().map(Place::name).toList();
    }

    /** The actions of one task that will be carried out, or are done with their node being fenced. */
    List<Act> of(Task task) {
        return moves.getOrDefault(task, List.of());
    }

    /** Who is active when a phase is about to begin. */
    List<Place> before(Task phase) {
        return switch (phase) {
            case DEMOTE, STOP -> active;
            case START -> staying;
            default -> later;
        };
    }

    /** Who is active when a phase is over. */
    List<Place> after(Task phase) {
        return switch (phase) {
            case DEMOTE -> active;
            case STOP -> staying;
            default -> later;
        };
    }

    CloneTransition all() {
        return all;
    }
}
