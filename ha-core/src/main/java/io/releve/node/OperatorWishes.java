package io.releve.node;

import io.releve.model.AttributeSet;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What operators say about nodes while the cluster runs, and nobody declares: standby and maintenance. */
final class OperatorWishes {

    private static final Set<String> NAMES = Set.of("standby", "maintenance");

    private OperatorWishes() {}

    /** The configuration as it would be if nobody had said anything. */
    static ClusterConfig without(ClusterConfig config) {
        return new ClusterConfig(
                config.name(),
                config.nodes().stream().map(OperatorWishes::without).toList(),
                config.resources(),
                config.constraints(),
                config.properties(),
                config.resourceDefaults(),
                config.operationDefaults(),
                config.fencingTopology());
    }

    private static ClusterNode without(ClusterNode node) {
        List<AttributeSet> attributes = node.attributes().stream()
                .map(OperatorWishes::without)
                .filter(set -> !set.values().isEmpty())
                .toList();
        return new ClusterNode(node.name(), attributes, node.utilization(), node.score());
    }

    /** Under a rule it is a policy, and declared. */
    private static AttributeSet without(AttributeSet set) {
        if (set.rule().isPresent()) {
            return set;
        }
        Map<String, String> values = new LinkedHashMap<>(set.values());
        values.keySet().removeAll(NAMES);
        return new AttributeSet(set.id(), set.score(), set.rule(), values);
    }
}
