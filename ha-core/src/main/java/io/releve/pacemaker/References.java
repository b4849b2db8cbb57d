package io.releve.pacemaker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows what the ids of a configuration stand for: elements, templates, tags. */
final class References {

    private static final int LONGEST_CHAIN = 20;

    private final Notes notes;
    private final Budget budget;
    private final Map<String, Element> byId = new HashMap<>();
    private final Map<String, Element> templates = new HashMap<>();
    private final Map<String, List<String>> tags = new LinkedHashMap<>();
    private final Map<String, List<String>> usersOfTemplates = new HashMap<>();
    private final Set<String> resources = new HashSet<>();

    References(Element configuration, Notes notes, Budget budget) {
        this.notes = notes;
        this.budget = budget;
        index(configuration);
    }

    private void index(Element element) {
        String id = element.get("id");
        if (id != null && !isMention(element)) {
            byId.putIfAbsent(id, element);
        }
        switch (element.name()) {
            case "template" -> templates.putIfAbsent(element.id(), element);
            case "tag" ->
                tags.computeIfAbsent(element.id(), key -> new ArrayList<>())
                        .addAll(element.children("obj_ref").map(Element::id).toList());
            case "primitive" -> {
                resources.add(element.id());
                String template = element.get("template");
                if (template != null) {
                    usersOfTemplates
                            .computeIfAbsent(template, key -> new ArrayList<>())
                            .add(element.id());
                }
            }
            case "group", "clone", "master", "bundle" -> resources.add(element.id());
            default -> {
                // Nothing that a constraint can name.
            }
        }
        element.children().forEach(this::index);
    }

    /** Whether the element's id is that of something else. */
    private static boolean isMention(Element element) {
        return element.is("resource_ref") || element.is("obj_ref") || element.is("role");
    }

    @Nullable
    Element template(String id) {
        return templates.get(id);
    }

    /** The element itself, or the one that its {@code id-ref} stands for; nothing where there is none. */
    @Nullable
    Element resolve(Element element) {
        Element found = element;
        String name = element.get("name");
        for (int i = 0; i < LONGEST_CHAIN; i++) {
            String id = found.get("id-ref");
            if (id == null) {
                return found == element ? element : named(found, name);
            }
            budget.spend(element, 1);
            Element next = byId.get(id);
            if (next == null || !next.is(element.name())) {
                notes.add(element, "there is no <" + element.name() + "> with the id '" + id + "' to stand in for it");
                return null;
            }
            found = next;
        }
        notes.add(element, "its reference leads to other references without end");
        return null;
    }

    /** A pair of name and value that is referred to can get another name. */
    private static Element named(Element found, @Nullable String name) {
        if (name == null || !found.is("nvpair") || name.equals(found.get("name"))) {
            return found;
        }
        Element renamed = found.emptyCopy().with("name", name);
        String value = found.get("value");
        return value == null ? renamed : renamed.with("value", value);
    }

    /** Whether the name is that of a tag or template and not of a resource. */
    boolean isSeveral(String name) {
        return !resources.contains(name) && (templates.containsKey(name) || tags.containsKey(name));
    }

    /** The resources that a name in a constraint stands for: itself, or those of a template or tag. */
    List<String> resources(Element constraint, String name) {
        if (!isSeveral(name)) {
            int number = name.lastIndexOf(':');
            if (!resources.contains(name) && !(number > 0 && resources.contains(name.substring(0, number)))) {
                notes.add(constraint, "there is no resource '" + name + "': it has no effect on it");
            }
            return List.of(name);
        }
        Set<String> found = new LinkedHashSet<>();
        if (templates.containsKey(name)) {
            found.addAll(usersOfTemplates.getOrDefault(name, List.of()));
        } else {
            for (String member : tags.getOrDefault(name, List.of())) {
                if (templates.containsKey(member)) {
                    found.addAll(usersOfTemplates.getOrDefault(member, List.of()));
                } else {
                    found.add(member);
                }
            }
        }
        budget.spend(constraint, found.size());
        if (found.isEmpty()) {
            notes.add(constraint, "'" + name + "' stands for no resource");
        }
        return List.copyOf(found);
    }
}
