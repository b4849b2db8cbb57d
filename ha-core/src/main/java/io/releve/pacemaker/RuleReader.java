package io.releve.pacemaker;

import io.releve.model.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads rules. What cannot be read never passes, and is noted. */
final class RuleReader {

    /** Never passes. */
    private static final Rule NEVER = new Rule.Before(Instant.EPOCH);

    private final References references;
    private final Notes notes;
    private final Budget budget;

    RuleReader(References references, Notes notes, Budget budget) {
        this.references = references;
        this.notes = notes;
        this.budget = budget;
    }

    Rule read(Element element) {
        return read(element, 0);
    }

    private Rule read(Element mention, int depth) {
        Element element = references.resolve(mention);
        if (element == null) {
            return NEVER;
        }
        budget.spend(mention, 1L + element.children().size());
        if (depth > 20) {
            notes.add(mention, "its rules refer to themselves");
            return NEVER;
        }
        List<Rule> parts = new ArrayList<>();
        for (Element child : element.children()) {
            switch (child.name()) {
                case "rule" -> parts.add(read(child, depth + 1));
                case "expression" -> parts.add(expression(child));
                case "date_expression" -> parts.add(date(child));
                case "rsc_expression" ->
                    parts.add(new Rule.ResourceType(
                            Optional.ofNullable(child.get("class")),
                            Optional.ofNullable(child.get("provider")),
                            Optional.ofNullable(child.get("type"))));
                case "op_expression" ->
                    parts.add(new Rule.OperationType(child.get("name", ""), Words.duration(child.get("interval"))));
                default -> {
                    notes.add(child, "this kind of condition is not known: the rule does not pass");
                    parts.add(NEVER);
                }
            }
        }
        return element.get("boolean-op", "and").equalsIgnoreCase("or") ? new Rule.Any(parts) : new Rule.All(parts);
    }

    private Rule expression(Element mention) {
        Element element = references.resolve(mention);
        if (element == null) {
            return NEVER;
        }
        String attribute = element.get("attribute");
        Optional<Rule.Comparison> comparison = comparison(element.get("operation", ""));
        if (attribute == null || comparison.isEmpty()) {
            notes.add(element, "it has no attribute, or its operation is not known: it does not pass");
            return NEVER;
        }
        Optional<Rule.ValueType> type = type(element.get("type"));
        if (type.isEmpty()) {
            notes.add(element, "its type is not known: the values are compared as if none were given");
        }
        return new Rule.NodeAttribute(
                attribute,
                comparison.orElseThrow(),
                element.get("value", ""),
                type.orElse(Rule.ValueType.AUTO),
                source(element));
    }

    private static Optional<Rule.Comparison> comparison(String word) {
        return Optional.ofNullable(
                switch (word.toLowerCase(Locale.ROOT)) {
                    case "lt" -> Rule.Comparison.LT;
                    case "gt" -> Rule.Comparison.GT;
                    case "lte" -> Rule.Comparison.LTE;
                    case "gte" -> Rule.Comparison.GTE;
                    case "eq" -> Rule.Comparison.EQ;
                    case "ne" -> Rule.Comparison.NE;
                    case "defined" -> Rule.Comparison.DEFINED;
                    case "not_defined" -> Rule.Comparison.NOT_DEFINED;
                    default -> null;
                });
    }

    private static Optional<Rule.ValueType> type(@Nullable String word) {
        if (word == null) {
            return Optional.of(Rule.ValueType.AUTO);
        }
        return Optional.ofNullable(
                switch (word.toLowerCase(Locale.ROOT)) {
                    case "string" -> Rule.ValueType.STRING;
                    case "integer" -> Rule.ValueType.INTEGER;
                    case "number" -> Rule.ValueType.NUMBER;
                    case "version" -> Rule.ValueType.VERSION;
                    default -> null;
                });
    }

    private Rule.ValueSource source(Element element) {
        return switch (element.get("value-source", "literal")) {
            case "param" -> Rule.ValueSource.PARAM;
            case "meta" -> Rule.ValueSource.META;
            case "literal" -> Rule.ValueSource.LITERAL;
            default -> {
                notes.add(element, "its value-source is not known: the value is taken literally");
                yield Rule.ValueSource.LITERAL;
            }
        };
    }

