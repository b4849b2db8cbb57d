package io.releve.pacemaker;

import io.releve.model.Constraint;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Constraint.OrderAfterAny;
import io.releve.model.Constraint.Preference;
import io.releve.model.Constraint.Ticket;
import io.releve.model.Role;
import io.releve.model.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads constraints; sets, tags and templates become what they stand for. */
final class CibConstraints {

    private final CibIndex index;
    private final CibRules rules;
    /** The resources that a tag or template stands for. */
    private final Map<String, List<String>> collections;

    private final List<Constraint> result = new ArrayList<>();

    CibConstraints(CibIndex index, CibRules rules, Map<String, List<String>> collections) {
        this.index = index;
        this.rules = rules;
        this.collections = collections;
    }

    List<Constraint> read(Xml constraints) {
        for (Xml element : constraints.children) {
            switch (element.name) {
                case "rsc_location" -> location(element);
                case "rsc_colocation" -> colocation(element);
                case "rsc_order" -> order(element);
                case "rsc_ticket" -> ticket(element);
                default -> index.leaveOut(element, "this kind of constraint is not known");
            }
        }
        return result;
    }

    /** A set of resources in a constraint. */
    private record Members(List<String> ids, Xml element) {
        boolean sequential() {
            return !CibAttributes.isFalse(element.get("sequential"));
        }

        boolean explicitlySequential() {
            return CibAttributes.isTrue(element.get("sequential"));
        }

        boolean requireAll() {
            return !CibAttributes.isFalse(element.get("require-all"));
        }

        String action() {
            return element.get("action", "start");
        }

        Optional<Role> role() {
            return Optional.ofNullable(element.get("role")).flatMap(CibResources::role);
        }
    }

    private List<Members> sets(Xml element) {
        List<Members> sets = new ArrayList<>();
        for (Xml child : element.children("resource_set")) {
            Xml set = index.resolve(child);
            List<String> ids = new ArrayList<>();
            set.children("resource_ref").forEach(reference -> ids.addAll(expand(reference.id())));
            sets.add(new Members(ids, set));
        }
        return sets;
    }

    private List<String> expand(String id) {
        return collections.getOrDefault(id, List.of(id));
    }

    private static Optional<Role> role(@Nullable String word) {
        return Optional.ofNullable(word).flatMap(CibResources::role);
    }

    private static OptionalInt score(@Nullable String text) {
        if (text == null) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(CibAttributes.score(text).value());
    }

    // Location

    private void location(Xml element) {
        if (element.child("resource_set").isPresent()) {
            for (Members set : sets(element)) {
                for (String id : set.ids()) {
                    location(element, id, false, set.role(), Optional.ofNullable(set.element().get("score")));
                }
            }
        } else if (element.get("rsc-pattern") != null) {
            location(element, element.get("rsc-pattern", ""), true, Optional.empty(), Optional.empty());
        } else {
            for (String id : expand(element.get("rsc", ""))) {
                location(element, id, false, Optional.empty(), Optional.empty());
            }
        }
    }

    private void location(
            Xml element, String resource, boolean pattern, Optional<Role> setRole, Optional<String> setScore) {
        Location.Discovery discovery =
                switch (element.get("resource-discovery", "always").toLowerCase(Locale.ROOT)) {
                    case "never" -> Location.Discovery.NEVER;
                    case "exclusive" -> Location.Discovery.EXCLUSIVE;
                    default -> Location.Discovery.ALWAYS;
                };
        String node = element.get("node");
        String score = setScore.orElse(element.get("score"));
        if (node != null && score != null) {
            Optional<Role> role = setRole.isPresent() ? setRole : role(element.get("role"));
            Preference preference = new Preference.OnNode(node, CibAttributes.score(score));
            result.add(new Location(element.id(), resource, pattern, role, List.of(preference), discovery));
            return;
        }
        List<Xml> ruleElements = element.children("rule");
        for (Xml ruleElement : ruleElements) {
            Xml rule = index.resolve(ruleElement);
            Optional<Role> role = role(rule.get("role"));
            String attribute = rule.get("score-attribute");
            String points = rule.get("score");
            if (attribute == null && points == null) {
                index.leaveOut(rule, "the rule has neither score nor score-attribute");
                continue;
            }
            Preference preference = attribute != null
                    ? new Preference.WhereRuleByAttribute(rules.read(rule), attribute)
                    : new Preference.WhereRule(rules.read(rule), CibAttributes.score(points == null ? "0" : points));
            String id = ruleElements.size() == 1 ? element.id() : element.id() + "-" + rule.id();
            result.add(new Location(id, resource, pattern, role, List.of(preference), discovery));
        }
        if (ruleElements.isEmpty()) {
            index.leaveOut(element, "a location needs a node and a score, or a rule");
        }
    }

