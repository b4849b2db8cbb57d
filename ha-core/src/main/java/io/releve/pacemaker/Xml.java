package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An element of an XML document, with the line where it began. */
final class Xml {

    final String name;
    final int line;
    final Map<String, String> attributes = new LinkedHashMap<>();
    final List<Xml> children = new ArrayList<>(2);

    Xml(String name, int line) {
        this.name = name;
        this.line = line;
    }

    @Nullable String get(String attribute) {
        return attributes.get(attribute);
    }

    String get(String attribute, String otherwise) {
        return attributes.getOrDefault(attribute, otherwise);
    }

    String id() {
        return get("id", "");
    }

    Optional<Xml> child(String element) {
        for (Xml child : children) {
            if (child.name.equals(element)) {
                return Optional.of(child);
            }
        }
        return Optional.empty();
    }

    List<Xml> children(String element) {
        List<Xml> found = new ArrayList<>();
        for (Xml child : children) {
            if (child.name.equals(element)) {
                found.add(child);
            }
        }
        return found;
    }

    /** How people are told of it. */
    @Override
    public String toString() {
        return "<" + name + (id().isEmpty() ? "" : " id=\"" + id() + "\"") + ">";
    }
}
