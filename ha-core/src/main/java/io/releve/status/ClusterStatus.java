package io.releve.status;

import io.releve.codec.FencingLog;
import io.releve.model.ClusterConfig;
import io.releve.model.Role;
import io.releve.state.ClusterState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster at one moment, as one node sees it. Its {@linkplain #toString() text} is in the manner of
 * {@code crm_mon -1}.
 *
 * @param cluster the cluster's name
 * @param at when it was seen
 * @param inTouch whether the node that saw it was in touch with the coordination service; if not, the rest is what was
 *     last known
 * @param controller the node that decides, if there is one
 * @param nodes every declared node and what it is doing
 * @param resources every top-level resource
 * @param failures what failed and has not been forgotten
 * @param fencing the nodes that are to be fenced, then those that were, the last first
 */
public record ClusterStatus(
        String cluster,
        Instant at,
        boolean inTouch,
        Optional<String> controller,
        Map<String, NodeCondition> nodes,
        List<ResourceStatus> resources,
        List<Failure> failures,
        List<FencingStatus> fencing) {

    public ClusterStatus {
        nodes = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(nodes));
        resources = List.copyOf(resources);
        failures = List.copyOf(failures);
        fencing = List.copyOf(fencing);
    }

    /** What a node is doing. */
    public enum NodeCondition {
        /** Takes part. */
        ONLINE,
        /** Takes part but must run nothing for now. */
        STANDBY,
        /** Has joined and is not ready yet. */
        PENDING,
        /** Is not there. */
        OFFLINE,
        /** Is lost, and what it ran may still be running. */
        UNCLEAN
    }

    /**
     * One resource.
     *
     * @param id its id
     * @param agent the agent's name; empty for groups and clones
     * @param kind what it is
     * @param active where it is active, with its role there
     * @param members what it consists of
     */
    public record ResourceStatus(
            String id, String agent, Kind kind, Map<String, Role> active, List<ResourceStatus> members) {
        public ResourceStatus {
            active = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(active));
            members = List.copyOf(members);
        }

        /** What a resource is. */
        public enum Kind {
            PRIMITIVE,
            GROUP,
            CLONE,
            PROMOTABLE_CLONE
        }
    }

    /**
     * Something that failed.
     *
     * @param resourceId the resource
     * @param node where
     * @param operation what it was doing
     * @param code the OCF exit code
     * @param reason what the agent said
     * @param at when
     */
    public record Failure(String resourceId, String node, String operation, int code, String reason, Instant at) {}

    /**
     * Puts the status together. A pure function.
     *
     * @param config what is declared
     * @param state what is observed
     * @param fencing which nodes were fenced
     * @param inTouch whether the observer is in touch with the coordination service
     * @param at the time
     */
    public static ClusterStatus of(
            ClusterConfig config, ClusterState state, FencingLog fencing, boolean inTouch, Instant at) {
        return new StatusReader(config, state, fencing).read(inTouch, at);
    }

    /** The same, where nothing is known of fencing. */
    public static ClusterStatus of(ClusterConfig config, ClusterState state, boolean inTouch, Instant at) {
        return of(config, state, FencingLog.EMPTY, inTouch, at);
    }

    /** The resource of this id, at whatever depth. */
    public Optional<ResourceStatus> resource(String id) {
        return find(resources, id);
    }

    private static Optional<ResourceStatus> find(List<ResourceStatus> among, String id) {
        for (ResourceStatus resource : among) {
            if (resource.id().equals(id)) {
                return Optional.of(resource);
            }
            Optional<ResourceStatus> inside = find(resource.members(), id);
            if (inside.isPresent()) {
                return inside;
            }
        }
        return Optional.empty();
    }

    /** The node on which all of a primitive or group is active, or where a promotable clone is Promoted. */
    public Optional<String> activeNode(String resourceId) {
        return resource(resourceId).flatMap(ActivePlace::of);
    }

    /** The nodes on which a resource is active. */
    public List<String> activeNodes(String resourceId) {
        return resource(resourceId)
                .map(found -> List.copyOf(found.active().keySet()))
                .orElse(List.of());
    }

    /** The status as people read it. */
    @Override
    public String toString() {
        return StatusText.of(this);
    }
}
