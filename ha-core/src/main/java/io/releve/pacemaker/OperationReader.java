package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.OnFail;
import io.releve.model.Operation;
import io.releve.model.Role;
import io.releve.model.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads how operations are to be carried out. */
final class OperationReader {

    /** What is not a setting of its own but has a place of its own. */
    private static final Set<String> PLACED =
            Set.of("id", "name", "interval", "timeout", "role", "on-fail", "enabled", "description");

    private final References references;
    private final AttributeBlocks blocks;
    private final Notes notes;
    private final Budget budget;

    OperationReader(References references, AttributeBlocks blocks, Notes notes, Budget budget) {
        this.references = references;
        this.blocks = blocks;
        this.notes = notes;
        this.budget = budget;
    }

    /** The operations of a primitive; of its template those that it does not declare itself. */
    List<Operation> of(Element primitive, Optional<Element> template) {
        List<Operation> result = new ArrayList<>();
        Set<String> declared = new HashSet<>();
        add(primitive, result, declared, Set.of());
        if (template.isPresent()) {
            budget.spend(primitive, template.orElseThrow().children().size());
            add(template.orElseThrow(), result, new HashSet<>(), declared);
        }
        return result;
    }

    private void add(Element owner, List<Operation> result, Set<String> declared, Set<String> except) {
        owner.children("operations").forEach(mention -> {
            Element operations = references.resolve(mention);
            if (operations == null) {
                return;
            }
            for (Element child : operations.children()) {
                Element op = child.is("op") ? references.resolve(child) : null;
                if (op == null) {
                    if (!child.is("op")) {
                        notes.add(child, "such an element is not known among operations");
                    }
                    continue;
                }
                budget.spend(owner, 1);
                String key = op.get("name", "") + "\n" + roleKey(op.get("role"));
                if (!except.contains(key)) {
                    declared.add(key);
                    result.add(operation(op));
                }
            }
        });
    }

    /** Roles that are the same where a template's operations are compared with a primitive's. */
    private static String roleKey(@Nullable String role) {
        Optional<Role> read = Words.role(role);
        return read.isEmpty() || read.orElseThrow() == Role.STARTED || read.orElseThrow() == Role.UNPROMOTED
                ? ""
                : read.orElseThrow().toString();
    }

    private Operation operation(Element op) {
        List<AttributeSet> meta = new ArrayList<>();
        Map<String, String> further = new LinkedHashMap<>();
        for (String attribute : op.attributeNames()) {
            if (!PLACED.contains(attribute)) {
                further.put(attribute, op.get(attribute, ""));
            }
        }
        if (!further.isEmpty()) {
            meta.add(new AttributeSet("", Score.INFINITY, Optional.empty(), further));
        }
        List<AttributeSet> own = blocks.of(op, "meta_attributes");
        meta.addAll(own);
        String enabled = op.has("enabled")
                ? op.get("enabled")
                : Plain.value(own, "enabled").orElse(null);
        String role = op.has("role") ? op.get("role") : Plain.value(own, "role").orElse(null);
        if (role != null && Words.role(role).isEmpty()) {
            notes.add(op, "'" + role + "' is no role: it runs as if none were given");
        }
        for (Element child : op.children()) {
            if (!child.is("meta_attributes") && !child.is("instance_attributes")) {
                notes.add(child, "such an element is not known in an operation");
            }
        }
        return new Operation(
                op.get("name", ""),
                Words.duration(op.get("interval")).orElse(Duration.ZERO),
                op.has("timeout") ? Optional.of(timeout(op)) : Optional.empty(),
                Words.role(role),
                onFail(op),
                Words.bool(enabled).orElse(true),
                meta,
                blocks.of(op, "instance_attributes"));
    }

    /** A time-out that is none counts as zero, which stands for the built-in one; it still hides all others. */
    private static Duration timeout(Element op) {
        return Words.duration(op.get("timeout")).orElse(Duration.ZERO);
    }

    private Optional<OnFail> onFail(Element op) {
        String word = op.get("on-fail");
        if (word == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(OnFail.parse(word));
        } catch (IllegalArgumentException noReaction) {
            notes.add(op, "on-fail='" + Element.shortened(word) + "' is not known: the default counts");
            return Optional.empty();
        }
    }
}
