package io.releve.pacemaker;

import io.releve.state.ClusterState.TicketState;
import io.releve.state.OperationResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the status section, one resource's history at a time: it can be by far the largest part of a CIB. */
final class StatusReader {

    private final XmlSource xml;
    private final Notes notes;
    private final Pool pool = new Pool();
    final List<ObservedNode> nodes = new ArrayList<>();
    final Map<String, TicketState> tickets = new LinkedHashMap<>();

    StatusReader(XmlSource xml, Notes notes) {
        this.xml = xml;
        this.notes = notes;
    }

    /** Reads the children of the section, which was just begun. */
    void read() throws IOException {
        Element child;
        while ((child = xml.nextChild()) != null) {
            switch (child.name()) {
                case "node_state" -> node(child);
                case "tickets" -> tickets(xml.complete(child));
                default -> unknown(child);
            }
        }
    }

    private void unknown(Element element) throws IOException {
        notes.add(element, "such an element is not known in the status section");
        xml.skip();
    }

    private void tickets(Element section) {
        for (Element ticket : section.children()) {
            if (ticket.is("ticket_state")) {
                tickets.put(
                        ticket.id(),
                        new TicketState(Words.isTrue(ticket.get("granted")), Words.isTrue(ticket.get("standby"))));
            } else {
                notes.add(ticket, "such an element is not known among tickets");
            }
        }
    }

    private void node(Element element) throws IOException {
        ObservedNode node = new ObservedNode(element);
        Element child;
        while ((child = xml.nextChild()) != null) {
            switch (child.name()) {
                case "transient_attributes" -> attributes(node, xml.complete(child));
                case "lrm" -> histories(node);
                default -> unknown(child);
            }
        }
        if (Words.isTrue(element.get("remote_node"))) {
            notes.add(element, "remote and guest nodes are not carried over");
        } else {
            nodes.add(node);
        }
    }

    private void attributes(ObservedNode node, Element section) {
        Notes unused = new Notes();
        Budget budget = new Budget(1_000_000);
        References references = new References(section, unused, budget);
        AttributeBlocks blocks = new AttributeBlocks(references, new RuleReader(references, notes, budget), notes);
        blocks.of(section, "instance_attributes").forEach(block -> {
            if (block.rule().isPresent()) {
                notes.add(section, "attributes of a node's status with a rule are not carried over");
            } else {
                block.values().forEach(node.attributes::putIfAbsent);
            }
        });
    }

    private void histories(ObservedNode node) throws IOException {
        Element child;
        while ((child = xml.nextChild()) != null) {
            if (child.is("lrm_resources")) {
                Element resource;
                while ((resource = xml.nextChild()) != null) {
                    history(node, xml.complete(resource));
                }
            } else if (child.is("lrm_resource")) {
                history(node, xml.complete(child));
            } else {
                unknown(child);
            }
        }
    }

    private void history(ObservedNode node, Element resource) {
        String id = pool.share(resource.id());
        if (!resource.is("lrm_resource") || id.isEmpty()) {
            notes.add(resource, "such an element is not known in a node's history, or has no id");
            return;
        }
        List<OperationResult> results = HistoryEntries.read(id, resource, pool);
        List<OperationResult> before = node.history.putIfAbsent(id, results);
        if (before != null) {
            notes.add(resource, "the node has a history of that resource already: this one is left out");
            return;
        }
        String agent = agent(resource);
        if (agent != null) {
            node.agents.put(id, pool.share(agent));
        }
        Words.epoch(resource.get("shutdown-lock")).ifPresent(since -> node.locks.put(id, since));
    }

    private static @Nullable String agent(Element resource) {
        String agentClass = resource.get("class");
        String provider = resource.get("provider");
        String type = resource.get("type");
        if (agentClass == null || type == null) {
            return null;
        }
        return provider == null ? agentClass + ":" + type : agentClass + ":" + provider + ":" + type;
    }
}
