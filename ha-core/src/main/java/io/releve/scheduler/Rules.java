package io.releve.scheduler;

import io.releve.model.Rule;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says whether a rule passes, and remembers when one would change its mind. */
final class Rules {

    private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?\\d+");
    private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

    private final Instant now;
    private final Recheck recheck;

    Rules(Instant now, Recheck recheck) {
        this.now = now;
        this.recheck = recheck;
    }

    /**
     * What a rule is asked about.
     *
     * @param node the node's attributes; empty where no node is at hand
     * @param parameters the resource's parameters
     * @param meta the resource's meta attributes
     * @param agent the resource's agent; empty if there is none
     * @param operation the operation's name; empty if there is none
     * @param intervalMillis the operation's interval
     * @param match what the pattern of a location matched
     */
    record Subject(
            Map<String, String> node,
            Map<String, String> parameters,
            Map<String, String> meta,
            String agent,
            String operation,
            long intervalMillis,
            @Nullable MatchResult match) {

        /** Nothing in particular. */
        static final Subject NONE = new Subject(Map.of(), Map.of(), Map.of(), "", "", 0, null);

        static Subject ofNode(Map<String, String> attributes) {
            return new Subject(attributes, Map.of(), Map.of(), "", "", 0, null);
        }

        static Subject ofAgent(String agent) {
            return new Subject(Map.of(), Map.of(), Map.of(), agent, "", 0, null);
        }
    }

    boolean passes(Rule rule, Subject subject) {
        if (rule instanceof Rule.All all) {
            return all.parts().stream().allMatch(part -> passes(part, subject));
        }
        if (rule instanceof Rule.Any any) {
            return any.parts().isEmpty() || any.parts().stream().anyMatch(part -> passes(part, subject));
        }
        if (rule instanceof Rule.NodeAttribute comparison) {
            return compares(comparison, subject);
        }
        if (rule instanceof Rule.ResourceType type) {
            return isType(type, subject.agent());
        }
        if (rule instanceof Rule.OperationType type) {
            return type.name().equals(subject.operation())
                    && type.interval()
                            .map(interval -> interval.toMillis() == subject.intervalMillis())
                            .orElse(true);
        }
        return isTime(rule);
    }

    private boolean isTime(Rule rule) {
        if (rule instanceof Rule.During during) {
            if (during.start().isPresent() && now.isBefore(during.start().orElseThrow())) {
                recheck.at(during.start().orElseThrow());
                return false;
            }
            if (during.end().isPresent()) {
                if (now.isAfter(during.end().orElseThrow())) {
                    return false;
                }
                recheck.at(during.end().orElseThrow().plusSeconds(1));
            }
            return true;
        }
        if (rule instanceof Rule.After after) {
            if (now.isAfter(after.moment())) {
                return true;
            }
            recheck.at(after.moment().plusSeconds(1));
            return false;
        }
        if (rule instanceof Rule.Before before) {
            if (now.isBefore(before.moment())) {
                recheck.at(before.moment());
                return true;
            }
            return false;
        }
        return rule instanceof Rule.Calendar calendar && matches(calendar);
    }

    private boolean matches(Rule.Calendar calendar) {
        ZonedDateTime utc = now.atZone(ZoneOffset.UTC);
        return calendar.fields().entrySet().stream().allMatch(entry -> {
            int value = field(utc, entry.getKey());
            return entry.getValue().from() <= value && value <= entry.getValue().to();
        });
    }

    private static int field(ZonedDateTime time, Rule.CalendarField field) {
        return switch (field) {
            case YEARS -> time.getYear();
            case MONTHS -> time.getMonthValue();
            case MONTHDAYS -> time.getDayOfMonth();
            case HOURS -> time.getHour();
            case MINUTES -> time.getMinute();
            case SECONDS -> time.getSecond();
            case YEARDAYS -> time.getDayOfYear();
            case WEEKYEARS -> time.get(IsoFields.WEEK_BASED_YEAR);
            case WEEKS -> time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case WEEKDAYS -> time.get(ChronoField.DAY_OF_WEEK);
        };
    }

    private static boolean isType(Rule.ResourceType type, String agent) {
        String[] parts = agent.split(":", -1);
        String agentClass = parts.length > 1 ? parts[0] : "";
        String provider = parts.length > 2 ? parts[1] : "";
        String name = parts[parts.length - 1];
        return type.agentClass().map(agentClass::equals).orElse(true)
                && type.provider().map(provider::equals).orElse(true)
                && type.type().map(name::equals).orElse(true);
    }

    private static boolean compares(Rule.NodeAttribute rule, Subject subject) {
        String left = subject.node().get(submatches(rule.attribute(), subject.match(), '%'));
        if (rule.comparison() == Rule.Comparison.DEFINED || rule.comparison() == Rule.Comparison.NOT_DEFINED) {
            return (left != null) == (rule.comparison() == Rule.Comparison.DEFINED);
        }
        String right = switch (rule.source()) {
            case LITERAL -> rule.value();
            case PARAM -> subject.parameters().get(rule.value());
            case META -> subject.meta().get(rule.value());
        };
        if (left == null || right == null) {
            boolean equal = left == null && right == null;
            return switch (rule.comparison()) {
                case EQ -> equal;
                case NE -> !equal;
                default -> false;
            };
        }
        int order = compare(left, right, typeOf(rule, left, right));
        return switch (rule.comparison()) {
            case LT -> order < 0;
            case GT -> order > 0;
            case LTE -> order <= 0;
            case GTE -> order >= 0;
            case EQ -> order == 0;
            default -> order != 0;
        };
    }

    private static Rule.ValueType typeOf(Rule.NodeAttribute rule, String left, String right) {
        if (rule.type() != Rule.ValueType.AUTO) {
            return rule.type();
        }
        return switch (rule.comparison()) {
            case EQ, NE -> Rule.ValueType.STRING;
            default -> left.contains(".") || right.contains(".") ? Rule.ValueType.NUMBER : Rule.ValueType.INTEGER;
        };
    }

    private static int compare(String left, String right, Rule.ValueType type) {
        Pattern form = type == Rule.ValueType.INTEGER ? INTEGER : NUMBER;
        if (type == Rule.ValueType.VERSION) {
            return compareVersions(left, right);
        }
        if (type != Rule.ValueType.STRING) {
            Matcher a = form.matcher(left);
            Matcher b = form.matcher(right);
            if (a.lookingAt() && b.lookingAt()) {
                return Double.compare(
                        Double.parseDouble(a.group().strip()),
                        Double.parseDouble(b.group().strip()));
            }
        }
        return left.toLowerCase(Locale.ROOT).compareTo(right.toLowerCase(Locale.ROOT));
    }

    private static int compareVersions(String left, String right) {
        List<String> a = List.of(left.split("\\.", -1));
        List<String> b = List.of(right.split("\\.", -1));
        for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
            int x = i < a.size() ? Values.integer(a.get(i), 0) : 0;
            int y = i < b.size() ? Values.integer(b.get(i), 0) : 0;
            if (x != y) {
                return Integer.compare(x, y);
            }
        }
        return 0;
    }

    /** Replaces the mark and a digit by what the group of that number matched. */
    static String submatches(String text, @Nullable MatchResult match, char mark) {
        if (match == null || text.indexOf(mark) < 0) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == mark && i + 1 < text.length() && Character.isDigit(text.charAt(i + 1))) {
                int group = Character.digit(text.charAt(++i), 10);
                String part = group <= match.groupCount() ? match.group(group) : null;
                result.append(part == null ? "" : part);
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }
}
