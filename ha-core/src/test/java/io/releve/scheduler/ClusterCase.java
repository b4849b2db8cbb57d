package io.releve.scheduler;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint;
import io.releve.model.Group;
import io.releve.model.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A cluster and what befalls it, one after the other.
 *
 * @param seed for the order in which things happen that may happen in any
 */
record ClusterCase(ClusterConfig config, List<Disturbance> disturbances, long seed) {

    ClusterCase {
        disturbances = List.copyOf(disturbances);
    }

    /** All cases with one part less. */
    Stream<ClusterCase> smaller() {
        List<ClusterCase> cases = new ArrayList<>();
        without(disturbances).forEach(fewer -> cases.add(new ClusterCase(config, fewer, seed)));
        without(config.constraints()).forEach(fewer -> cases.add(with(config.nodes(), config.resources(), fewer)));
        for (Resource resource : config.resources()) {
            List<String> ids = ids(resource);
            cases.add(new ClusterCase(
                    config(
                            config.nodes(),
                            config.resources().stream()
                                    .filter(one -> !one.equals(resource))
                                    .toList(),
                            config.constraints().stream()
                                    .filter(one -> ids.stream().noneMatch(id -> mentions(one, id)))
                                    .toList()),
                    disturbances.stream()
                            .filter(one -> ids.stream()
                                    .noneMatch(id -> one.toString().contains("=" + id + ",")
                                            || one.toString().contains("=" + id + "]")))
                            .toList(),
                    seed));
        }
        for (ClusterNode node : config.nodes()) {
            cases.add(new ClusterCase(
                    config(
                            config.nodes().stream()
                                    .filter(one -> !one.equals(node))
                                    .toList(),
                            config.resources(),
                            config.constraints().stream()
                                    .filter(one -> !one.toString().contains("node=" + node.name() + ","))
                                    .toList()),
                    disturbances.stream()
                            .filter(one -> !one.toString().contains("node=" + node.name()))
                            .toList(),
                    seed));
        }
        // Without stickiness anything may move at any time: that would show another mistake, or none.
        cases.add(new ClusterCase(
                new ClusterConfig(
                        config.name(),
                        config.nodes(),
                        config.resources(),
                        config.constraints(),
                        config.properties(),
                        config.resourceDefaults().stream()
                                .map(set -> new AttributeSet(
                                        set.id(), set.score(), set.rule(), onlyStickiness(set.values())))
                                .toList(),
                        config.operationDefaults(),
                        config.fencingTopology()),
                disturbances,
                seed));
        return cases.stream()
                .filter(one ->
                        !one.config.nodes().isEmpty() && !one.config.resources().isEmpty() && !one.equals(this));
    }

    private static Map<String, String> onlyStickiness(Map<String, String> defaults) {
        Map<String, String> left = new LinkedHashMap<>(defaults);
        left.keySet().retainAll(Set.of("resource-stickiness"));
        return left;
    }

    private static boolean mentions(Constraint constraint, String id) {
        return List.of(constraint.toString().split("[^A-Za-z0-9_.-]+")).contains(id);
    }

    static List<String> ids(Resource resource) {
        List<String> ids = new ArrayList<>(List.of(resource.id()));
        if (resource instanceof Group group) {
            group.members().forEach(member -> ids.add(member.id()));
        } else if (resource instanceof Clone clone) {
            ids.addAll(ids(clone.member()));
        }
        return ids;
    }

    private static <T> Stream<List<T>> without(List<T> all) {
        return java.util.stream.IntStream.range(0, all.size()).mapToObj(left -> {
            List<T> fewer = new ArrayList<>(all);
            fewer.remove(left);
            return fewer;
        });
    }

    /** The same with each resource changed. */
    ClusterCase with(UnaryOperator<Resource> change) {
        return with(config.nodes(), config.resources().stream().map(change).toList(), config.constraints());
    }

    private ClusterCase with(List<ClusterNode> nodes, List<Resource> resources, List<Constraint> constraints) {
        return new ClusterCase(config(nodes, resources, constraints), disturbances, seed);
    }

    private ClusterConfig config(List<ClusterNode> nodes, List<Resource> resources, List<Constraint> constraints) {
        return new ClusterConfig(
                config.name(),
                nodes,
                resources,
                constraints,
                config.properties(),
                config.resourceDefaults(),
                config.operationDefaults(),
                config.fencingTopology());
    }

    /** The same cluster, its parts in another order; resources keep theirs, which has a meaning. */
    ClusterConfig shuffled(Function<List<?>, List<?>> shuffle) {
        @SuppressWarnings("unchecked")
        List<ClusterNode> nodes = (List<ClusterNode>) shuffle.apply(config.nodes());
        @SuppressWarnings("unchecked")
        List<Constraint> constraints = (List<Constraint>) shuffle.apply(config.constraints());
        return config(nodes, config.resources(), constraints);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("nodes ").append(config.nodeNames()).append('\n');
        config.resources().forEach(one -> text.append(describe(one)).append('\n'));
        config.constraints().forEach(one -> text.append(one).append('\n'));
        config.properties()
                .forEach(one -> text.append("options ").append(one.values()).append('\n'));
        config.resourceDefaults()
                .forEach(one -> text.append("defaults ").append(one.values()).append('\n'));
        disturbances.forEach(one -> text.append("then ").append(one).append('\n'));
        return text.toString();
    }

    private static String describe(Resource resource) {
        String meta = resource.meta().isEmpty()
                ? ""
                : " " + resource.meta().stream().map(one -> one.values()).toList();
        if (resource instanceof Clone clone) {
            return clone.kind() + " " + clone.id() + meta + " of " + describe(clone.member());
        }
        if (resource instanceof Group group) {
            return "group " + group.id() + meta + " of "
                    + group.members().stream().map(ClusterCase::describe).toList();
        }
        return resource.id()
                + meta
                + (((io.releve.model.Primitive) resource).operations().isEmpty() ? "" : " monitored");
    }
}
