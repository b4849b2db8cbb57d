package io.releve;

import io.releve.model.ClusterConfig;
import io.releve.model.ConfigProblem;
import io.releve.node.QuorumPolicy;
import io.releve.peer.PeerChannel;
import io.releve.peer.TcpPeers;
import io.releve.runtime.Workers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the builder collects about the direct way between the nodes. */
final class Peers {

    private static final int PATIENCES_PER_LEASE = 10;

    private final Map<String, InetSocketAddress> addresses;
    private final Supplier<char[]> secret;

    Peers(Map<String, InetSocketAddress> addresses, Supplier<char[]> secret) {
        this.addresses = addresses;
        this.secret = secret;
    }

    PeerChannel channel(String node, Duration lease, Workers workers) {
        return new TcpPeers(node, addresses, secret, lease.dividedBy(PATIENCES_PER_LEASE), workers);
    }

    /** What failsafe lacks. */
    static void check(
            Optional<Peers> given, @Nullable ClusterConfig config, boolean remembers, List<ConfigProblem> problems) {
        if (config == null) {
            return;
        }
        boolean wanted = QuorumPolicy.of(config) == QuorumPolicy.FAILSAFE;
        if (wanted && given.isEmpty()) {
            problems.add(new ConfigProblem(
                    "properties/no-quorum-policy",
                    "failsafe has the nodes ask each other, and there is no way between them: give the addresses and a"
                            + " secret with failsafe(…), or choose stop"));
        }
        if (wanted && !remembers) {
            problems.add(new ConfigProblem(
                    "properties/no-quorum-policy",
                    "with failsafe a node may hold its lease longer than its session, so that the next JVM must know whether"
                            + " the one before it is dead: give a stateDirectory(…), or choose stop"));
        }
        given.ifPresent(peers -> config.nodeNames().stream()
                .filter(node -> !peers.addresses.containsKey(node))
                .forEach(node -> problems.add(new ConfigProblem(
                        "failsafe/" + node,
                        "there is no address of this node, so that it could promise nothing: add it"))));
    }
}
