package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads primitives, groups and clones. */
final class ResourceReader {

    private static final Set<String> BLOCKS = Set.of("instance_attributes", "meta_attributes", "utilization");

    /** Attributes that say what a resource is, and not how it is to be treated. */
    private static final Set<String> IDENTITY = Set.of("id", "class", "provider", "type", "template", "description");

    private final References references;
    private final AttributeBlocks blocks;
    private final OperationReader operations;
    private final Notes notes;
    private final List<AttributeSet> defaults;
    private final int nodes;

    ResourceReader(
            References references,
            AttributeBlocks blocks,
            OperationReader operations,
            Notes notes,
            List<AttributeSet> defaults,
            int nodes) {
        this.references = references;
        this.blocks = blocks;
        this.operations = operations;
        this.notes = notes;
        this.defaults = defaults;
        this.nodes = nodes;
    }

    List<Resource> read(Element section) {
        List<Resource> result = new ArrayList<>();
        for (Element child : section.children()) {
            if (!child.is("template")) {
                Resource resource = resource(child);
                if (resource != null) {
                    result.add(resource);
                }
            }
        }
        return result;
    }

    private @Nullable Resource resource(Element element) {
        switch (element.name()) {
            case "primitive" -> {
                return primitive(element);
            }
            case "group" -> {
                return group(element);
            }
            case "clone", "master" -> {
                return clone(element);
            }
            case "bundle" -> {
                notes.add(element, "bundles (containers) are not carried over, nor is what runs in them");
                return null;
            }
            default -> {
                notes.add(element, "such an element is not known among resources");
                return null;
            }
        }
    }

    private @Nullable Primitive primitive(Element element) {
        Element shared = null;
        String template = element.get("template");
        if (template != null) {
            shared = references.template(template);
            if (shared == null) {
                notes.add(element, "there is no template '" + template + "': the resource is left out");
                return null;
            }
        }
        String agent = agent(element, shared == null ? element : shared);
        if (element.id().isEmpty() || agent == null) {
            notes.add(element, "it has no id, class or type: the resource is left out");
            return null;
        }
        checkRemote(element, agent);
        noteUnknown(element, Set.of("operations"));
        Optional<Element> base = Optional.ofNullable(shared);
        return new Primitive(
                element.id(),
                agent,
                blocks.of(element, base, "instance_attributes"),
                meta(element, base),
                operations.of(element, base),
                blocks.of(element, base, "utilization"));
    }

    /** The meta attributes; what old configurations have as attributes of the element itself counts before all. */
    private List<AttributeSet> meta(Element element, Optional<Element> template) {
        List<AttributeSet> meta = new ArrayList<>();
        Map<String, String> own = new LinkedHashMap<>();
        for (String name : element.attributeNames()) {
            if (!IDENTITY.contains(name)) {
                own.put(name, element.get(name, ""));
            }
        }
        if (!own.isEmpty()) {
            meta.add(new AttributeSet("", Score.INFINITY, Optional.empty(), own));
        }
        meta.addAll(blocks.of(element, template, "meta_attributes"));
        return meta;
    }

    private static @Nullable String agent(Element element, Element shared) {
        String agentClass = element.get("class", shared.get("class", ""));
        String provider = element.get("provider", shared.get("provider", ""));
        String type = element.get("type", shared.get("type", ""));
        if (agentClass.isEmpty() || type.isEmpty()) {
            return null;
        }
        return provider.isEmpty() ? agentClass + ":" + type : agentClass + ":" + provider + ":" + type;
    }

    private void checkRemote(Element element, String agent) {
        boolean guest = element.children("meta_attributes")
                .flatMap(block -> block.children("nvpair"))
                .anyMatch(pair -> "remote-node".equals(pair.get("name")));
        if (agent.equals("ocf:pacemaker:remote") || guest) {
            notes.add(element, "remote and guest nodes are not carried over: it is read as a resource like any other");
        }
    }

    private @Nullable Group group(Element element) {
        List<Primitive> members = new ArrayList<>();
        for (Element child : element.children()) {
            if (child.is("primitive")) {
                Primitive member = primitive(child);
                if (member != null) {
                    members.add(member);
                }
            }
        }
        noteUnknown(element, Set.of("primitive"));
        if (members.isEmpty()) {
            notes.add(element, "the group is empty: it is left out");
            return null;
        }
        return new Group(
                element.id(), members, blocks.of(element, "instance_attributes"), meta(element, Optional.empty()));
    }

    private @Nullable Clone clone(Element element) {
        Resource member = null;
        for (Element child : element.children()) {
            if (child.is("primitive") || child.is("group")) {
                if (member != null) {
                    notes.add(child, "a clone has one member: this further one is left out");
                } else {
                    member = resource(child);
                }
            }
        }
        noteUnknown(element, Set.of("primitive", "group"));
        if (member == null) {
            notes.add(element, "the clone has no member: it is left out");
            return null;
        }
        List<AttributeSet> meta = meta(element, Optional.empty());
        Clone.Kind kind = kind(element, member, meta);
        return kind == null
                ? null
                : new Clone(element.id(), kind, member, blocks.of(element, "instance_attributes"), meta);
    }

    /** What kind of clone it is; nothing if it cannot be one. Adds to the meta attributes what follows from that. */
    private Clone.@Nullable Kind kind(Element element, Resource member, List<AttributeSet> meta) {
        boolean promotable = element.is("master") || Words.isTrue(value(meta, "promotable"));
        if (promotable && !classes(member).stream().allMatch("ocf"::equals)) {
            notes.add(element, "only OCF agents can be promoted: the clone is left out");
            return null;
        }
        String unique = value(meta, "globally-unique");
        boolean several = Words.number(value(meta, "clone-node-max")).orElse(1) > 1;
        boolean identities = unique == null ? several : Words.isTrue(unique);
        if (identities && !classes(member).stream().allMatch(name -> name.equals("ocf") || name.equals("stonith"))) {
            notes.add(
                    element, "agents of this class cannot tell instances apart: the clone is read as an anonymous one");
            identities = false;
            if (Words.number(value(meta, "clone-max")).orElse(0) > nodes) {
                meta.add(
                        0,
                        new AttributeSet(
                                "", Score.INFINITY, Optional.empty(), Map.of("clone-max", Integer.toString(nodes))));
            }
        }
        if (promotable) {
            return identities ? Clone.Kind.GLOBALLY_UNIQUE_PROMOTABLE : Clone.Kind.PROMOTABLE;
        }
        return identities ? Clone.Kind.GLOBALLY_UNIQUE : Clone.Kind.ANONYMOUS;
    }

    private @Nullable String value(List<AttributeSet> meta, String name) {
        return Plain.value(meta, name).or(() -> Plain.value(defaults, name)).orElse(null);
    }

    private static List<String> classes(Resource member) {
        List<Primitive> primitives = member instanceof Group group ? group.members() : List.of((Primitive) member);
        return primitives.stream()
                .map(primitive ->
                        primitive.agent().substring(0, primitive.agent().indexOf(':')))
                .toList();
    }

    private void noteUnknown(Element element, Set<String> known) {
        for (Element child : element.children()) {
            if (!BLOCKS.contains(child.name()) && !known.contains(child.name())) {
                notes.add(child, "such an element is not known in " + element);
            }
        }
    }
}
