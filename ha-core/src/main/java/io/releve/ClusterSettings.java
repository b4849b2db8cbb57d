package io.releve;

import io.releve.agent.ResourceAgentFactory;
import io.releve.coordination.Coordinator;
import io.releve.fencing.Fencer;
import io.releve.fencing.LastResort;
import io.releve.model.ClusterConfig;
import io.releve.node.Lives;
import io.releve.peer.PeerChannel;
import io.releve.runtime.EventLoop;
import io.releve.runtime.Workers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** All that a cluster object needs to know, checked. */
record ClusterSettings(
        ClusterConfig config,
        String node,
        Duration lease,
        Duration startTimeout,
        Duration stopTimeout,
        Map<String, ResourceAgentFactory> agents,
        Map<String, Fencer> fencers,
        LastResort lastResort,
        Lives lives,
        boolean adoptsConfig,
        Optional<Function<Workers, PeerChannel>> peers,
        String service,
        Function<EventLoop, Coordinator> coordination) {}
