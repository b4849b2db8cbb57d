package io.releve.model;

import java.util.List;

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
