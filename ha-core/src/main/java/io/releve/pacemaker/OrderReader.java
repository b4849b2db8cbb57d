package io.releve.pacemaker;

import io.releve.model.Constraint;
import io.releve.model.Constraint.Order;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads what comes after what. */
final class OrderReader {

    private static final Set<String> ACTIONS = Set.of("start", "stop", "promote", "demote");

    private final References references;
    private final Notes notes;
    private final Budget budget;
    private final Set<String> clones;

    OrderReader(References references, Notes notes, Budget budget, Set<String> clones) {
        this.references = references;
        this.notes = notes;
        this.budget = budget;
        this.clones = clones;
    }

    /** How strict an order is. */
    private record Strictness(Order.Kind kind, boolean symmetrical) {}

    void read(Element element, List<Constraint> result) {
        String first = element.get("first");
        String then = element.get("then");
        if (first != null && then != null) {
            pair(element, first, then, result);
        } else if (element.child("resource_set") != null) {
            sets(element, result);
        } else {
            notes.add(element, "it does not name two resources: it is left out");
        }
    }

    private void pair(Element element, String first, String then, List<Constraint> result) {
        Strictness strictness = strictness(element, element);
        String firstAction = action(element, element.get("first-action", "start"));
        String thenAction = action(element, element.get("then-action", firstAction));
        List<String> firsts = references.resources(element, first);
        List<String> thens = references.resources(element, then);
        boolean oneIsEnough =
                !Words.bool(element.get("require-all")).orElse(true) && isUp(firstAction) && clones.contains(first);
        if (oneIsEnough) {
            any(element, element.id(), firsts, firstAction, thens, thenAction, strictness, result);
            return;
        }
        for (String before : firsts) {
            for (String after : thens) {
                boolean itself = before.equals(first) && after.equals(then);
                add(
                        element,
                        itself ? element.id() : element.id() + "-" + before + "-" + after,
                        before,
                        firstAction,
                        after,
                        thenAction,
                        strictness,
                        result);
            }
        }
    }

    private void sets(Element element, List<Constraint> result) {
        List<MemberSet> sets = MemberSet.of(element, references);
        for (int i = 0; i < sets.size(); i++) {
            inside(element, sets.get(i), result);
            if (i > 0) {
                between(element, sets.get(i - 1), sets.get(i), result);
            }
        }
    }

    private void inside(Element element, MemberSet set, List<Constraint> result) {
        Strictness strictness = strictness(set.element(), element);
        String action = action(set);
        boolean allPairs = strictness.kind() == Order.Kind.SERIALIZE;
        if (!allPairs && !set.sequential()) {
            return;
        }
        for (int i = 1; i < set.ids().size(); i++) {
            for (int j = allPairs ? 0 : i - 1; j < i; j++) {
                String before = set.ids().get(j);
                String after = set.ids().get(i);
                add(element, idOf(element, before, after), before, action, after, action, strictness, result);
            }
        }
    }

    /** Only a set that says itself that the order of its members counts is represented by its first or last one. */
    private void between(Element element, MemberSet set, MemberSet next, List<Constraint> result) {
        Strictness strictness = strictness(element, element);
        String firstAction = action(set);
        String thenAction = action(next);
        if (!Words.bool(set.element().get("require-all")).orElse(true) && isUp(firstAction)) {
            any(
                    element,
                    element.id() + "-any-" + set.first() + "-" + next.first(),
                    set.ids(),
                    firstAction,
                    next.ids(),
                    thenAction,
                    strictness,
                    result);
            return;
        }
        List<String> firsts = set.explicitly() ? List.of(set.last()) : set.ids();
        List<String> thens = next.explicitly() ? List.of(next.first()) : next.ids();
        for (String before : firsts) {
            for (String after : thens) {
                add(element, idOf(element, before, after), before, firstAction, after, thenAction, strictness, result);
            }
        }
    }

    private static String idOf(Element element, String before, String after) {
        return element.id() + "-" + before + "-" + after;
    }

    private void add(
            Element element,
            String id,
            String first,
            String firstAction,
            String then,
            String thenAction,
            Strictness strictness,
            List<Constraint> result) {
        budget.spend(element, 1);
        result.add(new Order(id, first, firstAction, then, thenAction, strictness.kind(), strictness.symmetrical()));
    }

    private void any(
            Element element,
            String id,
            List<String> firsts,
            String firstAction,
            List<String> thens,
            String thenAction,
            Strictness strictness,
            List<Constraint> result) {
        if (firsts.isEmpty() || thens.isEmpty()) {
            return;
        }
        budget.spend(element, (long) firsts.size() + thens.size());
        result.add(new Constraint.OrderAfterAny(
                id, firsts, firstAction, thens, thenAction, strictness.kind(), strictness.symmetrical()));
    }

    private static boolean isUp(String action) {
        return action.equals("start") || action.equals("promote");
    }

    private String action(MemberSet set) {
        return action(set.element(), set.element().get("action", "start"));
    }

    private String action(Element element, String word) {
        String action = word.toLowerCase(Locale.ROOT);
        if (!ACTIONS.contains(action)) {
            notes.add(element, "'" + word + "' is no action that can be ordered: it has no effect");
        }
        return action;
    }

    private Strictness strictness(Element own, Element constraint) {
        Optional<String> word =
                Optional.ofNullable(own.get("kind")).or(() -> Optional.ofNullable(constraint.get("kind")));
        Order.Kind kind = kind(constraint, word);
        boolean symmetrical = kind != Order.Kind.SERIALIZE
                && Words.bool(own.get("symmetrical"))
                        .or(() -> Words.bool(constraint.get("symmetrical")))
                        .orElse(true);
        return new Strictness(kind, symmetrical);
    }

    private Order.Kind kind(Element element, Optional<String> word) {
        if (word.isEmpty()) {
            // Before there were kinds, a score of 0 made an order optional.
            boolean optional = Words.score(element.get("score"))
                    .filter(score -> score.value() == 0)
                    .isPresent();
            return optional ? Order.Kind.OPTIONAL : Order.Kind.MANDATORY;
        }
        return switch (word.orElseThrow().toLowerCase(Locale.ROOT)) {
            case "optional" -> Order.Kind.OPTIONAL;
            case "serialize" -> Order.Kind.SERIALIZE;
            case "mandatory" -> Order.Kind.MANDATORY;
            default -> {
                notes.add(element, "kind='" + word.orElseThrow() + "' is not known: it counts as Mandatory");
                yield Order.Kind.MANDATORY;
            }
        };
    }
}
