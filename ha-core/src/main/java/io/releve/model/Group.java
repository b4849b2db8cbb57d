package io.releve.model;

import java.util.Arrays;
import java.util.List;

/**
 * Primitives that run together on one node, start in the order given, and stop in reverse.
 *
 * @param id the id, unique in the configuration
 * @param members the primitives, at least one
 * @param parameters parameters that all members inherit
 * @param meta meta attributes, inherited by the members
 */
public record Group(String id, List<Primitive> members, List<AttributeSet> parameters, List<AttributeSet> meta)
        implements Resource {

    public Group {
        members = List.copyOf(members);
        parameters = List.copyOf(parameters);
        meta = List.copyOf(meta);
    }

    /** A group of these members, in this order. */
    public static Group of(String id, Primitive... members) {
        return new Group(id, Arrays.asList(members), List.of(), List.of());
    }

    /** The same with a meta attribute, in Pacemaker's names. */
    public Group meta(String name, String value) {
        return new Group(id, members, parameters, AttributeSet.with(meta, name, value));
    }

    /** The same with a stickiness that its members inherit; default 0. */
    public Group stickiness(int points) {
        return meta("resource-stickiness", Score.of(points).toString());
    }
}
