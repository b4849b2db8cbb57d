package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint;
import io.releve.model.Resource;
import io.releve.model.Score;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the configuration section of a CIB. */
final class ConfigurationReader {

    private static final int MOST_EXPANDED = 2_000_000;

    private final Notes notes;

    ConfigurationReader(Notes notes) {
        this.notes = notes;
    }

    /**
     * What was read.
     *
     * @param config the configuration
     * @param nodeNamesById the nodes' names by their ids in small letters
     */
    record Result(ClusterConfig config, Map<String, String> nodeNamesById) {}

    /**
     * Reads.
     *
     * @param configuration the section
     * @param overrides options that the CIB itself gives, outside of the section
     */
    Result read(Element configuration, Map<String, String> overrides) {
        Budget budget = new Budget(MOST_EXPANDED);
        References references = new References(configuration, notes, budget);
        RuleReader rules = new RuleReader(references, notes, budget);
        AttributeBlocks blocks = new AttributeBlocks(references, rules, notes);
        noteUnknown(configuration);

        Map<String, String> nodeNamesById = new LinkedHashMap<>();
        List<ClusterNode> nodes = new ArrayList<>();
        children(configuration, "nodes").forEach(node -> node(node, blocks, nodes, nodeNamesById));
        List<AttributeSet> resourceDefaults = blocksOf(configuration, "rsc_defaults", "meta_attributes", blocks);
        ResourceReader resourceReader = new ResourceReader(
                references,
                blocks,
                new OperationReader(references, blocks, notes, budget),
                notes,
                resourceDefaults,
                nodes.size());
        List<Resource> resources = new ArrayList<>();
        configuration.children("resources").forEach(section -> resources.addAll(resourceReader.read(section)));
        List<Constraint> constraints = constraints(configuration, references, rules, budget, resources);
        List<AttributeSet> properties =
                new ArrayList<>(blocksOf(configuration, "crm_config", "cluster_property_set", blocks));
        if (!overrides.isEmpty()) {
            properties.add(0, new AttributeSet("cib", Score.INFINITY, Optional.empty(), overrides));
        }
        properties.add(pacemakersDefaults());
        ClusterConfig config = new ClusterConfig(
                Plain.value(properties, "cluster-name").orElse(""),
                nodes,
                resources,
                constraints,
                properties,
                resourceDefaults,
                blocksOf(configuration, "op_defaults", "meta_attributes", blocks),
                new FencingReader(notes).read(children(configuration, "fencing-topology")));
        return new Result(config, nodeNamesById);
    }

    /** Where Pacemaker's defaults are others than Relève's: it fences unless told not to, and only with a device. */
    private static AttributeSet pacemakersDefaults() {
        return new AttributeSet(
                "pacemaker-defaults",
                Score.MINUS_INFINITY,
                Optional.empty(),
                Map.of("stonith-enabled", "true", "have-watchdog", "false"));
    }

    private static List<Element> children(Element configuration, String section) {
        return configuration
                .children(section)
                .flatMap(found -> found.children().stream())
                .toList();
    }

    private List<AttributeSet> blocksOf(Element configuration, String section, String kind, AttributeBlocks blocks) {
        List<AttributeSet> result = new ArrayList<>();
        configuration.children(section).forEach(found -> {
            result.addAll(blocks.of(found, kind));
            for (Element child : found.children()) {
                if (!child.is(kind)) {
                    notes.add(child, "such an element is not known in <" + section + ">");
                }
            }
        });
        return result;
    }

    private void noteUnknown(Element configuration) {
        for (Element section : configuration.children()) {
            switch (section.name()) {
                case "crm_config",
                        "nodes",
                        "resources",
                        "constraints",
                        "rsc_defaults",
                        "op_defaults",
                        "tags",
                        "fencing-topology" -> {
                    // These are read.
                }
                case "acls" -> noteAll(section, "access rules are not carried over");
                case "alerts" -> noteAll(section, "alerts are not carried over");
                default -> notes.add(section, "such a section is not known");
            }
        }
    }

    private void noteAll(Element section, String reason) {
        section.children().forEach(child -> notes.add(child, reason));
    }

    private void node(
            Element element, AttributeBlocks blocks, List<ClusterNode> nodes, Map<String, String> nodeNamesById) {
        String name = element.get("uname");
        String type = element.get("type", "member");
        if (!element.is("node") || name == null || name.isEmpty()) {
            notes.add(element, "it is no node, or has no name: it is left out");
            return;
        }
        if (!Set.of("member", "normal", "").contains(type)) {
            notes.add(element, "only cluster nodes are carried over, and this one's type is '" + type + "'");
            return;
        }
        if (nodes.stream().anyMatch(node -> node.name().equals(name))) {
            notes.add(element, "there is a node of that name already: it is left out");
            return;
        }
        List<AttributeSet> attributes = new ArrayList<>(blocks.of(element, "instance_attributes"));
        if (!element.id().isEmpty() && !element.id().equals(name)) {
            attributes.add(0, new AttributeSet("", Score.INFINITY, Optional.empty(), Map.of("#id", element.id())));
        }
        nodeNamesById.put(element.id().toLowerCase(java.util.Locale.ROOT), name);
        nodes.add(new ClusterNode(
                name,
                attributes,
                blocks.of(element, "utilization"),
                Words.score(element.get("score")).orElse(Score.ZERO)));
    }

    private List<Constraint> constraints(
            Element configuration, References references, RuleReader rules, Budget budget, List<Resource> resources) {
        Set<String> clones = new HashSet<>();
        for (Resource resource : resources) {
            if (resource instanceof io.releve.model.Clone clone) {
                clones.add(clone.id());
                clones.add(clone.member().id());
            }
        }
        ConstraintReader reader = new ConstraintReader(references, rules, notes, budget, clones);
        List<Constraint> constraints = new ArrayList<>();
        configuration.children("constraints").forEach(section -> constraints.addAll(reader.read(section)));
        return constraints;
    }
}
