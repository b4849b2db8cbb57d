package io.releve.pacemaker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads resources and nodes as the crm shell writes them. */
final class ShellResources {

    private static final Set<String> OPERATION_SETTINGS = Set.of(
            "timeout",
            "interval",
            "start-delay",
            "interval-origin",
            "on-fail",
            "enabled",
            "role",
            "requires",
            "record-pending",
            "description");

    private final Notes notes;
    /** Resources in the order declared; those that are members of others are taken out when these are read. */
    private final Map<String, Element> resources = new LinkedHashMap<>();

    ShellResources(Notes notes) {
        this.notes = notes;
    }

    /** The section, once all commands have been read. */
    void addTo(Element section) {
        resources.values().forEach(section::add);
    }

    void node(ShellLine line, Element section) {
        Element node = line.element("node");
        String id = line.takePair("$id");
        if (id == null) {
            id = line.takeLabel();
        }
        String word = line.next();
        int colon = word.lastIndexOf(':');
        String name = colon > 0 ? word.substring(0, colon) : word;
        node.with("id", id == null ? name : id).with("uname", name);
        if (colon > 0) {
            node.with("type", word.substring(colon + 1));
        }
        while (line.hasNext()) {
            if (line.take("attributes")) {
                node.add(ShellBlocks.read(line, "instance_attributes", "nodes-" + node.id(), notes));
            } else if (line.take("utilization")) {
                node.add(ShellBlocks.read(line, "utilization", "nodes-" + node.id(), notes));
            } else {
                setting(line, node, Set.of("description"));
            }
        }
        section.add(node);
    }

    /** Takes a word that is neither a part nor a member: a known setting, or something to note. */
    private void setting(ShellLine line, Element element, Set<String> known) {
        if (line.atPair() && known.contains(line.pairName())) {
            String name = line.pairName();
            element.with(name, line.pairValue());
        } else {
            notes.add(
                    line.number(),
                    line.source(),
                    "'" + Element.shortened(line.next()) + "' is not understood: it is left out");
        }
    }

    void primitive(ShellLine line, String name) {
        Element primitive = line.element(name).with("id", line.next());
        String agent = line.next();
        if (agent.startsWith("@")) {
            primitive.with("template", agent.substring(1));
        } else {
            agent(primitive, agent);
        }
        Element operations = line.element("operations");
        while (line.hasNext()) {
            if (line.take("op")) {
                operations.add(operation(line, primitive.id()));
            } else if (line.take("operations")) {
                String id = line.takePair("$id");
                String reference = line.takePair("$id-ref");
                if (id != null) {
                    operations.with("id", id);
                }
                if (reference != null) {
                    operations.with("id-ref", reference);
                }
            } else if (!part(line, primitive)) {
                setting(line, primitive, Set.of("description"));
            }
        }
        if (!operations.children().isEmpty() || operations.has("id-ref")) {
            primitive.add(operations);
        }
        put(line, primitive);
    }

    private void put(ShellLine line, Element resource) {
        if (resource.id().isEmpty()) {
            notes.add(line.number(), line.source(), "it has no name: it is left out");
        } else if (resources.putIfAbsent(resource.id(), resource) != null) {
            notes.add(line.number(), line.source(), "there is a resource of that name already: it is left out");
        }
    }

    private static void agent(Element primitive, String agent) {
        String[] parts = agent.split(":", 3);
        if (parts.length == 3) {
            primitive.with("class", parts[0]).with("provider", parts[1]).with("type", parts[2]);
        } else if (parts.length == 2) {
            primitive.with("class", parts[0]);
            if (parts[0].equals("ocf")) {
                primitive.with("provider", "heartbeat");
            }
            primitive.with("type", parts[1]);
        } else if (!agent.isEmpty()) {
            primitive.with("class", "ocf").with("provider", "heartbeat").with("type", agent);
        }
    }

    private boolean part(ShellLine line, Element resource) {
        if (line.take("params")) {
            resource.add(ShellBlocks.read(line, "instance_attributes", resource.id(), notes));
        } else if (line.take("meta")) {
            resource.add(ShellBlocks.read(line, "meta_attributes", resource.id(), notes));
        } else if (line.take("utilization")) {
            resource.add(ShellBlocks.read(line, "utilization", resource.id(), notes));
        } else {
            return false;
        }
        return true;
    }

    private Element operation(ShellLine line, String resource) {
        String name = line.next();
        Element settings = line.element("op");
        Element parameters = line.element("instance_attributes");
        while (line.atPair()) {
            String setting = line.pairName();
            if (OPERATION_SETTINGS.contains(setting)) {
                settings.with(setting, line.pairValue());
            } else if (setting.startsWith("$")) {
                line.pairValue();
            } else {
                parameters.add(line.element("nvpair")
                        .with("id", resource + "-" + name + "-" + setting)
                        .with("name", setting)
                        .with("value", line.pairValue()));
            }
        }
        if (!settings.has("interval")) {
            settings.with("interval", "0");
        }
        String id = resource + "-" + name + "-" + settings.get("interval");
        settings.with("id", id).with("name", name);
        if (!parameters.children().isEmpty()) {
            settings.add(parameters.with("id", id + "-instance_attributes"));
        }
        while (line.peek().equals("op_params") || line.peek().equals("op_meta")) {
            String kind = line.next().equals("op_meta") ? "meta_attributes" : "instance_attributes";
            settings.add(ShellBlocks.read(line, kind, id, notes));
        }
        return settings;
    }

    /** {@code monitor RESOURCE[:ROLE] INTERVAL[:TIMEOUT]}: an operation that stands alone. */
    void monitor(ShellLine line) {
        String[] of = line.next().split(":", 2);
        String[] times = line.next().split(":", 2);
        Element resource = resources.get(of[0]);
        if (resource == null || times[0].isEmpty()) {
            notes.add(
                    line.number(),
                    line.source(),
                    "there is no resource of that name above, or no interval: it is left out");
            return;
        }
        Element op = line.element("op")
                .with("id", of[0] + "-monitor-" + times[0])
                .with("name", "monitor")
                .with("interval", times[0]);
        if (times.length > 1) {
            op.with("timeout", times[1]);
        }
        if (of.length > 1) {
            op.with("role", of[1]);
        }
        Element operations = resource.child("operations");
        if (operations == null) {
            operations = line.element("operations");
            resource.add(operations);
        }
        operations.add(op);
    }

    /** A group, a clone or a master: members by name, then its own parts. */
    void collective(ShellLine line, String name) {
        Element resource = line.element(name).with("id", line.next());
        boolean any = false;
        while (line.hasNext()) {
            if (ShellBlocks.PARTS.contains(line.peek())) {
                if (!part(line, resource)) {
                    setting(line, resource, Set.of());
                }
            } else if (line.atPair()) {
                setting(line, resource, Set.of("description"));
            } else {
                String member = line.next();
                Element found = resources.remove(member);
                if (found == null) {
                    notes.add(
                            line.number(),
                            line.source(),
                            "there is no resource '" + Element.shortened(member)
                                    + "' above, or it is a member of another: it is left out");
                } else {
                    resource.add(found);
                    any = true;
                }
            }
        }
        if (!any) {
            notes.add(line.number(), line.source(), "it has no member: it is left out");
            return;
        }
        put(line, resource);
    }
}
