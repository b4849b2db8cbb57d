package io.releve.model;

import java.util.List;

/**
 * A node as declared: one JVM on one host.
 *
 * @param name the name, unique in the cluster
 * @param attributes permanent attributes, which location rules can refer to
 * @param utilization what it has to offer to resources that declare what they take
 */
public record ClusterNode(String name, List<AttributeSet> attributes, List<AttributeSet> utilization) {

    public ClusterNode {
        attributes = List.copyOf(attributes);
        utilization = List.copyOf(utilization);
    }

    /** A node without attributes. */
    public static ClusterNode of(String name) {
        return new ClusterNode(name, List.of(), List.of());
    }

    /** The same with a permanent attribute. */
    public ClusterNode attribute(String attribute, String value) {
        return new ClusterNode(name, AttributeSet.with(attributes, attribute, value), utilization);
    }
}
