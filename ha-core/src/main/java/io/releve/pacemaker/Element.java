package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An element of a configuration with the position where it begins. Text between elements means nothing in a CIB. */
final class Element {

    private final String name;
    private final int line;
    private final int column;
    /** Names and values by turns: most elements have few, and a CIB has millions of elements. */
    private final List<String> attributes = new ArrayList<>(8);

    private final List<Element> children = new ArrayList<>(2);

    Element(String name, int line, int column) {
        this.name = name;
        this.line = line;
        this.column = column;
    }

    /** An element of the same name at the same position, without attributes and children. */
    Element emptyCopy() {
        return new Element(name, line, column);
    }

    String name() {
        return name;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }

    boolean is(String elementName) {
        return name.equals(elementName);
    }

    /** Sets an attribute that it does not have yet. */
    Element with(String attribute, String value) {
        attributes.add(attribute);
        attributes.add(value);
        return this;
    }

    Element add(Element child) {
        children.add(child);
        return this;
    }

    @Nullable
    String get(String attribute) {
        for (int i = 0; i < attributes.size(); i += 2) {
            if (attributes.get(i).equals(attribute)) {
                return attributes.get(i + 1);
            }
        }
        return null;
    }

    String get(String attribute, String otherwise) {
        String value = get(attribute);
        return value == null ? otherwise : value;
    }

    boolean has(String attribute) {
        return get(attribute) != null;
    }

    List<String> attributeNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < attributes.size(); i += 2) {
            names.add(attributes.get(i));
        }
        return names;
    }

    String id() {
        return get("id", "");
    }

    List<Element> children() {
        return children;
    }

    Stream<Element> children(String childName) {
        return children.stream().filter(child -> child.is(childName));
    }

    @Nullable
    Element child(String childName) {
        for (Element child : children) {
            if (child.is(childName)) {
                return child;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        for (String key : List.of("id", "name", "uname", "id-ref", "attribute")) {
            String value = get(key);
            if (value != null) {
                return "<" + name + " " + key + "=\"" + shortened(value) + "\">";
            }
        }
        return "<" + name + ">";
    }

    static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
