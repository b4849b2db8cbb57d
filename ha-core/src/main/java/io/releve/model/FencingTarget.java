package io.releve.model;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The nodes that a fencing level is for. */
public sealed interface FencingTarget {

    /** Whether the level is for this node. */
    boolean matches(ClusterNode node);

    /**
     * The node of this name.
     *
     * @param name the node's name
     */
    record Node(String name) implements FencingTarget {
        @Override
        public boolean matches(ClusterNode node) {
            return node.name().equals(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Nodes in whose name the expression is found.
     *
     * @param regex a regular expression, looked for anywhere in the name; a broken one fits no node
     */
    record NamePattern(String regex) implements FencingTarget {
        @Override
        public boolean matches(ClusterNode node) {
            try {
                return Pattern.compile(regex).matcher(node.name()).find();
            } catch (PatternSyntaxException broken) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "pattern:" + regex;
        }
    }

    /**
     * Nodes with this permanent attribute.
     *
     * @param name the attribute's name
     * @param value the value that it must have, in the same letters
     */
    record Attribute(String name, String value) implements FencingTarget {
        @Override
        public boolean matches(ClusterNode node) {
            return AttributeSet.plainValue(node.attributes(), name)
                    .filter(value::equals)
                    .isPresent();
        }

        @Override
        public String toString() {
            return "attr:" + name + "=" + value;
        }
    }
}
