package io.releve.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is observed of a cluster at one moment.
 *
 * @param quorate whether whoever observed it speaks for the majority; through ZooKeeper always true
 * @param controller the node that decides; empty if none
 * @param nodes what is known of each node, by name; in this order instances of clones are told apart
 * @param tickets the tickets that are known, by name
 */
public record ClusterState(
        boolean quorate, String controller, Map<String, NodeState> nodes, Map<String, TicketState> tickets) {

    public ClusterState {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
        tickets = Map.copyOf(tickets);
    }

    /** A state without tickets. */
    public ClusterState(boolean quorate, String controller, Map<String, NodeState> nodes) {
        this(quorate, controller, nodes, Map.of());
    }

    /**
     * How the cluster stands with a ticket.
     *
     * @param granted whether it holds it
     * @param standby whether it must not use it for now
     */
    public record TicketState(boolean granted, boolean standby) {}
}
