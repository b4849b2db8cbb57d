package io.releve.pacemaker;

import io.releve.model.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads rules. */
final class CibRules {

    private final CibIndex index;

    CibRules(CibIndex index) {
        this.index = index;
    }

    /** A rule that never passes, for a condition that cannot be understood. */
    private static final Rule NEVER = new Rule.Before(Instant.MIN);

    Rule read(Xml element) {
        Xml rule = index.resolve(element);
        List<Rule> parts = new ArrayList<>();
        for (Xml child : rule.children) {
            Xml part = index.resolve(child);
            switch (part.name) {
                case "rule" -> parts.add(read(part));
                case "expression" -> parts.add(expression(part));
                case "date_expression" -> parts.add(date(part));
                case "rsc_expression" -> parts.add(new Rule.ResourceType(
                        Optional.ofNullable(part.get("class")),
                        Optional.ofNullable(part.get("provider")),
                        Optional.ofNullable(part.get("type"))));
                case "op_expression" -> parts.add(new Rule.OperationType(
                        part.get("name", ""),
                        Optional.ofNullable(part.get("interval")).map(Spans::parse)));
                default -> index.leaveOut(part, "no such condition is known: remove it from the rule");
            }
        }
        return rule.get("boolean-op", "and").equalsIgnoreCase("or") ? new Rule.Any(parts) : new Rule.All(parts);
    }

    private Rule expression(Xml part) {
        Optional<Rule.Comparison> comparison = one(Rule.Comparison.class, part.get("operation", ""));
        if (comparison.isEmpty() || part.get("attribute") == null) {
            index.leaveOut(part, "an expression needs an attribute and a known operation");
            return NEVER;
        }
        Rule.ValueType type = one(Rule.ValueType.class, part.get("type", "auto")).orElse(Rule.ValueType.AUTO);
        Rule.ValueSource source =
                one(Rule.ValueSource.class, part.get("value-source", "literal")).orElse(Rule.ValueSource.LITERAL);
        return new Rule.NodeAttribute(
                part.get("attribute", ""), comparison.orElseThrow(), part.get("value", ""), type, source);
    }

    private static <E extends Enum<E>> Optional<E> one(Class<E> type, String word) {
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(word)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private Rule date(Xml part) {
        Optional<Instant> start = Optional.ofNullable(part.get("start")).flatMap(Dates::parse);
        Optional<Instant> end = Optional.ofNullable(part.get("end")).flatMap(Dates::parse);
        switch (part.get("operation", "in_range").toLowerCase(Locale.ROOT)) {
            case "gt" -> {
                return start.<Rule>map(Rule.After::new).orElse(NEVER);
            }
            case "lt" -> {
                return end.<Rule>map(Rule.Before::new).orElse(NEVER);
            }
            case "date_spec" -> {
                return part.child("date_spec").map(this::calendar).orElse(NEVER);
            }
            default -> {
                Optional<Xml> duration = part.child("duration");
                if (duration.isPresent() && start.isPresent()) {
                    end = Optional.of(Dates.plus(start.orElseThrow(), duration.orElseThrow()));
                }
                return start.isEmpty() && end.isEmpty() ? NEVER : new Rule.During(start, end);
            }
        }
    }

    private Rule calendar(Xml spec) {
        Map<Rule.CalendarField, Rule.Range> fields = new EnumMap<>(Rule.CalendarField.class);
        spec.attributes.forEach((name, value) -> {
            if (!name.equals("id")) {
                Optional<Rule.CalendarField> field = one(Rule.CalendarField.class, name);
                Optional<Rule.Range> range = range(value);
                if (field.isPresent() && range.isPresent()) {
                    fields.put(field.orElseThrow(), range.orElseThrow());
                } else {
                    index.leaveOut(spec, name + "=\"" + value + "\" is no range of a date");
                }
            }
        });
        return new Rule.Calendar(fields);
    }

    private static Optional<Rule.Range> range(String text) {
        String[] ends = text.strip().split("-", -1);
        try {
            int from = ends[0].isBlank() ? Integer.MIN_VALUE : Integer.parseInt(ends[0].strip());
            int to = ends.length == 1
                    ? from
                    : ends[1].isBlank() ? Integer.MAX_VALUE : Integer.parseInt(ends[1].strip());
            return Optional.of(new Rule.Range(from, to));
        } catch (NumberFormatException noRange) {
            return Optional.empty();
        }
    }

    /** Lengths of time as Pacemaker writes them. */
    static final class Spans {
        private static final java.util.regex.Pattern FORM =
                java.util.regex.Pattern.compile("\\s*\\+?(\\d{1,15})(?:\\.\\d*)?\\s*([a-zA-Z]*).*");

        private Spans() {}

        /** The length of time; zero where the text is none. */
        static Duration parse(String text) {
            if (text.startsWith("P")) {
                try {
                    return Duration.parse(text);
                } catch (java.time.format.DateTimeParseException noDuration) {
                    return Duration.ZERO;
                }
            }
            java.util.regex.Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                return Duration.ZERO;
            }
            long amount = Math.min(Long.parseLong(matcher.group(1)), 1_000_000_000_000L);
            return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "", "s", "sec" -> Duration.ofSeconds(amount);
                case "ms", "msec" -> Duration.ofMillis(amount);
                case "us", "usec" -> Duration.ofMillis(amount / 1000);
                case "m", "min" -> Duration.ofMinutes(amount);
                case "h", "hr" -> Duration.ofHours(amount);
                default -> Duration.ZERO;
            };
        }
    }
}
