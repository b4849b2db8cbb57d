package io.releve.model;

import java.util.List;

/**
 * A primitive or group that runs on several nodes at once.
 *
 * @param id the id, unique in the configuration
 * @param kind what its instances are to each other
 * @param member the primitive or group; never a clone
 * @param parameters parameters that the member inherits
 * @param meta meta attributes: {@code clone-max} (default: the number of nodes), {@code clone-node-max} (1), {@code
 *     promoted-max} (1), {@code promoted-node-max} (1), {@code interleave} (false), {@code ordered} (false), {@code
 *     notify} (false) …
 */
public record Clone(String id, Kind kind, Resource member, List<AttributeSet> parameters, List<AttributeSet> meta)
        implements Resource {

    /** What the instances of a clone are to each other. */
    public enum Kind {
        /** All the same; at most one on a node. */
        ANONYMOUS,
        /** Each has an identity of its own, by its number. */
        GLOBALLY_UNIQUE,
        /** All the same, but each is Promoted or Unpromoted. */
        PROMOTABLE,
        /** Promotable, and each with an identity of its own. */
        GLOBALLY_UNIQUE_PROMOTABLE;

        /** Whether instances have identities. */
        public boolean isGloballyUnique() {
            return this == GLOBALLY_UNIQUE || this == GLOBALLY_UNIQUE_PROMOTABLE;
        }

        /** Whether instances are Promoted or Unpromoted. */
        public boolean isPromotable() {
            return this == PROMOTABLE || this == GLOBALLY_UNIQUE_PROMOTABLE;
        }
    }

    public Clone {
        parameters = List.copyOf(parameters);
        meta = List.copyOf(meta);
    }

    /** A clone whose instances are all the same, one on every node. */
    public static Clone anonymous(String id, Resource member) {
        return new Clone(id, Kind.ANONYMOUS, member, List.of(), List.of());
    }

    /** A clone whose instances have an identity each. */
    public static Clone globallyUnique(String id, Resource member) {
        return new Clone(id, Kind.GLOBALLY_UNIQUE, member, List.of(), List.of());
    }

    /** A clone with one Promoted instance, the others Unpromoted. */
    public static Clone promotable(String id, Resource member) {
        return new Clone(id, Kind.PROMOTABLE, member, List.of(), List.of());
    }

    /** The same with a meta attribute, in Pacemaker's names. */
    public Clone meta(String name, String value) {
        return new Clone(id, kind, member, parameters, AttributeSet.with(meta, name, value));
    }

    /** The same with at most this many instances; default: the number of nodes. */
    public Clone max(int instances) {
        return meta("clone-max", Integer.toString(instances));
    }

    /** The same where an instance waits only for the instance on its own node, not for all; default false. */
    public Clone interleave(boolean yes) {
        return meta("interleave", Boolean.toString(yes));
    }

    /** The primitives inside: the member itself, or the members of the group. */
    public List<Primitive> primitives() {
        return member instanceof Group group
                ? group.members()
                : member instanceof Primitive primitive ? List.of(primitive) : List.of();
    }
}
