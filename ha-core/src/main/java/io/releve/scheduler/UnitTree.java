package io.releve.scheduler;

import io.releve.model.AttributeSet;
import io.releve.model.Clone;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes units out of declared resources: resolves what is inherited and makes the instances of clones. */
final class UnitTree {

    private final Cluster cluster;
    private final Map<String, Map<String, String>> metaById = new HashMap<>();

    UnitTree(Cluster cluster) {
        this.cluster = cluster;
    }

    void build() {
        for (Resource resource : cluster.config.resources()) {
            Unit unit = make(resource);
            cluster.units.add(unit);
            cluster.index(unit);
        }
        cluster.units.sort(Comparator.comparingInt((Unit unit) -> unit.priority).reversed());
    }

    private Unit make(Resource resource) {
        if (resource instanceof Clone clone) {
            return makeClone(clone);
        }
        if (resource instanceof Group group) {
            Map<String, String> explicit = explicit(group.meta(), "", Map.of());
            return makeGroup(group, null, "", explicit, Map.of());
        }
        Primitive primitive = (Primitive) resource;
        return makePrimitive(primitive, null, "", Map.of(), Map.of());
    }

    private CloneUnit makeClone(Clone clone) {
        Map<String, String> explicit = explicit(clone.meta(), "", Map.of());
        Map<String, String> meta = new LinkedHashMap<>(explicit);
        addDefaults(meta, "");
        meta.putIfAbsent("resource-stickiness", "1");
        CloneUnit unit = new CloneUnit(
                clone.id(),
                meta,
                cluster.nodes.size(),
                clone.kind().isGloballyUnique(),
                clone.kind().isPromotable());
        init(unit);
        for (int i = 0; i < Math.max(1, unit.max); i++) {
            addInstance(unit).removed = unit.max == 0;
        }
        if (unit.max == 0) {
            unit.instances.get(0).forEach(part -> part.removed = true);
        }
        return unit;
    }

    /** Makes one more instance, with the next number. */
    Unit addInstance(CloneUnit unit) {
        Clone clone = (Clone) cluster.config.resource(unit.id).orElseThrow();
        Map<String, String> explicit = explicit(clone.meta(), "", Map.of());
        String suffix = ":" + unit.instances.size();
        Unit instance = clone.member() instanceof Group group
                ? makeGroup(group, unit, suffix, explicit(group.meta(), "", explicit), unit.meta)
                : makePrimitive((Primitive) clone.member(), unit, suffix, explicit, unit.meta);
        unit.instances.add(instance);
        cluster.index(instance);
        return instance;
    }

    /** Makes one more instance, of which there is one too many. */
    Unit addSurplusInstance(CloneUnit unit) {
        Unit instance = addInstance(unit);
        instance.forEach(part -> part.removed = true);
        return instance;
    }

    private GroupUnit makeGroup(
            Group group,
            @Nullable Unit parent,
            String suffix,
            Map<String, String> explicit,
            Map<String, String> implied) {
        Map<String, String> meta = metaById.computeIfAbsent(group.id(), id -> {
            Map<String, String> result = new LinkedHashMap<>(explicit);
            addDefaults(result, "");
            implied.forEach(result::putIfAbsent);
            return result;
        });
        GroupUnit unit = new GroupUnit(group.id() + suffix, parent, meta, cluster.nodes.size());
        init(unit);
        for (Primitive member : group.members()) {
            unit.members.add(makePrimitive(member, unit, suffix, explicit, implied));
        }
        return unit;
    }

