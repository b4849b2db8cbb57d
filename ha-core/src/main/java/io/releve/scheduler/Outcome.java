package io.releve.scheduler;

import io.releve.model.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where everything is once the transition has been carried out with success. */
final class Outcome {

    private final Cluster cluster;
    private final Graph graph;

    Outcome(Cluster cluster, Graph graph) {
        this.cluster = cluster;
        this.graph = graph;
    }

    List<Transition.Placed> placement() {
        Map<PrimitiveUnit, Map<Node, Phase>> after = new LinkedHashMap<>();
        cluster.forEachPrimitive(unit -> {
            Map<Node, Phase> roles = new LinkedHashMap<>();
            for (Node node : unit.active) {
                roles.put(node, unit.leftBehind.contains(node) ? Phase.STARTED : roleNow(unit));
            }
            after.put(unit, roles);
        });
        List<Act> core = new ArrayList<>();
        for (Act act : graph.acts()) {
            if (act.task.isCore()) {
                core.add(act);
            }
        }
        apply(core, after, Task.DEMOTE);
        apply(core, after, Task.STOP);
        apply(core, after, Task.MIGRATE_FROM);
        apply(core, after, Task.START);
        apply(core, after, Task.PROMOTE);
        fence(core, after);
        List<Transition.Placed> placed = new ArrayList<>();
        for (Unit unit : cluster.units) {
            place(unit, after, placed);
        }
        return placed;
    }

    private static Phase roleNow(PrimitiveUnit unit) {
        return unit.current.exceeds(Phase.STARTED) ? unit.current : unit.activePhase();
    }

    private static void apply(List<Act> core, Map<PrimitiveUnit, Map<Node, Phase>> after, Task task) {
        for (Act act : core) {
            if (act.task != task || act.node == null || !(act.unit instanceof PrimitiveUnit unit)) {
                continue;
            }
            Map<Node, Phase> roles = after.get(unit);
            if (roles == null) {
                continue;
            }
            switch (task) {
                case STOP -> roles.remove(act.node);
                case DEMOTE -> roles.computeIfPresent(act.node, (node, role) -> Phase.UNPROMOTED);
                case PROMOTE -> roles.put(act.node, Phase.PROMOTED);
                default -> roles.putIfAbsent(act.node, unit.activePhase());
            }
        }
    }

    private static void fence(List<Act> core, Map<PrimitiveUnit, Map<Node, Phase>> after) {
        for (Act act : core) {
            if (act.task == Task.FENCE) {
                after.forEach((unit, roles) -> roles.remove(act.node));
            }
        }
    }

    private static void place(Unit unit, Map<PrimitiveUnit, Map<Node, Phase>> after, List<Transition.Placed> placed) {
        Map<String, Integer> active = new LinkedHashMap<>();
        unit.forEachPrimitive(part -> {
            Map<Node, Phase> roles = after.getOrDefault(part, Map.of());
            active.merge(part.publicId(), roles.size(), Integer::sum);
            roles.forEach((node, phase) -> {
                Role role = phase.role();
                placed.add(new Transition.Placed(part.publicId(), role, Optional.of(node.name)));
            });
        });
        unit.forEachPrimitive(part -> {
            Integer count = active.remove(part.publicId());
            if (count != null && count == 0 && (!part.removed || part.inClone() != null)) {
                placed.add(new Transition.Placed(
                        part.publicId(),
                        Role.STOPPED,
                        part.active.isEmpty()
                                ? Optional.ofNullable(part.lockedTo).map(node -> node.name)
                                : Optional.empty()));
            }
        });
    }
}
