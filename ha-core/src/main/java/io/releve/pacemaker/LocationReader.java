package io.releve.pacemaker;

import io.releve.model.Constraint;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Preference;
import io.releve.model.Role;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads where resources prefer to run. */
final class LocationReader {

    private final References references;
    private final RuleReader rules;
    private final Notes notes;
    private final Budget budget;

    LocationReader(References references, RuleReader rules, Notes notes, Budget budget) {
        this.references = references;
        this.rules = rules;
        this.notes = notes;
        this.budget = budget;
    }

    /** A preference, and the role for which it counts; an id of its own where its constraint has several. */
    private record Wish(String suffix, Optional<Role> role, Preference preference) {}

    void read(Element element, List<Constraint> result) {
        Location.Discovery discovery = discovery(element);
        String pattern = element.get("rsc-pattern");
        String resource = element.get("rsc");
        if (pattern != null) {
            for (Wish wish : wishes(element, element.get("score"), element.get("role"))) {
                add(element, "", pattern, true, wish, discovery, result);
            }
        }
        if (resource != null) {
            List<String> ids = references.resources(element, resource);
            for (Wish wish : wishes(element, element.get("score"), element.get("role"))) {
                for (String id : ids) {
                    add(element, ids.size() > 1 ? "-" + id : "", id, false, wish, discovery, result);
                }
            }
        }
        element.children("resource_set").forEach(mention -> {
            Element set = references.resolve(mention);
            if (set != null) {
                String score = set.get("score", element.get("score", ""));
                List<Wish> wishes =
                        wishes(element, score.isEmpty() ? null : score, set.get("role", element.get("role", "")));
                set.children("resource_ref")
                        .forEach(ref -> references
                                .resources(element, ref.id())
                                .forEach(id -> wishes.forEach(
                                        wish -> add(element, "-" + id, id, false, wish, discovery, result))));
            }
        });
        if (pattern == null && resource == null && element.child("resource_set") == null) {
            notes.add(element, "it names no resource: it is left out");
        }
    }

    private void add(
            Element element,
            String suffix,
            String resource,
            boolean pattern,
            Wish wish,
            Location.Discovery discovery,
            List<Constraint> result) {
        budget.spend(element, 1);
        result.add(new Location(
                element.id() + wish.suffix() + suffix,
                resource,
                pattern,
                wish.role(),
                List.of(wish.preference()),
                discovery));
    }

    private List<Wish> wishes(Element element, @Nullable String score, @Nullable String role) {
        Optional<Rule> lifetime = lifetime(element);
        String node = element.get("node");
        if (node != null && score != null) {
            Optional<Score> points = Words.score(score);
            Optional<Role> of = Words.role(role);
            if (points.isEmpty() || (of.isEmpty() && role != null && !role.isEmpty())) {
                notes.add(element, "its score or role is none: it is left out");
                return List.of();
            }
            Preference preference = lifetime.isEmpty()
                    ? new Preference.OnNode(node, points.orElseThrow())
                    : new Preference.WhereRule(
                            new Rule.All(List.of(lifetime.orElseThrow(), Rule.attributeIs("#uname", node))),
                            points.orElseThrow());
            return List.of(new Wish("", of, preference));
        }
        List<Element> all = element.children("rule").toList();
        if (all.isEmpty()) {
            notes.add(element, "it has neither node and score nor a rule: it is left out");
        }
        List<Wish> wishes = new ArrayList<>();
        for (Element mention : all) {
            wish(element, mention, lifetime, all.size() > 1 ? "-" + (wishes.size() + 1) : "")
                    .ifPresent(wishes::add);
        }
        return wishes;
    }

    private Optional<Wish> wish(Element element, Element mention, Optional<Rule> lifetime, String suffix) {
        Element rule = references.resolve(mention);
        if (rule == null) {
            return Optional.empty();
        }
        String role = rule.get("role");
        Optional<Role> of = Words.role(role);
        if (role != null && of.isEmpty()) {
            notes.add(rule, "'" + role + "' is no role: the rule is left out");
            return Optional.empty();
        }
        Rule read = rules.read(rule);
        Rule whole = lifetime.isEmpty() ? read : new Rule.All(List.of(lifetime.orElseThrow(), read));
        String attribute = rule.get("score-attribute");
        if (attribute != null) {
            return Optional.of(new Wish(suffix, of, new Preference.WhereRuleByAttribute(whole, attribute)));
        }
        Optional<Score> score = Words.score(rule.get("score", element.get("score", "")));
        if (score.isEmpty()) {
            notes.add(rule, "it has neither a score nor a score-attribute: it is left out");
            return Optional.empty();
        }
        return Optional.of(new Wish(suffix, of, new Preference.WhereRule(whole, score.orElseThrow())));
    }

    /** When the constraint counts at all. */
    private Optional<Rule> lifetime(Element element) {
        Element lifetime = element.child("lifetime");
        if (lifetime == null) {
            return Optional.empty();
        }
        List<Rule> any = lifetime.children("rule").map(rules::read).toList();
        return any.isEmpty() ? Optional.empty() : Optional.of(new Rule.Any(any));
    }

    private Location.Discovery discovery(Element element) {
        return switch (element.get("resource-discovery", "always")) {
            case "never" -> Location.Discovery.NEVER;
            case "exclusive" -> Location.Discovery.EXCLUSIVE;
            case "always" -> Location.Discovery.ALWAYS;
            default -> {
                notes.add(element, "its resource-discovery is not known: it counts as 'always'");
                yield Location.Discovery.ALWAYS;
            }
        };
    }
}
