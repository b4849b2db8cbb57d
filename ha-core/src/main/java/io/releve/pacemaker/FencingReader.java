package io.releve.pacemaker;

import io.releve.model.FencingLevel;
import io.releve.model.FencingTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads fencing levels. */
final class FencingReader {

    private final Notes notes;

    FencingReader(Notes notes) {
        this.notes = notes;
    }

    List<FencingLevel> read(List<Element> elements) {
        List<FencingLevel> levels = new ArrayList<>();
        for (Element element : elements) {
            if (element.is("fencing-level")) {
                level(element).ifPresent(levels::add);
            } else {
                notes.add(element, "such an element is not known in <fencing-topology>");
            }
        }
        return levels;
    }

    private Optional<FencingLevel> level(Element element) {
        Optional<FencingTarget> target = target(element);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong index = Words.number(element.get("index"));
        if (index.isEmpty() || index.getAsLong() < FencingLevel.FIRST || index.getAsLong() > FencingLevel.LAST) {
            notes.add(
                    element,
                    "its index is no number from " + FencingLevel.FIRST + " to " + FencingLevel.LAST
                            + ": the level is left out");
            return Optional.empty();
        }
        List<String> devices = Arrays.stream(element.get("devices", "").split(","))
                .map(String::strip)
                .filter(device -> !device.isEmpty())
                .distinct()
                .toList();
        if (devices.isEmpty()) {
            notes.add(element, "it names no devices: the level is left out");
            return Optional.empty();
        }
        return Optional.of(new FencingLevel(target.get(), (int) index.getAsLong(), devices));
    }

    /** A name counts before a pattern, and a pattern before an attribute, where an element gives several. */
    private Optional<FencingTarget> target(Element element) {
        String pattern = element.get("target-pattern");
        String name = element.get("target");
        String attribute = element.get("target-attribute");
        String value = element.get("target-value");
        if (name != null && !name.isEmpty()) {
            return Optional.of(new FencingTarget.Node(name));
        }
        if (pattern != null) {
            try {
                Pattern.compile(pattern);
                return Optional.of(new FencingTarget.NamePattern(pattern));
            } catch (PatternSyntaxException broken) {
                notes.add(element, "its pattern is no regular expression: the level is left out");
                return Optional.empty();
            }
        }
        if (attribute != null && !attribute.isEmpty() && value != null) {
            return Optional.of(new FencingTarget.Attribute(attribute, value));
        }
        notes.add(element, "it says for no node: the level is left out");
        return Optional.empty();
    }
}