    private Rule date(Element mention) {
        Element element = references.resolve(mention);
        if (element == null) {
            return NEVER;
        }
        switch (element.get("operation", "in_range")) {
            case "in_range" -> {
                return during(element);
            }
            case "gt" -> {
                Optional<Instant> start = moment(element, "start");
                return start.<Rule>map(Rule.After::new).orElse(NEVER);
            }
            case "lt" -> {
                Optional<Instant> end = moment(element, "end");
                return end.<Rule>map(Rule.Before::new).orElse(NEVER);
            }
            case "date_spec" -> {
                Element spec = element.child("date_spec");
                if (spec != null) {
                    return calendar(spec);
                }
                notes.add(element, "it has no <date_spec>: it does not pass");
                return NEVER;
            }
            default -> {
                notes.add(element, "its operation is not known: it does not pass");
                return NEVER;
            }
        }
    }

    private Optional<Instant> moment(Element element, String attribute) {
        Optional<Instant> moment = Words.date(element.get(attribute));
        if (moment.isEmpty()) {
            notes.add(element, "its " + attribute + " is no date: it does not pass");
        }
        return moment;
    }

    private Rule during(Element element) {
        Optional<Instant> start = element.has("start") ? moment(element, "start") : Optional.empty();
        Optional<Instant> end = element.has("end") ? moment(element, "end") : Optional.empty();
        if (element.has("start") != start.isPresent() || element.has("end") != end.isPresent()) {
            return NEVER;
        }
        Element duration = element.child("duration");
        if (end.isEmpty() && duration != null && start.isPresent()) {
            end = Optional.of(after(start.orElseThrow(), duration));
        }
        if (start.isEmpty() && end.isEmpty()) {
            notes.add(element, "it has neither start nor end: it does not pass");
            return NEVER;
        }
        return new Rule.During(start, end);
    }

    private static Instant after(Instant start, Element duration) {
        return start.atOffset(ZoneOffset.UTC)
                .plusYears(part(duration, "years"))
                .plusMonths(part(duration, "months"))
                .plusWeeks(part(duration, "weeks"))
                .plusDays(part(duration, "days"))
                .toInstant()
                .plus(Duration.ofHours(part(duration, "hours")))
                .plus(Duration.ofMinutes(part(duration, "minutes")))
                .plusSeconds(part(duration, "seconds"));
    }

    /** A number of years is bounded to what a calendar can show, the others follow suit. */
    private static long part(Element duration, String name) {
        return Math.max(0, Math.min(100_000, Words.number(duration.get(name)).orElse(0)));
    }

    private Rule calendar(Element spec) {
        Map<Rule.CalendarField, Rule.Range> fields = new EnumMap<>(Rule.CalendarField.class);
        for (String name : spec.attributeNames()) {
            if (name.equals("id")) {
                continue;
            }
            Optional<Rule.CalendarField> field = field(name);
            Optional<Rule.Range> range = range(spec.get(name, ""));
            if (field.isEmpty() || range.isEmpty()) {
                notes.add(spec, "'" + name + "' is no part of a date, or not a range: the rule does not look at it");
            } else {
                fields.put(field.orElseThrow(), range.orElseThrow());
            }
        }
        return new Rule.Calendar(fields);
    }

    private static Optional<Rule.CalendarField> field(String name) {
        for (Rule.CalendarField field : Rule.CalendarField.values()) {
            if (field.name().equalsIgnoreCase(name)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    private static Optional<Rule.Range> range(String text) {
        int dash = text.indexOf('-');
        String from = dash < 0 ? text : text.substring(0, dash);
        String to = dash < 0 ? text : text.substring(dash + 1);
        OptionalLong first = Words.number(from);
        OptionalLong last = Words.number(to);
        if (first.isEmpty() && last.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Rule.Range(
                first.isEmpty() ? 0 : (int) Math.min(Integer.MAX_VALUE, first.getAsLong()),
                last.isEmpty() ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, last.getAsLong())));
    }
}
