package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.Group;
import io.releve.model.OnFail;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Role;
import io.releve.model.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads resources and templates. */
final class CibResources {

    private static final Set<String> OPERATION_FIELDS =
            Set.of("id", "name", "interval", "timeout", "role", "on-fail", "enabled", "description");

    private final CibIndex index;
    private final CibAttributes attributes;
    private final int nodes;
    private final Map<String, String> defaults;
    private final Map<String, Xml> templates = new HashMap<>();
    /** The primitives made of each template. */
    final Map<String, List<String>> byTemplate = new HashMap<>();

    CibResources(CibIndex index, CibAttributes attributes, int nodes, Map<String, String> defaults) {
        this.index = index;
        this.attributes = attributes;
        this.nodes = nodes;
        this.defaults = defaults;
    }

    List<Resource> read(Xml resources) {
        resources.children("template").forEach(template -> templates.put(template.id(), template));
        List<Resource> result = new ArrayList<>();
        for (Xml element : resources.children) {
            Resource resource = element.name.equals("template") ? null : resource(element);
            if (resource != null) {
                result.add(resource);
            }
        }
        return result;
    }

    private @Nullable Resource resource(Xml element) {
        switch (element.name) {
            case "primitive" -> {
                return primitive(element);
            }
            case "group" -> {
                return group(element);
            }
            case "clone", "master" -> {
                return clone(element);
            }
            default -> {
                index.leaveOut(element, "this kind of resource is not supported: use primitives, groups and clones");
                return null;
            }
        }
    }

    private @Nullable Group group(Xml element) {
        List<Primitive> members = new ArrayList<>();
        for (Xml child : element.children("primitive")) {
            Primitive member = primitive(child);
            if (member != null) {
                members.add(member);
            }
        }
        if (members.isEmpty()) {
            index.leaveOut(element, "the group is empty");
            return null;
        }
        List<AttributeSet> meta = new ArrayList<>(attributes.blocks(element, "meta_attributes"));
        addOwn(meta, element, "ordered", "collocated");
        return new Group(element.id(), members, attributes.blocks(element, "instance_attributes"), meta);
    }

