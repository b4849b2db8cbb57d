package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.List;

/**
 * Resources that a constraint names together.
 *
 * @param element where; for a resource that is named alone, its constraint
 * @param ids the resources
 * @param sequential whether their order in the set counts
 * @param explicitly whether it says itself that their order counts
 */
record MemberSet(Element element, List<String> ids, boolean sequential, boolean explicitly) {

    /** The sets of a constraint. */
    static List<MemberSet> of(Element constraint, References references) {
        List<MemberSet> sets = new ArrayList<>();
        constraint.children("resource_set").forEach(mention -> {
            Element set = references.resolve(mention);
            if (set != null) {
                List<String> ids = new ArrayList<>();
                set.children("resource_ref").forEach(ref -> ids.addAll(references.resources(constraint, ref.id())));
                if (!ids.isEmpty()) {
                    boolean sequential = Words.bool(set.get("sequential")).orElse(true);
                    sets.add(new MemberSet(set, List.copyOf(ids), sequential, sequential && set.has("sequential")));
                }
            }
        });
        return sets;
    }

    /** A name that stands alone: one resource, or those of a tag or template, whose order does not count. */
    static MemberSet single(Element constraint, String name, References references) {
        boolean several = references.isSeveral(name);
        return new MemberSet(constraint, references.resources(constraint, name), !several, false);
    }

    String first() {
        return ids.get(0);
    }

    String last() {
        return ids.get(ids.size() - 1);
    }
}
