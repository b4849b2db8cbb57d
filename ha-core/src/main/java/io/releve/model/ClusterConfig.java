package io.releve.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that is declared of a cluster. Immutable; made by its {@linkplain #builder(String) builder}, which refuses a
 * configuration with mistakes and names them all.
 *
 * @param name the cluster's name
 * @param nodes the nodes that may take part
 * @param resources the resources, in the order declared
 * @param constraints the constraints
 * @param properties options of the cluster under Pacemaker's names: {@code no-quorum-policy},
 *     {@code symmetric-cluster}, {@code maintenance-mode} …
 * @param resourceDefaults meta attributes of every resource that does not give its own
 * @param operationDefaults settings of every operation that does not give its own
 * @param fencingTopology in which steps nodes are fenced; empty: each fencer that can fence a node may
 */
public record ClusterConfig(
        String name,
        List<ClusterNode> nodes,
        List<Resource> resources,
        List<Constraint> constraints,
        List<AttributeSet> properties,
        List<AttributeSet> resourceDefaults,
        List<AttributeSet> operationDefaults,
        List<FencingLevel> fencingTopology) {

    public ClusterConfig {
        nodes = List.copyOf(nodes);
        resources = List.copyOf(resources);
        constraints = List.copyOf(constraints);
        properties = List.copyOf(properties);
        resourceDefaults = List.copyOf(resourceDefaults);
        operationDefaults = List.copyOf(operationDefaults);
        fencingTopology = List.copyOf(fencingTopology);
    }

    /** A configuration without fencing levels. */
    public ClusterConfig(
            String name,
            List<ClusterNode> nodes,
            List<Resource> resources,
            List<Constraint> constraints,
            List<AttributeSet> properties,
            List<AttributeSet> resourceDefaults,
            List<AttributeSet> operationDefaults) {
        this(name, nodes, resources, constraints, properties, resourceDefaults, operationDefaults, List.of());
    }

    /** A builder for the cluster of this name. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The top-level resource of this id. */
    public Optional<Resource> resource(String id) {
        return resources.stream().filter(resource -> resource.id().equals(id)).findFirst();
    }

    /** All primitives, those in groups and clones included, in the order declared. */
    public List<Primitive> primitives() {
        List<Primitive> all = new ArrayList<>();
        for (Resource resource : resources) {
            if (resource instanceof Primitive primitive) {
                all.add(primitive);
            } else if (resource instanceof Group group) {
                all.addAll(group.members());
            } else if (resource instanceof Clone clone) {
                all.addAll(clone.primitives());
            }
        }
        return all;
    }

    /** The names of the nodes, in the order declared. */
    public List<String> nodeNames() {
        return nodes.stream().map(ClusterNode::name).toList();
    }

    /**
     * The levels by which a node is to be fenced, by rising index: one after another until one succeeds. Only one target
     * counts for a node: its name, if a level gives it; otherwise the first pattern or attribute, in the order declared,
     * that fits it. Empty if no level is for this node.
     */
    public List<FencingLevel> fencingLevelsFor(ClusterNode node) {
        return FencingLevel.forNode(fencingTopology, node);
    }

    /** Collects declarations. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final List<ClusterNode> nodes = new ArrayList<>();
        private final List<Resource> resources = new ArrayList<>();
        private final List<Constraint> constraints = new ArrayList<>();
        private List<AttributeSet> properties = List.of();
        private List<AttributeSet> resourceDefaults = List.of();
        private List<AttributeSet> operationDefaults = List.of();
        private final List<FencingLevel> fencingTopology = new ArrayList<>();

        private Builder(String name) {
            this.name = name;
        }

        /** Adds nodes without attributes. */
        public Builder nodes(String... names) {
            for (String node : names) {
                nodes.add(ClusterNode.of(node));
            }
            return this;
        }

        /** Adds a node. */
        public Builder node(ClusterNode node) {
            nodes.add(node);
            return this;
        }

        /** Adds a resource. */
        public Builder resource(Resource resource) {
            resources.add(resource);
            return this;
        }

        /** Adds a constraint. */
        public Builder constraint(Constraint constraint) {
            constraints.add(constraint);
            return this;
        }

        /** Sets an option of the cluster, in Pacemaker's names. */
        public Builder property(String option, String value) {
            properties = AttributeSet.with(properties, option, value);
            return this;
        }

        /** Sets a meta attribute for all resources that do not give their own. */
        public Builder resourceDefault(String meta, String value) {
            resourceDefaults = AttributeSet.with(resourceDefaults, meta, value);
            return this;
        }

        /** Sets a setting for all operations that do not give their own. */
        public Builder operationDefault(String setting, String value) {
            operationDefaults = AttributeSet.with(operationDefaults, setting, value);
            return this;
        }

        /** Adds a fencing level. Default: none, then each fencer that can fence a node may. */
        public Builder fencingLevel(FencingLevel level) {
            fencingTopology.add(level);
            return this;
        }

        /**
         * Checks the whole and returns it.
         *
         * @throws InvalidConfigurationException if there are mistakes; it names every one with its path
         */
        public ClusterConfig build() {
            ClusterConfig config = new ClusterConfig(
                    name,
                    nodes,
                    resources,
                    constraints,
                    properties,
                    resourceDefaults,
                    operationDefaults,
                    fencingTopology);
            List<ConfigProblem> problems = ConfigValidator.problems(config);
            if (!problems.isEmpty()) {
                throw new InvalidConfigurationException(problems);
            }
            return config;
        }
    }
}