    /** Settings that old configurations have as attributes of the element. */
    private static void addOwn(List<AttributeSet> meta, Xml element, String... names) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names) {
            String value = element.get(name);
            if (value != null) {
                values.put(name, value);
            }
        }
        if (!values.isEmpty()) {
            meta.add(0, new AttributeSet("", Score.INFINITY, Optional.empty(), values));
        }
    }

    private @Nullable Clone clone(Xml element) {
        Resource member = null;
        for (Xml child : element.children) {
            if (child.name.equals("primitive")) {
                member = primitive(child);
            } else if (child.name.equals("group")) {
                member = group(child);
            }
        }
        if (member == null) {
            index.leaveOut(element, "the clone holds no primitive and no group");
            return null;
        }
        List<AttributeSet> meta = new ArrayList<>(attributes.blocks(element, "meta_attributes"));
        Map<String, String> values = new LinkedHashMap<>(CibAttributes.plain(meta));
        defaults.forEach(values::putIfAbsent);
        boolean promotable = element.name.equals("master") || CibAttributes.isTrue(values.get("promotable"));
        boolean unique = values.containsKey("globally-unique")
                ? CibAttributes.isTrue(values.get("globally-unique"))
                : number(values.get("clone-node-max")) > 1;
        String agentClass = agentClass(member);
        if (promotable && !agentClass.equals("ocf")) {
            index.leaveOut(element, "only agents of the class ocf can be promoted, and this one is " + agentClass);
            return null;
        }
        if (unique && !agentClass.equals("ocf") && !agentClass.equals("stonith")) {
            unique = false;
            if (number(values.get("clone-max")) > nodes) {
                meta.add(0, capped());
            }
        }
        Clone.Kind kind = promotable
                ? unique ? Clone.Kind.GLOBALLY_UNIQUE_PROMOTABLE : Clone.Kind.PROMOTABLE
                : unique ? Clone.Kind.GLOBALLY_UNIQUE : Clone.Kind.ANONYMOUS;
        return new Clone(element.id(), kind, member, attributes.blocks(element, "instance_attributes"), meta);
    }

    /** The class of the agent; of those in a group the one that can do least. */
    private static String agentClass(Resource member) {
        List<Primitive> all = member instanceof Group group ? group.members() : List.of((Primitive) member);
        return all.stream()
                .map(primitive -> primitive.agent().split(":", 2)[0])
                .filter(name -> !name.equals("ocf") && !name.equals("stonith"))
                .findFirst()
                .orElse(all.get(0).agent().split(":", 2)[0]);
    }

    private AttributeSet capped() {
        return new AttributeSet(
                "", Score.INFINITY, Optional.empty(), Map.of("clone-max", Integer.toString(nodes)));
    }

    private static int number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    private @Nullable Primitive primitive(Xml element) {
        String templateId = element.get("template");
        Xml template = templateId == null ? null : templates.get(templateId);
        if (templateId != null && template == null) {
            index.leaveOut(element, "there is no template '" + templateId + "'");
            return null;
        }
        Xml type = template != null && element.get("type") == null ? template : element;
        if (type.get("class") == null || type.get("type") == null) {
            index.leaveOut(element, "a primitive needs a class and a type");
            return null;
        }
        if (templateId != null) {
            byTemplate.computeIfAbsent(templateId, id -> new ArrayList<>()).add(element.id());
        }
        String provider = type.get("provider");
        String agent = type.get("class") + ":" + (provider == null ? "" : provider + ":") + type.get("type");
        List<Operation> operations = operations(element);
        if (template != null) {
            addTemplateOperations(operations, operations(template), element.child("operations").isPresent());
        }
        return new Primitive(
                element.id(),
                agent,
                both(element, template, "instance_attributes"),
                both(element, template, "meta_attributes"),
                operations,
                both(element, template, "utilization"));
    }

    private List<AttributeSet> both(Xml element, @Nullable Xml template, String kind) {
        List<AttributeSet> blocks = new ArrayList<>(attributes.blocks(element, kind));
        if (template != null) {
            blocks.addAll(attributes.blocks(template, kind));
        }
        return blocks;
    }

    private static void addTemplateOperations(List<Operation> own, List<Operation> template, boolean any) {
        if (!any) {
            own.addAll(template);
            return;
        }
        List<Operation> declared = List.copyOf(own);
        for (Operation operation : template) {
            boolean replaced = declared.stream()
                    .anyMatch(mine -> mine.name().equals(operation.name()) && sameRole(mine, operation));
            if (!replaced) {
                own.add(operation);
            }
        }
    }

    private static boolean sameRole(Operation a, Operation b) {
        return plainRole(a).equals(plainRole(b));
    }

    private static String plainRole(Operation operation) {
        return operation
                .role()
                .filter(role -> role != Role.STARTED && role != Role.UNPROMOTED)
                .map(Role::toString)
                .orElse("");
    }

    private List<Operation> operations(Xml element) {
        List<Operation> operations = new ArrayList<>();
        element.child("operations")
                .map(index::resolve)
                .ifPresent(list -> list.children("op").forEach(op -> operations.add(operation(index.resolve(op)))));
        return operations;
    }

    private Operation operation(Xml op) {
        List<AttributeSet> meta = new ArrayList<>(attributes.blocks(op, "meta_attributes"));
        Map<String, String> plain = CibAttributes.plain(meta);
        Map<String, String> further = new LinkedHashMap<>(op.attributes);
        further.keySet().removeAll(OPERATION_FIELDS);
        if (!further.isEmpty()) {
            meta.add(0, new AttributeSet("", Score.INFINITY, Optional.empty(), further));
        }
        Duration timeout = CibRules.Spans.parse(op.get("timeout", ""));
        String enabled = op.get("enabled") != null ? op.get("enabled") : plain.get("enabled");
        return new Operation(
                op.get("name", ""),
                CibRules.Spans.parse(op.get("interval", "0")),
                timeout.isZero() ? Optional.empty() : Optional.of(timeout),
                Optional.ofNullable(op.get("role")).flatMap(CibResources::role),
                Optional.ofNullable(op.get("on-fail")).flatMap(word -> onFail(op, word)),
                !CibAttributes.isFalse(enabled),
                meta,
                attributes.blocks(op, "instance_attributes"));
    }

    static Optional<Role> role(String word) {
        try {
            return Optional.of(Role.parse(word));
        } catch (IllegalArgumentException noRole) {
            return Optional.empty();
        }
    }

    private Optional<OnFail> onFail(Xml op, String word) {
        try {
            return Optional.of(OnFail.parse(word));
        } catch (IllegalArgumentException unknown) {
            index.leaveOut(op, unknown.getMessage() == null ? word : unknown.getMessage());
            return Optional.empty();
        }
    }
}
