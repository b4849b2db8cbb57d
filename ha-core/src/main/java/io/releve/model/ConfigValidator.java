package io.releve.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds every mistake of a configuration. A function of the configuration alone. */
final class ConfigValidator {

    private static final Pattern ID = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Set<String> ORDERED_ACTIONS = Set.of("start", "stop", "promote", "demote");

    private final ClusterConfig config;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Map<String, Resource> byId = new LinkedHashMap<>();

    private ConfigValidator(ClusterConfig config) {
        this.config = config;
    }

    static List<ConfigProblem> problems(ClusterConfig config) {
        ConfigValidator validator = new ConfigValidator(config);
        validator.checkCluster();
        validator.checkResources();
        validator.checkConstraints();
        validator.checkOrderCycles();
        FencingRules.check(config, validator::problem);
        return List.copyOf(validator.problems);
    }

    private void problem(String path, String message) {
        problems.add(new ConfigProblem(path, message));
    }

    private void checkCluster() {
        if (!NODE.matcher(config.name()).matches()) {
            problem("name", "'" + config.name() + "' is not a cluster's name: use letters, digits, '.', '_' and '-'");
        }
        if (config.nodes().isEmpty()) {
            problem("nodes", "the cluster has no nodes: declare at least one");
        }
        Set<String> names = new HashSet<>();
        for (ClusterNode node : config.nodes()) {
            String path = "nodes/" + node.name();
            if (!NODE.matcher(node.name()).matches()) {
                problem(path, "'" + node.name() + "' is not a node's name: use letters, digits, '.', '_' and '-'");
            }
            if (!names.add(node.name())) {
                problem(path, "the node is declared twice: give every node its own name");
            }
        }
    }

    private void checkResources() {
        for (Resource resource : config.resources()) {
            checkResource("resources/" + resource.id(), resource);
        }
    }

    private void checkResource(String path, Resource resource) {
        if (!ID.matcher(resource.id()).matches()) {
            problem(
                    path,
                    "'" + resource.id()
                            + "' is not an id: begin with a letter, go on with letters, digits, '.', '_' and '-'");
        }
        if (byId.putIfAbsent(resource.id(), resource) != null) {
            problem(path, "the id '" + resource.id() + "' is used twice: give every resource its own");
        }
        MetaRules.check(path, resource.meta(), this::problem);
        if (resource instanceof Primitive primitive) {
            checkPrimitive(path, primitive);
        } else if (resource instanceof Group group) {
            if (group.members().isEmpty()) {
                problem(path, "the group is empty: give it at least one primitive");
            }
            for (Primitive member : group.members()) {
                checkResource(path + "/" + member.id(), member);
            }
        } else if (resource instanceof Clone clone) {
            if (clone.member() instanceof Clone) {
                problem(path, "a clone cannot hold a clone: clone the primitive or group inside it");
            }
            checkResource(path + "/" + clone.member().id(), clone.member());
        }
    }

    private void checkPrimitive(String path, Primitive primitive) {
        if (primitive.agent().isBlank()) {
            problem(path, "the agent's name is empty: name the agent that runs this resource");
        }
        Set<String> seen = new HashSet<>();
        for (Operation operation : primitive.operations()) {
            String opPath = path + "/operations/" + operation.name();
            if (operation.interval().isNegative()) {
                problem(opPath, "the interval " + text(operation.interval()) + " is negative: use zero or more");
            }
            operation
                    .timeout()
                    .filter(limit -> limit.isNegative() || limit.isZero())
                    .ifPresent(limit -> problem(
                            opPath, "the timeout " + text(limit) + " is not positive: give the operation time to end"));
            if (operation.isRecurring() && !operation.name().equals("monitor")) {
                problem(opPath, "only a monitor can recur: remove the interval " + text(operation.interval()));
            }
            if (!seen.add(operation.name() + "/" + operation.interval())) {
                problem(
                        opPath,
                        "two operations '" + operation.name() + "' with the interval " + text(operation.interval())
                                + ": results are told apart by name and interval, so give them different intervals");
            }
        }
    }