    // Colocation

    private void colocation(Xml element) {
        int score = score(element.get("score")).orElse(0);
        if (element.child("resource_set").isPresent()) {
            colocationSets(element, sets(element), score);
            return;
        }
        List<String> dependents = expand(element.get("rsc", ""));
        List<String> primaries = expand(element.get("with-rsc", ""));
        boolean dependentIsCollection = collections.containsKey(element.get("rsc", ""));
        boolean primaryIsCollection = collections.containsKey(element.get("with-rsc", ""));
        if (dependentIsCollection && primaryIsCollection) {
            index.leaveOut(element, "only one side of a colocation may be a tag or template");
            return;
        }
        for (String dependent : dependents) {
            for (String primary : primaries) {
                add(
                        element,
                        dependent,
                        role(element.get("rsc-role")),
                        primary,
                        role(element.get("with-rsc-role")),
                        score);
            }
        }
    }

    private void add(
            Xml element, String dependent, Optional<Role> role, String primary, Optional<Role> primaryRole, int score) {
        if (score == 0) {
            return;
        }
        String influence = element.get("influence");
        result.add(new Colocation(
                element.id(),
                dependent,
                role,
                primary,
                primaryRole,
                Score.of(score),
                CibAttributes.isTrue(influence)
                        ? Optional.of(true)
                        : CibAttributes.isFalse(influence) ? Optional.of(false) : Optional.empty(),
                element.get("node-attribute", "#uname")));
    }

    private void colocationSets(Xml element, List<Members> sets, int score) {
        Members previous = null;
        for (Members set : sets) {
            inside(element, set, score(set.element().get("score")).orElse(score));
            if (previous != null && score != 0) {
                between(element, previous, set, score);
            }
            previous = set;
        }
    }

    private void inside(Xml element, Members set, int score) {
        if (score == 0 || !set.sequential()) {
            return;
        }
        boolean listed = set.element().get("ordering") != null
                && !set.element().get("ordering", "group").equals("group");
        for (int i = 1; i < set.ids().size(); i++) {
            if (score > 0) {
                String earlier = set.ids().get(i - 1);
                String later = set.ids().get(i);
                add(element, listed ? earlier : later, set.role(), listed ? later : earlier, set.role(), score);
            } else {
                for (int j = 0; j < i; j++) {
                    add(element, set.ids().get(i), set.role(), set.ids().get(j), set.role(), score);
                }
            }
        }
    }

    private void between(Xml element, Members dependents, Members primaries, int score) {
        List<String> first = dependents.sequential() && !dependents.ids().isEmpty()
                ? dependents.ids().subList(0, 1)
                : dependents.ids();
        int size = primaries.ids().size();
        List<String> last =
                primaries.sequential() && size > 0 ? primaries.ids().subList(size - 1, size) : primaries.ids();
        for (String dependent : first) {
            for (String primary : last) {
                add(element, dependent, dependents.role(), primary, primaries.role(), score);
            }
        }
    }

    // Order

