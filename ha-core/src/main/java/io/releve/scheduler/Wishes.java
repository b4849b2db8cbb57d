package io.releve.scheduler;

import org.jspecify.annotations.Nullable;

/** Takes into account, where a resource is placed, what those prefer who are to be placed with it. */
final class Wishes {

    /** Marks a score that one wish made negative although it was positive; ends as 1. */
    private static final int PARKED = -100 * ScoreTable.INFINITY;

    private final Cluster cluster;
    private final Colocations colocations;
    private final NodeChoice choice;

    Wishes(Cluster cluster, Colocations colocations, NodeChoice choice) {
        this.cluster = cluster;
        this.colocations = colocations;
        this.choice = choice;
    }

    /** Merges what this dependent, and all who depend on it, prefer; unless that leaves no node. */
    void merge(ScoreTable into, Colocation colocation, boolean neverNegative) {
        into.become(merge(into, colocation.dependent(), colocation, colocation.factor(), neverNegative));
    }

    /** The same for what the other side of a colocation prefers, whichever that is. */
    ScoreTable merge(ScoreTable into, Unit source, Colocation colocation, float factor, boolean neverNegative) {
        Unit from = source instanceof GroupUnit group ? group.first() : source;
        if (from.merging || factor == 0) {
            return into;
        }
        from.merging = true;
        try {
            ScoreTable work = into.copy();
            add(work, from, colocation, factor, neverNegative);
            if (!choice.anyAvailable(work)) {
                return into;
            }
            for (Colocation next : colocations.dependentsOf(from)) {
                if (next.hasInfluence()) {
                    work = merge(work, next.dependent(), next, factor * next.factor(), neverNegative);
                }
            }
            if (neverNegative) {
                for (int i = 0; i < work.size(); i++) {
                    if (work.lists(i) && work.get(i) == PARKED) {
                        work.set(i, 1);
                    }
                }
            }
            return work;
        } finally {
            from.merging = false;
        }
    }

    private void add(ScoreTable work, Unit source, Colocation colocation, float factor, boolean neverNegative) {
        ScoreTable wishes = wishesOf(source, colocation);
        boolean ignoreAvoided = factor < 0 && !mustAvoid(colocation);
        int stickiness = Values.score(colocation.primary().meta.get("resource-stickiness"), 0);
        for (Node node : cluster.nodes) {
            if (!work.lists(node.index) || work.get(node.index) == PARKED) {
                continue;
            }
            int wish = best(wishes, colocation, node);
            if (factor < 0 && wish < 0 && (ignoreAvoided || stickiness >= -wish)) {
                continue;
            }
            int before = work.get(node.index);
            int after = io.releve.model.Score.add(before, Colocation.scaled(factor, wish));
            if (neverNegative && after < 0 && before > 0) {
                work.set(node.index, PARKED);
            } else if (!(neverNegative && after < 0 && before == 0)) {
                work.set(node.index, after);
            }
        }
    }

    /** A later member of a group that is colocated by name also wants what its group wants. */
    private static ScoreTable wishesOf(Unit source, Colocation colocation) {
        if (source.parent instanceof GroupUnit group
                && colocation.dependent() == source
                && !colocation.isChain()
                && source != group.first()) {
            ScoreTable sum = source.table.copy();
            for (int i = 0; i < sum.size(); i++) {
                if (group.table.lists(i)) {
                    sum.add(i, group.table.get(i));
                }
            }
            return sum;
        }
        return source.table;
    }

    /** Where the dependent can go to one node only, whoever it avoids had better leave that one to it. */
    private static boolean mustAvoid(Colocation colocation) {
        if (!colocation.hasInfluence()) {
            return false;
        }
        int allowed = 0;
        ScoreTable table = colocation.dependent().table;
        for (int i = 0; i < table.size(); i++) {
            if (table.lists(i) && table.get(i) >= 0) {
                allowed++;
            }
        }
        return allowed == 1;
    }

    private int best(ScoreTable wishes, Colocation colocation, Node node) {
        if (colocation.isByNode()) {
            return node.isAvailable() ? wishes.scoreOrBan(node.index) : -ScoreTable.INFINITY;
        }
        String value = node.attributes.get(colocation.attribute());
        int best = -ScoreTable.INFINITY;
        for (Node other : cluster.nodes) {
            if (other.isAvailable()
                    && wishes.lists(other.index)
                    && same(value, other.attributes.get(colocation.attribute()))) {
                best = Math.max(best, wishes.get(other.index));
            }
        }
        return best;
    }

    static boolean same(@Nullable String a, @Nullable String b) {
        return a == null ? b == null : b != null && a.equalsIgnoreCase(b);
    }
}
