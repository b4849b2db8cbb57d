package io.releve.pacemaker;

import io.releve.model.FencingLevel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the crm shell's {@code fencing_topology}: levels for one target after another; without a target they are for
 * every node.
 */
final class ShellFencing {

    private final Notes notes;
    private final Element topology;
    private final Map<Target, Integer> levels = new HashMap<>();
    private final List<ForAll> forAll = new ArrayList<>();

    ShellFencing(Notes notes, Element topology) {
        this.notes = notes;
        this.topology = topology;
    }

    /** Reads a line. */
    void read(ShellLine line) {
        Target target = null;
        boolean any = false;
        while (line.hasNext()) {
            Target next = target(line);
            if (next != null) {
                target = next;
                continue;
            }
            any = true;
            String devices = line.next();
            if (target != null) {
                topology.add(level(line, target, levels.merge(target, 1, Integer::sum), devices));
            } else if (forAll.size() < FencingLevel.LAST) {
                forAll.add(new ForAll(line, forAll.size() + 1, devices));
            } else {
                notes.add(line.number(), line.source(), "a node has no more than " + FencingLevel.LAST + " levels");
            }
        }
        if (!any) {
            notes.add(line.number(), line.source(), "it names no devices: it is left out");
        }
    }

    /** Adds the levels that are for every node, once all nodes are known. */
    void finish(Element nodes) {
        for (ForAll level : forAll) {
            for (Element node : nodes.children()) {
                Target target = new Target("target", node.get("uname", ""), "");
                topology.add(level(level.line(), target, level.index(), level.devices()));
            }
        }
    }

    /**
     * A level that is for every node.
     *
     * @param line where it stands
     * @param index its place among them
     * @param devices as written
     */
    private record ForAll(ShellLine line, int index, String devices) {}

    /**
     * What levels are for.
     *
     * @param kind the attribute of a level that says so
     * @param name the name or pattern
     * @param value the value of an attribute
     */
    private record Target(String kind, String name, String value) {}

    private static @Nullable Target target(ShellLine line) {
        String word = line.peek();
        if (word.startsWith("pattern:")) {
            line.next();
            return new Target("target-pattern", word.substring("pattern:".length()), "");
        }
        if (word.startsWith("attr:") && line.atPair()) {
            return new Target("target-attribute", line.pairName().substring("attr:".length()), line.pairValue());
        }
        String label = line.takeLabel();
        return label == null ? null : new Target("target", label, "");
    }

    private static Element level(ShellLine line, Target target, int index, String devices) {
        Element level = line.element("fencing-level")
                .with(target.kind(), target.name())
                .with("index", Integer.toString(index))
                .with("devices", devices);
        return target.kind().equals("target-attribute") ? level.with("target-value", target.value()) : level;
    }
}
