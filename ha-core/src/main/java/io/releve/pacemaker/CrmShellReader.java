package io.releve.pacemaker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration as {@code crm configure show} prints it: {@code node}, {@code primitive}, {@code rsc_template},
 * {@code group}, {@code clone}, {@code ms}, {@code location}, {@code colocation}, {@code order}, {@code rsc_ticket},
 * {@code tag}, {@code fencing_topology}, {@code property}, {@code rsc_defaults}, {@code op_defaults}, {@code monitor} and {@code xml}.
 *
 * <p>A line that cannot be read is listed with its number in {@link ShellConfiguration#notCarriedOver()}; the others are
 * read all the same.
 *
 * <p>Thread-safety: stateless.
 */
public final class CrmShellReader {

    private static final int MOST_BYTES = 64 << 20;

    private final Notes notes = new Notes();
    private final ShellResources resources = new ShellResources(notes);
    private final Element options = section("crm_config");
    private final Element nodes = section("nodes");
    private final Element constraints = section("constraints");
    private final Element resourceDefaults = section("rsc_defaults");
    private final Element operationDefaults = section("op_defaults");
    private final Element tags = section("tags");
    private final Element ready = section("resources");
    private final Element topology = section("fencing-topology");
    private final ShellFencing fencing = new ShellFencing(notes, topology);

    private CrmShellReader() {}

    private static Element section(String name) {
        return new Element(name, 0, 0);
    }

    /**
     * Reads a file in UTF-8.
     *
     * @param file the file
     * @throws IOException if the file cannot be read
     * @throws UnreadableCibException if it is longer than 64 MiB, or an element in it stands for too many
     */
    public static ShellConfiguration read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new UnreadableCibException(
                        0, 0, "the text is longer than " + MOST_BYTES + " bytes: a configuration is not that large");
            }
            return read(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /**
     * Reads a text.
     *
     * @param text the text
     * @throws UnreadableCibException if an element in it stands for too many
     */
    public static ShellConfiguration read(String text) {
        CrmShellReader reader = new CrmShellReader();
        ShellLine.of(text).forEach(reader::command);
        return reader.finish();
    }

    private ShellConfiguration finish() {
        Element configuration = section("configuration");
        resources.addTo(ready);
        fencing.finish(nodes);
        for (Element section :
                new Element[] {options, nodes, ready, constraints, resourceDefaults, operationDefaults, tags, topology
                }) {
            configuration.add(section);
        }
        return new ShellConfiguration(
                new ConfigurationReader(notes).read(configuration, Map.of()).config(), notes.all());
    }

    private void command(ShellLine line) {
        String verb = line.next();
        switch (verb) {
            case "node" -> resources.node(line, nodes);
            case "primitive" -> resources.primitive(line, "primitive");
            case "rsc_template" -> resources.primitive(line, "template");
            case "group" -> resources.collective(line, "group");
            case "clone" -> resources.collective(line, "clone");
            case "ms", "master" -> resources.collective(line, "master");
            case "monitor" -> resources.monitor(line);
            case "location" -> constraint(line, ShellConstraints.location(line));
            case "colocation", "collocation" -> constraint(line, ShellConstraints.colocation(line));
            case "order" -> constraint(line, ShellConstraints.order(line));
            case "rsc_ticket" -> constraint(line, ShellConstraints.ticket(line));
            case "tag" -> tag(line);
            case "property" -> defaults(line, options, "cluster_property_set", "cib-bootstrap-options");
            case "rsc_defaults" -> defaults(line, resourceDefaults, "meta_attributes", "rsc-options");
            case "op_defaults" -> defaults(line, operationDefaults, "meta_attributes", "op-options");
            case "xml" -> xml(line);
            case "fencing_topology", "fencing-topology" -> fencing.read(line);
            case "bundle" -> notes.add(line.number(), line.source(), "bundles (containers) are not carried over");
            case "role", "user", "acl_target", "acl_group" ->
                notes.add(line.number(), line.source(), "access rules are not carried over");
            case "alert" -> notes.add(line.number(), line.source(), "alerts are not carried over");
            default -> notes.add(line.number(), line.source(), "such a command is not known");
        }
    }

    private void constraint(ShellLine line, @Nullable Element element) {
        if (element == null) {
            notes.add(line.number(), line.source(), "the constraint cannot be read: it is left out");
        } else {
            constraints.add(element);
        }
    }

    private void tag(ShellLine line) {
        String label = line.takeLabel();
        Element tag = line.element("tag").with("id", label == null ? line.next() : label);
        while (line.hasNext()) {
            String member = line.next();
            if (!member.equals(":")) {
                tag.add(line.element("obj_ref").with("id", member));
            }
        }
        tags.add(tag);
    }

    private void defaults(ShellLine line, Element section, String element, String usualId) {
        String id = line.takePair("$id");
        if (id == null && line.atLabel() && ShellWords.score(line.peek().replace(":", "")) == null) {
            id = line.takeLabel();
        }
        Element block = line.element(element).with("id", id == null ? usualId : id);
        ShellBlocks.pairs(line, block, notes);
        while (line.hasNext()) {
            notes.add(
                    line.number(),
                    line.source(),
                    "'" + Element.shortened(line.next()) + "' is not understood: it is left out");
        }
        section.add(block);
    }

    /** What the shell cannot say in its own words it shows as XML. */
    private void xml(ShellLine line) {
        String text = line.source().substring("xml".length()).strip();
        Element element;
        try {
            XmlSource source = new XmlSource(
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                    XmlSource.Limits.DEFAULT,
                    line.number() - 1);
            element = source.complete(source.root());
            source.end();
        } catch (UnreadableCibException broken) {
            notes.add(line.number(), line.source(), String.valueOf(broken.getMessage()));
            return;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        switch (element.name()) {
            case "rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket" -> constraints.add(element);
            case "primitive", "template", "group", "clone", "master", "bundle" -> ready.add(element);
            case "node" -> nodes.add(element);
            case "tag" -> tags.add(element);
            case "fencing-topology" -> element.children().forEach(topology::add);
            case "fencing-level" -> topology.add(element);
            case "cluster_property_set" -> options.add(element);
            default -> notes.add(element, "such an element is not known here");
        }
    }
}
