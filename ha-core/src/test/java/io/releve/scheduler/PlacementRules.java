package io.releve.scheduler;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Role;
import io.releve.model.Score;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What must hold of every placement, whatever was declared and observed. */
final class PlacementRules {

    private final ClusterConfig config;

    /** By primitive: the nodes where it is active, and how often in which role. */
    private final Map<String, Map<String, Map<Role, Integer>>> active = new HashMap<>();

    private PlacementRules(ClusterConfig config, List<Transition.Placed> placement) {
        this.config = config;
        for (Transition.Placed placed : placement) {
            if (placed.role().isActive() && placed.node().isPresent()) {
                active.computeIfAbsent(placed.resourceId().replaceFirst(":\\d+$", ""), id -> new TreeMap<>())
                        .computeIfAbsent(placed.node().get(), node -> new HashMap<>())
                        .merge(placed.role(), 1, Integer::sum);
            }
        }
    }

    /**
     * Checks.
     *
     * @throws Violation if one does not hold
     */
    static void check(ClusterConfig config, List<Transition.Placed> placement) {
        PlacementRules rules = new PlacementRules(config, placement);
        config.resources().forEach(rules::checkCounts);
        config.constraints().forEach(rules::checkConstraint);
    }

    private void checkCounts(Resource resource) {
        if (resource instanceof Primitive primitive) {
            require(nodes(primitive).size() <= 1, "one place", primitive.id() + " is on " + nodes(primitive));
        } else if (resource instanceof Group group) {
            checkGroup(group);
        } else if (resource instanceof Clone clone) {
            checkClone(clone);
        }
    }

    private void checkGroup(Group group) {
        Set<String> all = new HashSet<>();
        group.members().forEach(member -> all.addAll(nodes(member)));
        require(all.size() <= 1, "groups are not split", group.id() + " is on " + all);
        all.forEach(node -> checkOrder(group, node));
    }

    private void checkOrder(Group group, String node) {
        boolean missing = false;
        for (Primitive member : group.members()) {
            boolean here = nodes(member).contains(node);
            require(
                    !here || !missing,
                    "groups run from their first member on",
                    member.id() + " is on " + node + ", what comes before it in " + group.id() + " is not");
            missing |= !here;
        }
    }

    private void checkClone(Clone clone) {
        int max = number(clone, "clone-max", config.nodes().size());
        int nodeMax = clone.kind().isGloballyUnique() ? number(clone, "clone-node-max", 1) : 1;
        int promotedMax = number(clone, "promoted-max", 1);
        for (Primitive member : clone.primitives()) {
            Map<String, Map<Role, Integer>> places = active.getOrDefault(member.id(), Map.of());
            int instances = 0;
            int promoted = 0;
            for (Map.Entry<String, Map<Role, Integer>> place : places.entrySet()) {
                int here = place.getValue().values().stream()
                        .mapToInt(count -> count)
                        .sum();
                require(here <= nodeMax, "instances on a node", here + " of " + clone.id() + " on " + place.getKey());
                instances += here;
                promoted += place.getValue().getOrDefault(Role.PROMOTED, 0);
            }
            require(instances <= max, "instances of a clone", instances + " of " + clone.id() + ", at most " + max);
            require(
                    promoted <= (clone.kind().isPromotable() ? promotedMax : 0),
                    "promoted instances",
                    promoted + " of " + clone.id() + " are promoted");
        }
        if (clone.member() instanceof Group group) {
            Set<String> all = new HashSet<>();
            group.members().forEach(member -> all.addAll(nodes(member)));
            all.forEach(node -> checkOrder(group, node));
        }
    }

    private static int number(Clone clone, String name, int otherwise) {
        return clone.meta(name).map(Integer::parseInt).orElse(otherwise);
    }

    private void checkConstraint(Constraint constraint) {
        if (constraint instanceof Constraint.Location location) {
            checkLocation(location);
        } else if (constraint instanceof Constraint.Colocation colocation) {
            checkColocation(colocation);
        } else if (constraint instanceof Constraint.Order order) {
            checkOrder(order);
        }
    }

    private void checkLocation(Constraint.Location location) {
        for (Constraint.Preference preference : location.preferences()) {
            if (preference instanceof Constraint.Preference.OnNode on
                    && on.score().equals(Score.MINUS_INFINITY)) {
                require(
                        !anywhere(location.resource()).contains(on.node()),
                        "mandatory locations",
                        location.resource() + " is on " + on.node() + ", against " + location.id());
            }
        }
    }

    private void checkColocation(Constraint.Colocation colocation) {
        Set<String> dependent = anywhere(colocation.dependent());
        Set<String> primary = colocation.primaryRole().equals(java.util.Optional.of(Role.PROMOTED))
                ? promoted(colocation.primary())
                : whole(colocation.primary());
        if (colocation.score().equals(Score.INFINITY)) {
            require(
                    primary.containsAll(dependent),
                    "mandatory colocations",
                    colocation.dependent() + " is on " + dependent + ", " + colocation.primary() + " on " + primary
                            + ", against " + colocation.id());
        } else if (colocation.score().equals(Score.MINUS_INFINITY)) {
            Set<String> both = new HashSet<>(dependent);
            both.retainAll(primary);
            require(
                    both.isEmpty(),
                    "mandatory colocations",
                    colocation.dependent() + " and " + colocation.primary() + " are on " + both + ", against "
                            + colocation.id());
        }
    }

    private void checkOrder(Constraint.Order order) {
        if (order.kind() != Constraint.Order.Kind.MANDATORY) {
            return;
        }
        Set<String> first = order.firstAction().equals("promote") ? promoted(order.first()) : whole(order.first());
        // What runs already may go on while the first is away, if the order has no reverse.
        if (order.symmetrical()) {
            require(
                    !first.isEmpty() || anywhere(order.then()).isEmpty(),
                    "mandatory orders",
                    order.then() + " is on " + anywhere(order.then()) + " without " + order.first() + ", against "
                            + order.id());
        }
    }

    private Resource resource(String id) {
        return config.resource(id).orElseThrow();
    }

    private static List<Primitive> primitives(Resource resource) {
        if (resource instanceof Clone clone) {
            return clone.primitives();
        }
        return resource instanceof Group group ? group.members() : List.of((Primitive) resource);
    }

    private Set<String> nodes(Primitive primitive) {
        return active.getOrDefault(primitive.id(), Map.of()).keySet();
    }

    /** The nodes where any part of a resource is active. */
    private Set<String> anywhere(String id) {
        Set<String> nodes = new HashSet<>();
        primitives(resource(id)).forEach(primitive -> nodes.addAll(nodes(primitive)));
        return nodes;
    }

    /** The nodes where every part of a resource is active. */
    private Set<String> whole(String id) {
        Set<String> nodes = anywhere(id);
        primitives(resource(id)).forEach(primitive -> nodes.retainAll(nodes(primitive)));
        return nodes;
    }

    private Set<String> promoted(String id) {
        Set<String> nodes = new HashSet<>();
        primitives(resource(id))
                .forEach(primitive -> active.getOrDefault(primitive.id(), Map.of())
                        .forEach((node, roles) -> {
                            if (roles.containsKey(Role.PROMOTED)) {
                                nodes.add(node);
                            }
                        }));
        return nodes;
    }

    private static void require(boolean holds, String rule, String detail) {
        if (!holds) {
            throw new Violation(rule, detail);
        }
    }
}
