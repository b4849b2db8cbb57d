package io.releve.pacemaker;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads rules as the crm shell writes them: {@code [$id=…] [$role=…] [score:] expression [and|or expression …]}. */
final class ShellRules {

    private static final Set<String> COMPARISONS = Set.of("lt", "gt", "lte", "gte", "eq", "ne");
    private static final Set<String> TYPES = Set.of("string", "version", "number", "integer");
    private static final Set<String> DURATION =
            Set.of("years", "months", "weeks", "days", "hours", "minutes", "seconds");
    private static final Set<String> CALENDAR = Set.of(
            "years",
            "months",
            "monthdays",
            "hours",
            "minutes",
            "seconds",
            "yeardays",
            "weekyears",
            "weeks",
            "weekdays",
            "moon");

    private ShellRules() {}

    /** Reads a rule after the word {@code rule}; nothing if it is none. */
    static @Nullable Element read(ShellLine line, String id) {
        Element rule = line.element("rule");
        String reference = line.takePair("$id-ref");
        if (reference != null) {
            return rule.with("id-ref", reference);
        }
        String own = line.takePair("$id");
        rule.with("id", own == null ? id : own);
        String role = line.takePair("$role");
        if (role == null) {
            role = line.takePair("role");
        }
        if (role != null) {
            rule.with("role", role);
        }
        String score = line.takeLabel();
        if (score != null) {
            String points = ShellWords.score(score);
            rule.with(points == null ? "score-attribute" : "score", points == null ? score : points);
        }
        return conditions(line, rule) ? rule : null;
    }

    private static boolean conditions(ShellLine line, Element rule) {
        String operator = null;
        int number = 1;
        while (true) {
            Element condition = condition(line, rule.id() + "-expression" + (number == 1 ? "" : "-" + number));
            if (condition == null) {
                return false;
            }
            rule.add(condition);
            number++;
            String word = line.peek();
            if (!word.equals("and") && !word.equals("or")) {
                if (operator != null) {
                    rule.with("boolean-op", operator);
                }
                return true;
            }
            if (operator != null && !operator.equals(word)) {
                // The shell has no brackets: a mixture means nothing.
                return false;
            }
            operator = line.next();
        }
    }

    private static @Nullable Element condition(ShellLine line, String id) {
        if (line.take("date")) {
            return date(line, id);
        }
        Element expression = line.element("expression").with("id", id);
        if (line.peek().equals("defined") || line.peek().equals("not_defined")) {
            return expression.with("operation", line.next()).with("attribute", line.next());
        }
        expression.with("attribute", line.next());
        String word = line.next();
        int colon = word.indexOf(':');
        String type = colon < 0 ? "" : word.substring(0, colon);
        String operation = word.substring(colon + 1).toLowerCase(Locale.ROOT);
        if (!COMPARISONS.contains(operation) || (!type.isEmpty() && !TYPES.contains(type)) || !line.hasNext()) {
            return null;
        }
        expression.with("operation", operation).with("value", line.next());
        return type.isEmpty() ? expression : expression.with("type", type);
    }

    private static @Nullable Element date(ShellLine line, String id) {
        Element date = line.element("date_expression").with("id", id);
        switch (line.next()) {
            case "lt" -> {
                return date.with("operation", "lt").with("end", line.next());
            }
            case "gt" -> {
                return date.with("operation", "gt").with("start", line.next());
            }
            case "in", "in_range" -> {
                date.with("operation", "in_range");
                Element duration = line.element("duration");
                while (line.atPair()
                        && (Set.of("start", "end").contains(line.pairName()) || DURATION.contains(line.pairName()))) {
                    Element owner = DURATION.contains(line.pairName()) ? duration : date;
                    String name = line.pairName();
                    owner.with(name, line.pairValue());
                }
                return duration.attributeNames().isEmpty() ? date : date.add(duration);
            }
            case "spec", "date_spec" -> {
                Element spec = line.element("date_spec");
                while (line.atPair() && CALENDAR.contains(line.pairName())) {
                    String name = line.pairName();
                    spec.with(name, line.pairValue());
                }
                return date.with("operation", "date_spec").add(spec);
            }
            default -> {
                return null;
            }
        }
    }
}
