package io.releve.state;

import java.util.Map;

/**
 * What is observed of a cluster at one moment.
 *
 * @param quorate whether whoever observed it speaks for the majority; through ZooKeeper always true
 * @param controller the node that decides; empty if none
 * @param nodes what is known of each node, by name
 */
public record ClusterState(boolean quorate, String controller, Map<String, NodeState> nodes) {

    public ClusterState {
        nodes = Map.copyOf(nodes);
    }
}
