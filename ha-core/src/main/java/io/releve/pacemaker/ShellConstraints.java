package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads constraints as the crm shell writes them. Each method gives nothing where the command cannot be read. */
final class ShellConstraints {

    private static final Set<String> OPEN = Set.of("(", "[", "{");
    private static final Set<String> CLOSE = Set.of(")", "]", "}");

    private ShellConstraints() {}

    static @Nullable Element location(ShellLine line) {
        Element location = line.element("rsc_location").with("id", line.next());
        String target = line.peek();
        if (target.equals("{")) {
            line.next();
            for (Element set : sets(line, location.id(), "role")) {
                location.add(set);
            }
        } else if (target.length() > 2 && target.startsWith("/") && target.endsWith("/")) {
            location.with("rsc-pattern", line.next().substring(1, target.length() - 1));
        } else {
            location.with("rsc", line.next());
        }
        if (!settings(line, location, Set.of("role", "resource-discovery", "rsc-role"))) {
            return null;
        }
        if (line.peek().equals("rule")) {
            return rules(line, location) ? location : null;
        }
        String label = line.takeLabel();
        String score = label == null ? null : ShellWords.score(label);
        if (score == null || !line.hasNext()) {
            return null;
        }
        location.with("score", score).with("node", line.next());
        return settings(line, location, Set.of("role", "resource-discovery")) && !line.hasNext() ? location : null;
    }

    private static boolean rules(ShellLine line, Element location) {
        int number = 1;
        while (line.take("rule")) {
            Element rule = ShellRules.read(line, location.id() + "-rule" + (number == 1 ? "" : "-" + number));
            if (rule == null) {
                return false;
            }
            location.add(rule);
            number++;
        }
        return !line.hasNext();
    }

    /** Takes pairs of these names; fails at a pair of another. */
    private static boolean settings(ShellLine line, Element element, Set<String> names) {
        while (line.atPair()) {
            if (!names.contains(line.pairName())) {
                return false;
            }
            String name = line.pairName();
            element.with(name, line.pairValue());
        }
        return true;
    }

    static @Nullable Element colocation(ShellLine line) {
        Element colocation = line.element("rsc_colocation").with("id", line.next());
        String label = line.takeLabel();
        String score = label == null ? null : ShellWords.score(label);
        if (score == null) {
            return null;
        }
        colocation.with("score", score);
        List<Element> sets = sets(line, colocation.id(), "role");
        if (!settings(line, colocation, Set.of("node-attribute", "influence")) || line.hasNext()) {
            return null;
        }
        return fill(colocation, sets, "rsc", "with-rsc", "rsc-role", "with-rsc-role", "role") ? colocation : null;
    }

    static @Nullable Element order(ShellLine line) {
        Element order = line.element("rsc_order").with("id", line.next());
        String label = line.takeLabel();
        if (label != null) {
            String kind = kind(label);
            String score = ShellWords.score(label);
            if (kind == null && score == null) {
                return null;
            }
            order.with(kind == null ? "score" : "kind", kind == null ? String.valueOf(score) : kind);
        }
        List<Element> sets = sets(line, order.id(), "action");
        if (!settings(line, order, Set.of("symmetrical", "require-all")) || line.hasNext()) {
            return null;
        }
        return fill(order, sets, "first", "then", "first-action", "then-action", "action") ? order : null;
    }

    private static @Nullable String kind(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "mandatory" -> "Mandatory";
            case "optional" -> "Optional";
            case "serialize" -> "Serialize";
            default -> null;
        };
    }

    static @Nullable Element ticket(ShellLine line) {
        Element ticket = line.element("rsc_ticket").with("id", line.next());
        String label = line.takeLabel();
        if (label == null) {
            return null;
        }
        ticket.with("ticket", label);
        List<Element> sets = sets(line, ticket.id(), "role");
        if (!settings(line, ticket, Set.of("loss-policy")) || line.hasNext() || sets.isEmpty()) {
            return null;
        }
        if (sets.size() == 1 && sets.get(0).children().size() == 1) {
            ticket.with("rsc", sets.get(0).children().get(0).id());
            String role = sets.get(0).get("role");
            return role == null ? ticket : ticket.with("rsc-role", role);
        }
        sets.forEach(ticket::add);
        return ticket;
    }

    /** Two single resources become a pair, all else sets. */
    private static boolean fill(
            Element constraint,
            List<Element> sets,
            String one,
            String other,
            String ofOne,
            String ofOther,
            String kind) {
        List<Element> single = new ArrayList<>();
        boolean plain = true;
        for (Element set : sets) {
            plain &= !set.has("sequential") && !set.has("require-all");
            single.addAll(Collections.nCopies(set.children().size(), set));
        }
        if (single.size() < 2) {
            return false;
        }
        if (!plain || single.size() > 2) {
            sets.forEach(constraint::add);
            return true;
        }
        List<String> ids = sets.stream()
                .flatMap(set -> set.children().stream())
                .map(Element::id)
                .toList();
        constraint.with(one, ids.get(0)).with(other, ids.get(1));
        String first = single.get(0).get(kind);
        String second = single.get(1).get(kind);
        if (first != null) {
            constraint.with(ofOne, first);
        }
        if (second != null) {
            constraint.with(ofOther, second);
        }
        return true;
    }

    /** Sets up to the end or a setting of the constraint: in round brackets unordered, in square ones one is enough. */
    private static List<Element> sets(ShellLine line, String id, String kind) {
        List<Element> sets = new ArrayList<>();
        String open = "";
        int begun = 0;
        Element current = null;
        String qualifier = null;
        while (line.hasNext() && !(open.isEmpty() && line.atPair())) {
            if (current != null && line.atPair()) {
                String name = line.pairName();
                current.with(name, line.pairValue());
                continue;
            }
            String word = line.next();
            if (OPEN.contains(word) || CLOSE.contains(word)) {
                bracketed(sets.subList(begun, sets.size()), open);
                begun = sets.size();
                current = null;
                open = OPEN.contains(word) ? word : "";
                if (word.equals("}")) {
                    return sets;
                }
            } else {
                int colon = word.lastIndexOf(':');
                boolean qualified = colon > 0 && !word.substring(colon + 1).matches("[0-9]*");
                String of = qualified ? word.substring(colon + 1) : null;
                if (current == null || !Objects.equals(qualifier, of)) {
                    current = line.element("resource_set").with("id", id + "-" + sets.size());
                    if (of != null) {
                        current.with(kind, of);
                    }
                    sets.add(current);
                    qualifier = of;
                }
                current.add(line.element("resource_ref").with("id", qualified ? word.substring(0, colon) : word));
            }
        }
        bracketed(sets.subList(begun, sets.size()), open);
        return sets;
    }

    /** What brackets say about sets that do not say it themselves. */
    private static void bracketed(List<Element> sets, String open) {
        for (Element set : sets) {
            if (open.equals("[") && !set.has("require-all")) {
                set.with("require-all", "false");
            }
            if ((open.equals("(") || open.equals("[")) && !set.has("sequential")) {
                set.with("sequential", "false");
            }
        }
    }
}
