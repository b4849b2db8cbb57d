package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicationLink;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a server answered to a monitor.
 *
 * @param status the state of replication; empty if the server follows nobody
 * @param drained whether all that was received is applied
 */
record Observation(Optional<ReplicaStatus> status, boolean drained) {

    static Observation of(ReplicationLink link) throws SQLException {
        return new Observation(link.status(), link.isDrained());
    }

    /** Passes on what was seen: to the memory of absent peers, and to the watch. */
    void passOn(
            OperationContext operation,
            AgentSettings settings,
            MySqlServer self,
            String attribute,
            AbsentPeers absent,
            CatchUpWatch watch)
            throws IOException {
        Map<String, Map<String, String>> online = operation.onlineNodes();
        Set<String> peers = settings.servers().peersOf(self.node()).stream()
                .map(MySqlServer::node)
                .collect(Collectors.toSet());
        Set<String> caughtUp = peers.stream()
                .filter(peer -> "1".equals(online.getOrDefault(peer, Map.of()).get(attribute)))
                .collect(Collectors.toSet());
        Optional<String> broken = status.flatMap(ReplicaStatus::applierError).map(Object::toString);
        // With the lease gone, who is online is not known any more.
        if (operation.lease().isValid()) {
            absent.observe(peers, online.keySet(), watch.isReady() && drained && broken.isEmpty());
        }
        watch.know(absent.nodes(), caughtUp);
        if (broken.isPresent()) {
            watch.broken("cannot apply what it received (" + broken.get() + ")");
        } else if (!watch.isReady() || !isReplicating(settings, self, caughtUp)) {
            watch.look();
        }
    }

    private boolean isReplicating(AgentSettings settings, MySqlServer self, Set<String> caughtUp) {
        Optional<MySqlServer> source = new ReplicationKeeper(settings, self).source(caughtUp);
        return source.isEmpty()
                || status.filter(replica -> replica.follows(
                                source.get(), settings.replication().user()))
                        .filter(replica -> replica.receiver() != Receiver.STOPPED && replica.applierRunning())
                        .isPresent();
    }
}
