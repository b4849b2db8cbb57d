package io.releve.scheduler;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Role;
import io.releve.state.CloneTransition;
import io.releve.state.Notification;
import java.util.List;
import java.util.Optional;

/** What must hold whenever an operation is carried out. */
final class StepRules {

    private final ClusterConfig config;
    private final World world;

    StepRules(ClusterConfig config, World world) {
        this.config = config;
        this.world = world;
    }

    void checkStart(Action action, String node) {
        String id = World.plain(action.resourceId());
        for (Resource top : config.resources()) {
            if (!ClusterCase.ids(top).contains(id)) {
                continue;
            }
            if (!(top instanceof Clone) && !world.places(id).isEmpty()) {
                throw new Violation(
                        "never in two places",
                        action + ", and it still runs on " + world.places(id).keySet());
            }
            Optional<Group> group = top instanceof Group plain
                    ? Optional.of(plain)
                    : top instanceof Clone clone && clone.member() instanceof Group cloned
                            ? Optional.of(cloned)
                            : Optional.empty();
            group.ifPresent(one -> checkGroupStart(one, id, node, action));
            checkOrders(top, action);
        }
    }

    private void checkGroupStart(Group group, String id, String node, Action action) {
        for (Primitive member : group.members()) {
            if (member.id().equals(id)) {
                return;
            }
            if (!world.places(member.id()).containsKey(node)) {
                throw new Violation("members of a group start in order", action + " before " + member.id());
            }
        }
    }

    private void checkOrders(Resource starting, Action action) {
        for (Constraint constraint : config.constraints()) {
            if (constraint instanceof Constraint.Order order
                    && order.kind() == Constraint.Order.Kind.MANDATORY
                    && order.then().equals(starting.id())) {
                Resource first = config.resource(order.first()).orElseThrow();
                boolean up = order.firstAction().equals("promote")
                        ? primitives(first).stream()
                                .anyMatch(one -> world.places(one.id()).containsValue(Role.PROMOTED))
                        : primitives(first).stream()
                                .noneMatch(one -> world.places(one.id()).isEmpty());
                if (!up) {
                    throw new Violation(
                            "mandatory orders hold while plans are carried out", action + " before " + order);
                }
            }
        }
    }

    /** Only what is active is told, and it is told at the right time. */
    void checkNotification(Action action, String node) {
        Notification told = action.notification().orElseThrow();
        CloneTransition.Instance recipient = new CloneTransition.Instance(action.resourceId(), node);
        if (!world.runs(recipient) && !told.change().active().contains(recipient)) {
            throw new Violation("only what is active is notified", action + ", where it does not run");
        }
        boolean after = told.type() == Notification.Type.POST;
        for (CloneTransition.Instance one : told.subjects()) {
            boolean lost = after && !world.isOnline(one.node());
            if (world.isCarriedOut(told.operation(), one) != after && !lost) {
                throw new Violation(
                        "notifications come before and after what they tell of",
                        action + (after ? ", before it has happened to " : ", after it has happened to ") + one);
            }
        }
    }

    void checkStop(Action action) {
        for (Constraint constraint : config.constraints()) {
            if (constraint instanceof Constraint.Order order
                    && order.kind() == Constraint.Order.Kind.MANDATORY
                    && order.symmetrical()
                    && order.firstAction().equals("start")) {
                Resource first = config.resource(order.first()).orElseThrow();
                Resource then = config.resource(order.then()).orElseThrow();
                if (!(first instanceof Clone)
                        && !(then instanceof Clone)
                        && ClusterCase.ids(first).contains(World.plain(action.resourceId()))
                        && primitives(then).stream()
                                .anyMatch(one -> !world.places(one.id()).isEmpty())) {
                    throw new Violation(
                            "mandatory orders hold while plans are carried out", action + " before " + order.then());
                }
            }
        }
    }

    private static List<Primitive> primitives(Resource resource) {
        if (resource instanceof Clone clone) {
            return clone.primitives();
        }
        return resource instanceof Group group ? group.members() : List.of((Primitive) resource);
    }
}
