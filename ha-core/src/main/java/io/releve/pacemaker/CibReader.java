package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint;
import io.releve.model.Resource;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads a CIB: the configuration, then the status section by what the configuration says. */
final class CibReader {

    private final Xml cib;
    private final Xml configuration;
    private final Instant now;
    private final Optional<Instant> executionDate;
    private final CibIndex index;
    private final CibRules rules;
    private final CibAttributes attributes;

    CibReader(Xml cib, Instant now) {
        if (!cib.name.equals("cib")) {
            throw new UnreadableConfigurationException(
                    "the document is a <" + cib.name + ">, not a <cib>", cib.line, 1);
        }
        this.cib = cib;
        this.configuration = cib.child("configuration")
                .orElseThrow(() ->
                        new UnreadableConfigurationException("the <cib> has no <configuration>", cib.line, 1));
        this.executionDate = Optional.ofNullable(cib.get("execution-date"))
                .filter(text -> text.matches("[0-9]{1,15}"))
                .map(text -> Instant.ofEpochSecond(Long.parseLong(text)));
        this.now = now;
        this.index = new CibIndex(configuration);
        this.rules = new CibRules(index);
        this.attributes = new CibAttributes(index, rules);
    }

    private Xml section(String name) {
        return configuration.child(name).orElseGet(() -> new Xml(name, configuration.line));
    }

    Cib read() {
        List<AttributeSet> properties = properties();
        Map<String, String> options = CibAttributes.plain(properties);
        List<ClusterNode> nodes = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (Xml node : section("nodes").children("node")) {
            readNode(node, nodes, names);
        }
        List<AttributeSet> resourceDefaults = attributes.blocks(section("rsc_defaults"), "meta_attributes");
        CibResources resourceReader =
                new CibResources(index, attributes, nodes.size(), CibAttributes.plain(resourceDefaults));
        List<Resource> resources = resourceReader.read(section("resources"));
        Map<String, List<String>> collections = new HashMap<>(resourceReader.byTemplate);
        for (Xml tag : section("tags").children("tag")) {
            collections.put(
                    tag.id(), tag.children("obj_ref").stream().map(Xml::id).toList());
        }
        List<Constraint> constraints =
                new CibConstraints(index, rules, collections).read(section("constraints"));
        leaveOutSections();
        String controller = names.getOrDefault(cib.get("dc-uuid", "").toLowerCase(Locale.ROOT), "");
        ClusterConfig config = new ClusterConfig(
                options.getOrDefault("cluster-name", "cluster"),
                nodes,
                resources,
                constraints,
                properties,
                resourceDefaults,
                attributes.blocks(section("op_defaults"), "meta_attributes"));
        ClusterState state = new CibStatus(index, attributes, options, executionDate.orElse(now))
                .read(
                        CibAttributes.isTrue(cib.get("have-quorum")),
                        controller,
                        cib.child("status").orElse(null),
                        names);
        return new Cib(config, state, executionDate, index.leftOut());
    }

    private void readNode(Xml node, List<ClusterNode> nodes, Map<String, String> names) {
        String type = node.get("type", "member");
        if (!type.equals("member")) {
            index.leaveOut(node, "nodes of the type '" + type + "' are not supported");
            return;
        }
        List<AttributeSet> blocks = new ArrayList<>(attributes.blocks(node, "instance_attributes"));
        blocks.add(AttributeSet.of(Map.of("#id", node.id())));
        nodes.add(new ClusterNode(
                node.get("uname", node.id()),
                blocks,
                attributes.blocks(node, "utilization"),
                CibAttributes.score(node.get("score", "0"))));
        names.put(node.id().toLowerCase(Locale.ROOT), node.get("uname", node.id()));
    }

    private List<AttributeSet> properties() {
        List<AttributeSet> blocks = new ArrayList<>();
        for (AttributeSet block : attributes.blocks(section("crm_config"), "cluster_property_set")) {
            if (block.id().equals("cib-bootstrap-options")) {
                blocks.add(0, new AttributeSet(block.id(), Score.INFINITY, block.rule(), block.values()));
            } else {
                blocks.add(block);
            }
        }
        Map<String, String> implied = new LinkedHashMap<>();
        // In a cluster of Pacemaker's own nothing is fenced without a device.
        implied.put("have-watchdog", "false");
        implied.put("concurrent-fencing", "true");
        implied.put("no-quorum-panic", cib.get("no-quorum-panic", "0"));
        blocks.add(new AttributeSet("", Score.MINUS_INFINITY, Optional.empty(), implied));
        return blocks;
    }

    private void leaveOutSections() {
        for (Xml section : configuration.children) {
            switch (section.name) {
                case "fencing-topology", "acls", "alerts" -> section.children.forEach(
                        child -> index.leaveOut(child, "<" + section.name + "> is not supported and has no effect here"));
                default -> {
                    // Read above.
                }
            }
        }
    }
}
