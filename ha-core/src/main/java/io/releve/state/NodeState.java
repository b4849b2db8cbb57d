package io.releve.state;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 * @param agents the agent that each resource of the history was run with, where that is known
 * @param locks resources that wait for this node to come back, and since when
 */
public record NodeState(
        String name,
        Membership membership,
        boolean standby,
        boolean maintenance,
        boolean shutdownRequested,
        Map<String, String> attributes,
        Map<String, List<OperationResult>> history,
        List<FailCount> failCounts,
        Map<String, String> agents,
        Map<String, Instant> locks) {

    /** Whether a node takes part. */
    public enum Membership {
        /** A member with a valid lease. */
        ONLINE,
        /** Known, but not ready to run anything yet. */
        PENDING,
        /** Not a member; what it ran is surely over. */
        OFFLINE,
        /** Lost, and nobody can say yet that what it ran is over. */
        UNCLEAN,
        /** A member, but one that must be fenced. */
        UNCLEAN_MEMBER
    }

    public NodeState {
        attributes = Map.copyOf(attributes);
        history = Collections.unmodifiableMap(new LinkedHashMap<>(history));
        failCounts = List.copyOf(failCounts);
        agents = Map.copyOf(agents);
        locks = Map.copyOf(locks);
    }

    /** A state without agents and locks. */
    public NodeState(
            String name,
            Membership membership,
            boolean standby,
            boolean maintenance,
            boolean shutdownRequested,
            Map<String, String> attributes,
            Map<String, List<OperationResult>> history,
            List<FailCount> failCounts) {
        this(
                name,
                membership,
                standby,
                maintenance,
                shutdownRequested,
                attributes,
                history,
                failCounts,
                Map.of(),
                Map.of());
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