    private PrimitiveUnit makePrimitive(
            Primitive primitive,
            @Nullable Unit parent,
            String suffix,
            Map<String, String> outer,
            Map<String, String> implied) {
        Map<String, String> meta = metaById.computeIfAbsent(primitive.id(), id -> {
            Map<String, String> result = new LinkedHashMap<>();
            cluster.blocks.merge(result, primitive.meta(), Rules.Subject.ofAgent(primitive.agent()));
            outer.forEach(result::putIfAbsent);
            addDefaults(result, primitive.agent());
            implied.forEach(result::putIfAbsent);
            return result;
        });
        Map<String, Integer> utilization = new HashMap<>();
        if (!primitive.utilization().isEmpty()) {
            cluster.blocks
                    .resolve(primitive.utilization(), Rules.Subject.NONE)
                    .forEach((name, value) -> utilization.put(name, Values.integer(value, 0)));
        }
        PrimitiveUnit unit = new PrimitiveUnit(
                primitive.id() + suffix,
                parent,
                meta,
                cluster.nodes.size(),
                primitive,
                requires(primitive, meta),
                utilization);
        init(unit);
        return unit;
    }

    /** A resource that has a history and is declared no more. */
    PrimitiveUnit addRemoved(String id, String agent) {
        Primitive primitive = Primitive.of(id, agent);
        PrimitiveUnit unit = makePrimitive(primitive, null, "", Map.of(), Map.of());
        unit.removed = true;
        if (cluster.options.stopRemoved()) {
            unit.addScoreEverywhere(-ScoreTable.INFINITY);
        } else {
            unit.managed = false;
        }
        cluster.units.add(unit);
        cluster.index(unit);
        return unit;
    }

    private Map<String, String> explicit(List<AttributeSet> blocks, String agent, Map<String, String> outer) {
        Map<String, String> result = new LinkedHashMap<>();
        cluster.blocks.merge(result, blocks, Rules.Subject.ofAgent(agent));
        outer.forEach(result::putIfAbsent);
        return result;
    }

    private void addDefaults(Map<String, String> meta, String agent) {
        if (!cluster.config.resourceDefaults().isEmpty()) {
            cluster.blocks.merge(meta, cluster.config.resourceDefaults(), Rules.Subject.ofAgent(agent));
        }
    }

    private PrimitiveUnit.Requires requires(Primitive primitive, Map<String, String> meta) {
        boolean device = primitive.agent().startsWith("stonith:");
        PrimitiveUnit.Requires otherwise;
        if (device) {
            otherwise = PrimitiveUnit.Requires.QUORUM;
        } else if (cluster.options.fencing()) {
            otherwise = PrimitiveUnit.Requires.FENCING;
        } else if (cluster.options.quorumPolicy() == Options.QuorumPolicy.IGNORE) {
            otherwise = PrimitiveUnit.Requires.NOTHING;
        } else {
            otherwise = PrimitiveUnit.Requires.QUORUM;
        }
        return switch (meta.getOrDefault("requires", "").toLowerCase(java.util.Locale.ROOT)) {
            case "nothing" -> PrimitiveUnit.Requires.NOTHING;
            case "quorum" -> PrimitiveUnit.Requires.QUORUM;
            case "fencing" -> PrimitiveUnit.Requires.FENCING;
            case "unfencing" ->
                device || !cluster.options.fencing() ? PrimitiveUnit.Requires.QUORUM : PrimitiveUnit.Requires.FENCING;
            default -> otherwise;
        };
    }

    private void init(Unit unit) {
        unit.maintenance = cluster.options.maintenance() || Values.isTrue(unit.meta.get("maintenance"));
        unit.managed = !unit.maintenance && Values.bool(unit.meta.get("is-managed"), true);
        unit.next = declaredRole(unit);
        if (cluster.options.symmetric()) {
            for (Node node : cluster.nodes) {
                unit.table.set(node.index, node.baseScore);
            }
        }
    }

    /** The role that {@code target-role} asks for; unknown where it asks for nothing in particular. */
    static Phase declaredRole(Unit unit) {
        String word = unit.meta.getOrDefault("target-role", "").toLowerCase(java.util.Locale.ROOT);
        CloneUnit clone = unit.inClone();
        return switch (word) {
            case "stopped" -> Phase.STOPPED;
            case "unpromoted", "slave" -> clone != null && clone.promotable ? Phase.UNPROMOTED : Phase.UNKNOWN;
            default -> Phase.UNKNOWN;
        };
    }
}
