package io.releve.scheduler;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What nodes of our own record with a result, so that a later plan sees that parameters have changed since. */
final class OwnDigests {

    private final Cluster cluster;
    /** Of those whose parameters are the same on all nodes. */
    private final Map<String, String> known = new HashMap<>();

    OwnDigests(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * The digest for an operation as it would be carried out now. All that is not recurring goes by the parameters of the
     * start, as that is what the resource runs with.
     *
     * @param node the node; none where the parameters are the same on all
     */
    String of(PrimitiveUnit unit, @Nullable Node node, String operation, long intervalMillis) {
        String name = intervalMillis > 0 ? operation : Task.START.toString();
        if (node != null && dependOnNode(unit, operation, intervalMillis)) {
            return make(unit, node, name, intervalMillis);
        }
        String key = unit.primitive.id() + '\n' + name + '\n' + intervalMillis;
        String digest = known.get(key);
        if (digest == null) {
            digest = make(unit, null, name, intervalMillis);
            known.put(key, digest);
        }
        return digest;
    }

    /** Whether a result tells of other parameters than those of now; not if it does not tell. */
    boolean hasChanged(PrimitiveUnit unit, Node node, String recorded, String operation, long intervalMillis) {
        return !ParameterDigest.isSame(recorded, of(unit, node, operation, intervalMillis));
    }

    /** Whether the digest of an operation can differ from node to node. */
    boolean dependOnNode(PrimitiveUnit unit, String operation, long intervalMillis) {
        String name = intervalMillis > 0 ? operation : Task.START.toString();
        return cluster.parameters.dependOnNode(unit)
                || cluster.operations
                        .of(unit.primitive, name, intervalMillis)
                        .declared()
                        .map(declared -> Blocks.dependOnNode(declared.parameters()))
                        .orElse(false);
    }

    private String make(PrimitiveUnit unit, @Nullable Node node, String name, long intervalMillis) {
        return ParameterDigest.own(
                unit.primitive.agent(),
                Changes.parameters(cluster, unit, node, name, intervalMillis),
                reloadable(unit));
    }

    private static Set<String> reloadable(PrimitiveUnit unit) {
        String names = unit.meta.get("reloadable-parameters");
        return names == null
                ? Set.of()
                : Arrays.stream(names.split("[,\\s]+"))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet());
    }
}
