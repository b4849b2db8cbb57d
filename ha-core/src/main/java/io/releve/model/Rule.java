package io.releve.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A condition: on the attributes of a node, on the date, on the kind of resource or operation. Where no node is at hand,
 * every node attribute counts as undefined.
 */
public sealed interface Rule {

    /** Passes if all parts pass; passes if there are none. */
    record All(List<Rule> parts) implements Rule {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** Passes if at least one part passes, or if there are none. */
    record Any(List<Rule> parts) implements Rule {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Compares a node's attribute with a value.
     *
     * @param attribute the attribute's name
     * @param comparison how to compare
     * @param value what to compare with; not looked at by DEFINED and NOT_DEFINED
     * @param type what the two are read as
     * @param source what {@code value} is: itself, or the name of a parameter or meta attribute of the resource
     */
    record NodeAttribute(String attribute, Comparison comparison, String value, ValueType type, ValueSource source)
            implements Rule {}

    /**
     * Passes within a span of time, both ends included.
     *
     * @param start the first moment; empty: since ever
     * @param end the last moment; empty: for ever
     */
    record During(Optional<Instant> start, Optional<Instant> end) implements Rule {}

    /** Passes after a moment. */
    record After(Instant moment) implements Rule {}

    /** Passes before a moment. */
    record Before(Instant moment) implements Rule {}

    /**
     * Passes when each of these parts of the date and time, in UTC, lies in its range.
     *
     * @param fields the ranges
     */
    record Calendar(Map<CalendarField, Range> fields) implements Rule {
        public Calendar {
            fields = Map.copyOf(fields);
        }
    }

    /** Parts of a date and time. */
    enum CalendarField {
        YEARS,
        MONTHS,
        MONTHDAYS,
        HOURS,
        MINUTES,
        SECONDS,
        YEARDAYS,
        WEEKYEARS,
        WEEKS,
        /** 1 is Monday. */
        WEEKDAYS
    }

    /**
     * Whole numbers, both ends included.
     *
     * @param from the least
     * @param to the greatest
     */
    record Range(int from, int to) {}

    /**
     * Passes for resources whose agent is of this kind; each part that is given must be equal.
     *
     * @param agentClass {@code ocf}, {@code systemd} …
     * @param provider the agent's provider
     * @param type the agent's type
     */
    record ResourceType(Optional<String> agentClass, Optional<String> provider, Optional<String> type)
            implements Rule {}

    /**
     * Passes for operations of this name.
     *
     * @param name the operation's name
     * @param interval its interval; empty: any
     */
    record OperationType(String name, Optional<Duration> interval) implements Rule {}

    /** How two values are compared. */
    enum Comparison {
        LT,
        GT,
        LTE,
        GTE,
        EQ,
        NE,
        DEFINED,
        NOT_DEFINED
    }

    /** What two values are read as when they are compared. */
    enum ValueType {
        /** Number if one of them has a decimal point, otherwise integer, for LT, GT, LTE, GTE; otherwise string. */
        AUTO,
        STRING,
        INTEGER,
        NUMBER,
        VERSION
    }

    /** What the value in a comparison is. */
    enum ValueSource {
        LITERAL,
        PARAM,
        META
    }

    /** Passes on nodes whose attribute has this value. */
    static Rule attributeIs(String attribute, String value) {
        return new NodeAttribute(attribute, Comparison.EQ, value, ValueType.AUTO, ValueSource.LITERAL);
    }

    /** Passes on nodes whose attribute has another value, or that do not have it. */
    static Rule attributeIsNot(String attribute, String value) {
        return new NodeAttribute(attribute, Comparison.NE, value, ValueType.AUTO, ValueSource.LITERAL);
    }
}
