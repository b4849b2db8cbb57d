package io.releve.state;

import java.util.List;
import java.util.Map;

/**
 * What is known of one node.
 *
 * @param name the node
 * @param membership whether it takes part
 * @param standby whether it must run nothing for now
 * @param maintenance whether what it runs must be left alone
 * @param shutdownRequested whether it wants to leave in good order
 * @param attributes attributes that last as long as the node is a member: promotion scores, lag, health
 * @param history results by resource, each resource's in the order of their call ids
 * @param failCounts failures not yet forgotten
 */
public record NodeState(
        String name,
        Membership membership,
        boolean standby,
        boolean maintenance,
        boolean shutdownRequested,
        Map<String, String> attributes,
        Map<String, List<OperationResult>> history,
        List<FailCount> failCounts) {

    /** Whether a node takes part. */
    public enum Membership {
        /** A member with a valid lease. */
        ONLINE,
        /** Known, but not ready to run anything yet. */
        PENDING,
        /** Not a member; what it ran is surely over. */
        OFFLINE,
        /** Lost, and nobody can say yet that what it ran is over. */
        UNCLEAN
    }

    public NodeState {
        attributes = Map.copyOf(attributes);
        history = Map.copyOf(history);
        failCounts = List.copyOf(failCounts);
    }

    /** A node that is not there. */
    public static NodeState offline(String name) {
        return new NodeState(name, Membership.OFFLINE, false, false, false, Map.of(), Map.of(), List.of());
    }

    /** A member that has run nothing yet. */
    public static NodeState online(String name) {
        return new NodeState(name, Membership.ONLINE, false, false, false, Map.of(), Map.of(), List.of());
    }
}
