package io.releve.pacemaker;

import io.releve.model.Constraint;
import io.releve.model.Role;
import io.releve.model.Score;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads which resources run together, and which apart. */
final class ColocationReader {

    private final References references;
    private final Notes notes;
    private final Budget budget;

    ColocationReader(References references, Notes notes, Budget budget) {
        this.references = references;
        this.notes = notes;
        this.budget = budget;
    }

    void read(Element element, List<Constraint> result) {
        String dependent = element.get("rsc");
        String primary = element.get("with-rsc");
        if (dependent != null && primary != null) {
            pair(element, dependent, primary, result);
        } else if (element.child("resource_set") != null) {
            sets(element, result);
        } else {
            notes.add(element, "it does not name two resources: it is left out");
        }
    }

    private void pair(Element element, String dependent, String primary, List<Constraint> result) {
        Optional<Score> score = score(element, element.get("score"));
        if (score.isEmpty()) {
            return;
        }
        if (references.isSeveral(dependent) && references.isSeveral(primary)) {
            notes.add(element, "only one side of a colocation can be a tag or template: it is left out");
            return;
        }
        for (String of : references.resources(element, dependent)) {
            for (String with : references.resources(element, primary)) {
                boolean itself = of.equals(dependent) && with.equals(primary);
                add(
                        element,
                        itself ? element.id() : element.id() + "-" + of + "-" + with,
                        of,
                        element.get("rsc-role"),
                        with,
                        element.get("with-rsc-role"),
                        score.orElseThrow(),
                        result);
            }
        }
    }

    private void sets(Element element, List<Constraint> result) {
        List<MemberSet> sets = MemberSet.of(element, references);
        for (MemberSet set : sets) {
            inside(element, set, result);
        }
        if (sets.size() < 2) {
            return;
        }
        Optional<Score> score = score(element, element.get("score"));
        for (int i = 1; i < sets.size() && score.isPresent(); i++) {
            between(element, sets.get(i - 1), sets.get(i), score.orElseThrow(), result);
        }
    }

    private void inside(Element element, MemberSet set, List<Constraint> result) {
        if (!set.sequential() || set.ids().size() < 2) {
            return;
        }
        Optional<Score> score =
                score(element, set.element().has("score") ? set.element().get("score") : element.get("score"));
        if (score.isEmpty()) {
            return;
        }
        Score points = score.orElseThrow();
        String ordering = set.element().get("ordering", "group");
        for (int i = 1; i < set.ids().size(); i++) {
            if (points.value() < 0) {
                for (int j = 0; j < i; j++) {
                    inside(element, set, i, j, points, result);
                }
            } else if (ordering.equals("group")) {
                inside(element, set, i, i - 1, points, result);
            } else {
                inside(element, set, i - 1, i, points, result);
            }
        }
    }

    private void inside(Element element, MemberSet set, int of, int with, Score score, List<Constraint> result) {
        String dependent = set.ids().get(of);
        String primary = set.ids().get(with);
        String role = set.element().get("role");
        add(element, element.id() + "-" + dependent + "-" + primary, dependent, role, primary, role, score, result);
    }

    /** Between sets of which the order of members counts, the first depends on the last of the next set. */
    private void between(Element element, MemberSet set, MemberSet next, Score score, List<Constraint> result) {
        List<String> dependents = set.sequential() ? List.of(set.first()) : set.ids();
        List<String> primaries = next.sequential() ? List.of(next.last()) : next.ids();
        for (String of : dependents) {
            for (String with : primaries) {
                add(
                        element,
                        element.id() + "-" + of + "-" + with,
                        of,
                        set.element().get("role"),
                        with,
                        next.element().get("role"),
                        score,
                        result);
            }
        }
    }

    private void add(
            Element element,
            String id,
            String dependent,
            @Nullable String dependentRole,
            String primary,
            @Nullable String primaryRole,
            Score score,
            List<Constraint> result) {
        Optional<Role> of = Words.role(dependentRole);
        Optional<Role> with = Words.role(primaryRole);
        if ((dependentRole != null && of.isEmpty()) || (primaryRole != null && with.isEmpty())) {
            notes.add(element, "it names a role that is none: it is left out");
            return;
        }
        budget.spend(element, 1);
        result.add(new Constraint.Colocation(
                id,
                dependent,
                of,
                primary,
                with,
                score,
                Words.bool(element.get("influence")),
                element.get("node-attribute", "#uname")));
    }

    /** The score; nothing where it has no effect. */
    private Optional<Score> score(Element element, @Nullable String word) {
        Optional<Score> score = Words.score(word).filter(points -> points.value() != 0);
        if (score.isEmpty()) {
            notes.add(element, "it has no score, or the score 0: it has no effect");
        }
        return score;
    }
}