    private void checkConstraints() {
        Set<String> ids = new HashSet<>();
        for (Constraint constraint : config.constraints()) {
            String path = "constraints/" + constraint.id();
            if (!ids.add(constraint.id())) {
                problem(path, "the id '" + constraint.id() + "' is used twice: give every constraint its own");
            }
            if (byId.containsKey(constraint.id())) {
                problem(path, "the id '" + constraint.id() + "' is also that of a resource: choose another");
            }
            checkConstraint(path, constraint);
        }
    }

    private void checkConstraint(String path, Constraint constraint) {
        if (constraint instanceof Constraint.Location location) {
            checkLocation(path, location);
        } else if (constraint instanceof Constraint.Colocation colocation) {
            checkReference(path, "dependent", colocation.dependent());
            checkReference(path, "primary", colocation.primary());
            if (colocation.dependent().equals(colocation.primary())) {
                problem(path, "'" + colocation.primary() + "' cannot be colocated with itself");
            }
        } else if (constraint instanceof Constraint.Order order) {
            checkReference(path, "first", order.first());
            checkReference(path, "then", order.then());
            checkAction(path, "firstAction", order.firstAction());
            checkAction(path, "thenAction", order.thenAction());
        } else if (constraint instanceof Constraint.OrderAfterAny order) {
            order.firsts().forEach(first -> checkReference(path, "firsts", first));
            order.thens().forEach(then -> checkReference(path, "thens", then));
            checkAction(path, "firstAction", order.firstAction());
            checkAction(path, "thenAction", order.thenAction());
        } else if (constraint instanceof Constraint.Ticket ticket) {
            checkReference(path, "resource", ticket.resource());
        }
    }

    private void checkLocation(String path, Constraint.Location location) {
        if (location.pattern()) {
            try {
                Pattern.compile(location.resource());
            } catch (PatternSyntaxException broken) {
                problem(path, "'" + location.resource() + "' is not a regular expression: " + broken.getDescription());
            }
        } else {
            checkReference(path, "resource", location.resource());
        }
        for (Constraint.Preference preference : location.preferences()) {
            if (preference instanceof Constraint.Preference.OnNode onNode
                    && !config.nodeNames().contains(onNode.node())) {
                problem(
                        path,
                        "there is no node '" + onNode.node() + "': the nodes are "
                                + String.join(", ", config.nodeNames()));
            }
        }
    }

    private void checkReference(String path, String field, String id) {
        if (!byId.containsKey(id)) {
            problem(
                    path + "/" + field,
                    "there is no resource '" + id + "': the resources are " + String.join(", ", byId.keySet()));
        }
    }

    private void checkAction(String path, String field, String action) {
        if (!ORDERED_ACTIONS.contains(action)) {
            problem(path + "/" + field, "'" + action + "' cannot be ordered: use start, stop, promote or demote");
        }
    }

    /** Mandatory orders must not form a ring: none of its resources could ever start. */
    private void checkOrderCycles() {
        Map<String, Set<String>> next = new HashMap<>();
        for (Constraint constraint : config.constraints()) {
            if (constraint instanceof Constraint.Order order && order.kind() == Constraint.Order.Kind.MANDATORY) {
                next.computeIfAbsent(order.firstAction() + " " + order.first(), key -> new LinkedHashSet<>())
                        .add(order.thenAction() + " " + order.then());
            }
        }
        Set<String> done = new HashSet<>();
        for (String start : List.copyOf(next.keySet())) {
            Deque<String> trail = new ArrayDeque<>();
            walk(start, next, trail, done);
        }
    }

    private void walk(String at, Map<String, Set<String>> next, Deque<String> trail, Set<String> done) {
        if (trail.contains(at)) {
            List<String> ring = new ArrayList<>(trail);
            List<String> loop = new ArrayList<>(ring.subList(ring.indexOf(at), ring.size()));
            loop.add(at);
            problem("constraints", "the order is cyclic: " + String.join(" → ", loop) + "; remove one of these orders");
            return;
        }
        if (!done.contains(at)) {
            trail.addLast(at);
            for (String then : next.getOrDefault(at, Set.of())) {
                walk(then, next, trail, done);
            }
            trail.removeLast();
            done.add(at);
        }
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