    private static Order.Kind kind(Xml element, @Nullable String kind) {
        if (kind == null) {
            return element.get("score") != null && score(element.get("score")).orElse(1) == 0
                    ? Order.Kind.OPTIONAL
                    : Order.Kind.MANDATORY;
        }
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "optional" -> Order.Kind.OPTIONAL;
            case "serialize" -> Order.Kind.SERIALIZE;
            default -> Order.Kind.MANDATORY;
        };
    }

    private static boolean symmetrical(@Nullable String word, Order.Kind kind) {
        return kind != Order.Kind.SERIALIZE && !CibAttributes.isFalse(word);
    }

    private void order(Xml element) {
        Order.Kind kind = kind(element, element.get("kind"));
        boolean symmetrical = symmetrical(element.get("symmetrical"), kind);
        if (element.child("resource_set").isPresent()) {
            orderSets(element, sets(element), kind, symmetrical);
            return;
        }
        List<String> firsts = expand(element.get("first", ""));
        List<String> thens = expand(element.get("then", ""));
        String firstAction = element.get("first-action", "start");
        String thenAction = element.get("then-action", firstAction);
        if (CibAttributes.isFalse(element.get("require-all"))) {
            result.add(new OrderAfterAny(element.id(), firsts, firstAction, thens, thenAction, kind, symmetrical));
            return;
        }
        for (String first : firsts) {
            for (String then : thens) {
                result.add(new Order(element.id(), first, firstAction, then, thenAction, kind, symmetrical));
            }
        }
    }

    private void orderSets(Xml element, List<Members> sets, Order.Kind kind, boolean symmetrical) {
        Members previous = null;
        for (Members set : sets) {
            String ownKind = set.element().get("kind");
            Order.Kind inner = ownKind == null ? kind : kind(set.element(), ownKind);
            String ownSymmetry = set.element().get("symmetrical");
            boolean innerSymmetry = ownSymmetry == null
                    ? symmetrical && inner != Order.Kind.SERIALIZE
                    : symmetrical(ownSymmetry, inner);
            chain(element, set, inner, innerSymmetry);
            if (previous != null) {
                connect(element, previous, set, kind, symmetrical);
            }
            previous = set;
        }
    }

    private void chain(Xml element, Members set, Order.Kind kind, boolean symmetrical) {
        List<String> ids = set.ids();
        for (int i = 1; i < ids.size(); i++) {
            if (kind == Order.Kind.SERIALIZE) {
                for (int j = 0; j < i; j++) {
                    result.add(new Order(
                            element.id(), ids.get(j), set.action(), ids.get(i), set.action(), kind, false));
                }
            } else if (set.sequential()) {
                result.add(new Order(
                        element.id(), ids.get(i - 1), set.action(), ids.get(i), set.action(), kind, symmetrical));
            }
        }
    }

    private void connect(Xml element, Members earlier, Members later, Order.Kind kind, boolean symmetrical) {
        boolean up = earlier.action().equals("start") || earlier.action().equals("promote");
        if (!earlier.requireAll() && up) {
            result.add(new OrderAfterAny(
                    element.id(), earlier.ids(), earlier.action(), later.ids(), later.action(), kind, symmetrical));
            return;
        }
        int size = earlier.ids().size();
        List<String> firsts = earlier.explicitlySequential() && size > 0
                ? earlier.ids().subList(size - 1, size)
                : earlier.ids();
        List<String> thens = later.explicitlySequential() && !later.ids().isEmpty()
                ? later.ids().subList(0, 1)
                : later.ids();
        for (String first : firsts) {
            for (String then : thens) {
                result.add(new Order(
                        element.id(), first, earlier.action(), then, later.action(), kind, symmetrical));
            }
        }
    }

    // Ticket

    private void ticket(Xml element) {
        String name = element.get("ticket");
        if (name == null) {
            index.leaveOut(element, "the ticket's name is missing");
            return;
        }
        if (element.child("resource_set").isPresent()) {
            for (Members set : sets(element)) {
                set.ids().forEach(id -> ticket(element, id, set.role(), name));
            }
        } else {
            for (String id : expand(element.get("rsc", ""))) {
                ticket(element, id, role(element.get("rsc-role")), name);
            }
        }
    }

    private void ticket(Xml element, String resource, Optional<Role> role, String name) {
        Ticket.LossPolicy policy =
                switch (element.get("loss-policy", "").toLowerCase(Locale.ROOT)) {
                    case "stop" -> Ticket.LossPolicy.STOP;
                    case "demote" -> Ticket.LossPolicy.DEMOTE;
                    case "fence" -> Ticket.LossPolicy.FENCE;
                    case "freeze" -> Ticket.LossPolicy.FREEZE;
                    default ->
                        role.filter(wanted -> wanted == Role.PROMOTED).isPresent()
                                ? Ticket.LossPolicy.DEMOTE
                                : Ticket.LossPolicy.STOP;
                };
        result.add(new Ticket(element.id(), resource, role, name, policy));
    }
}
