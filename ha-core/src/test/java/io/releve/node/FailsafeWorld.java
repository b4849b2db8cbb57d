package io.releve.node;

import io.releve.coordination.Coordinator;
import io.releve.coordination.View;
import io.releve.coordination.memory.MemoryCoordination;
import io.releve.fencing.LastResort;
import io.releve.model.ClusterConfig;
import io.releve.runtime.EventLoop;
import io.releve.runtime.PauseDetector;
import io.releve.runtime.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that hold leases and run nothing, under virtual time. Two could hold where a life still holds its lease that has
 * been ended: whoever sees the end takes its place.
 */
final class FailsafeWorld {

    static final Duration LEASE = Duration.ofSeconds(3);

    private final VirtualTime time;
    private final MemoryCoordination memory = new MemoryCoordination();
    private final MemoryPeers peers = new MemoryPeers();
    private final FailsafeRules rules;
    private final ClusterConfig config;
    private final Map<String, Machine> processes = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private int lives;

    private record Machine(NodeRuntime node, EventLoop loop, EventLoop coordination, List<String> incarnations) {}

    FailsafeWorld(long seed, FailsafeRules rules, String... nodes) {
        this.time = VirtualTime.seeded(seed);
        this.rules = rules;
        this.config = ClusterConfig.builder("failsafe")
                .nodes(nodes)
                .property("no-quorum-policy", "failsafe")
                .build();
        Coordinator witness = memory.participant("witness", time.loop("witness"));
        witness.start(this::witness);
    }

    private void witness(View view) {
        view.evictions().forEach((node, incarnation) -> ended.add(node + "#" + incarnation));
    }

    // --- verbs ---------------------------------------------------------------------------------------------------

    void start(String node) {
        List<String> incarnations = new ArrayList<>();
        Lives remembered = new Lives() {
            @Override
            public String next() {
                incarnations.add("life" + ++lives);
                return incarnations.get(incarnations.size() - 1);
            }

            /** As the lock in a state directory: only one process of a node lives. */
            @Override
            public boolean isOver(String incarnation) {
                return !incarnations.contains(incarnation);
            }
        };
        EventLoop loop = time.loop(node);
        EventLoop coordination = time.loop(node + "-coordination");
        PauseDetector watched = PauseDetector.around(loop, LEASE.dividedBy(5));
        Coordinator coordinator = memory.participant(node, coordination);
        NodeSettings settings = new NodeSettings(
                node, LEASE, Map.of(), LastResort.none(), remembered, false, Optional.of(peers.channel(node, loop)));
        Sight sight = new Sight();
        NodeRuntime runtime = new NodeRuntime(settings, config, coordinator, watched, time.workers(), sight, rules);
        processes.put(node, new Machine(runtime, loop, coordination, incarnations));
        coordinator.start(view -> watched.execute(() -> {
            sight.see(view);
            runtime.viewChanged();
        }));
    }

    boolean isUp(String node) {
        return processes.containsKey(node);
    }

    private Machine process(String node) {
        Machine process = processes.get(node);
        if (process == null) {
            throw new IllegalArgumentException("node " + node + " is not up");
        }
        return process;
    }

    void powerOff(String node) {
        freeze(node);
        memory.crash(node);
        processes.remove(node);
    }

    void freeze(String node) {
        time.freeze(process(node).loop);
        time.freeze(process(node).coordination);
    }

    void thaw(String node) {
        time.thaw(process(node).loop);
        time.thaw(process(node).coordination);
    }

    void disconnect(String node) {
        memory.disconnect(node);
    }

    void reconnect(String node) {
        memory.reconnect(node);
    }

    void expireSession(String node) {
        memory.expireSession(node);
    }

    void delay(String node, Duration oneWay) {
        memory.delay(node, oneWay);
    }

    MemoryPeers peers() {
        return peers;
    }

    void pass(Duration duration) {
        long left = duration.toMillis();
        while (left > 0) {
            long step = Math.min(20, left);
            time.advance(Duration.ofMillis(step));
            left -= step;
            look();
        }
    }

    private void look() {
        processes.forEach((node, process) -> {
            if (!process.incarnations.isEmpty()) {
                String life = node + "#" + process.incarnations.get(process.incarnations.size() - 1);
                if (ended.contains(life) && process.node.holds()) {
                    violations.add(life + " was ended and holds its lease at " + time.now());
                }
            }
        });
    }

    // --- questions -----------------------------------------------------------------------------------------------

    boolean holds(String node) {
        return isUp(node) && process(node).node.holds();
    }

    /** The last life of the node's present process. */
    String life(String node) {
        List<String> all = process(node).incarnations;
        return all.isEmpty() ? "" : all.get(all.size() - 1);
    }

    List<String> violations() {
        return violations;
    }
}
