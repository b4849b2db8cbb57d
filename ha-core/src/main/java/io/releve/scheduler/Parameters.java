package io.releve.scheduler;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.Group;
import io.releve.model.Resource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The agents' parameters: a primitive's own, then its group's, then its clone's; they can differ from node to node. */
final class Parameters {

    private final Blocks blocks;
    /** For each primitive the lists of blocks of itself and of what it is in. */
    private final Map<String, List<List<AttributeSet>>> sources = new HashMap<>();

    private final Map<String, Boolean> dependOnNode = new HashMap<>();

    Parameters(Blocks blocks, List<Resource> resources) {
        this.blocks = blocks;
        for (Resource resource : resources) {
            if (resource instanceof Clone clone) {
                register(clone.member(), List.of(clone.parameters()));
            } else {
                register(resource, List.of());
            }
        }
    }

    private void register(Resource resource, List<List<AttributeSet>> outer) {
        if (resource instanceof Group group) {
            List<List<AttributeSet>> all = new java.util.ArrayList<>();
            all.add(group.parameters());
            all.addAll(outer);
            group.members().forEach(member -> register(member, all));
        } else if (resource instanceof io.releve.model.Primitive primitive) {
            List<List<AttributeSet>> all = new java.util.ArrayList<>();
            all.add(primitive.parameters());
            all.addAll(outer);
            sources.put(primitive.id(), all);
            dependOnNode.put(primitive.id(), all.stream().anyMatch(Blocks::dependOnNode));
        }
    }

    boolean dependOnNode(PrimitiveUnit unit) {
        return dependOnNode.getOrDefault(unit.primitive.id(), false);
    }

    Map<String, String> of(PrimitiveUnit unit, @Nullable Node node) {
        List<List<AttributeSet>> all = sources.getOrDefault(unit.primitive.id(), List.of());
        Rules.Subject subject = new Rules.Subject(
                node == null ? Map.of() : node.attributes, Map.of(), unit.meta, unit.primitive.agent(), "", 0, null);
        if (all.size() == 1) {
            return blocks.resolve(all.get(0), subject);
        }
        Map<String, String> result = new LinkedHashMap<>();
        for (List<AttributeSet> source : all) {
            blocks.merge(result, source, subject);
        }
        return result;
    }
}
