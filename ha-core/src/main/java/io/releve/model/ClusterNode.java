package io.releve.model;

import java.util.List;

/**
 * A node as declared: one JVM on one host.
 *
 * @param name the name, unique in the cluster
 * @param attributes permanent attributes, which location rules can refer to
 * @param utilization what it has to offer to resources that declare what they take
 * @param score how much every resource prefers this node; default 0
 */
public record ClusterNode(String name, List<AttributeSet> attributes, List<AttributeSet> utilization, Score score) {

    public ClusterNode {
        attributes = List.copyOf(attributes);
        utilization = List.copyOf(utilization);
    }

    /** A node that no resource prefers from the outset. */
    public ClusterNode(String name, List<AttributeSet> attributes, List<AttributeSet> utilization) {
        this(name, attributes, utilization, Score.ZERO);
    }

    /** A node without attributes. */
    public static ClusterNode of(String name) {
        return new ClusterNode(name, List.of(), List.of());
    }

    /** The same with a permanent attribute. */
    public ClusterNode attribute(String attribute, String value) {
        return new ClusterNode(name, AttributeSet.with(attributes, attribute, value), utilization, score);
    }
}
