package io.releve.node;

import io.releve.agent.ResourceAgentFactory;
import io.releve.fencing.LastResort;
import io.releve.peer.PeerChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What one node brings along.
 *
 * @param name the node's name
 * @param lease the length of its lease
 * @param agents its agents, by the name under which primitives refer to them
 * @param lastResort what it does when it cannot stop what must not run on
 * @param lives its incarnations
 * @param adoptsConfig whether it goes by the cluster's configuration where that differs from its own
 * @param peers its direct way to the others, which {@code no-quorum-policy=failsafe} needs
 */
public record NodeSettings(
        String name,
        Duration lease,
        Map<String, ResourceAgentFactory> agents,
        LastResort lastResort,
        Lives lives,
        boolean adoptsConfig,
        Optional<PeerChannel> peers) {

    /** The length of a lease that nobody sets: 3 seconds. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(3);

    /** The shortest lease: 500 milliseconds. Below it a busy machine would lose leases without a fault. */
    public static final Duration SHORTEST_LEASE = Duration.ofMillis(500);

    public NodeSettings {
        agents = Map.copyOf(agents);
    }
}
