package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.replication.ReplicationLink.UndrainedException;
import io.releve.mysql.replication.Ring;
import io.releve.mysql.server.CatchUp.PeerView;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a server follow the right one of its peers. Changes nothing that is as it should be. */
final class ReplicationKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationKeeper.class);

    private final AgentSettings settings;
    private final MySqlServer self;

    ReplicationKeeper(AgentSettings settings, MySqlServer self) {
        this.settings = settings;
        this.self = self;
    }

    /** Whom this server should follow, given which nodes' servers have caught up. */
    Optional<MySqlServer> source(Set<String> caughtUp) {
        return Ring.sourceOf(settings.servers(), self.node(), peer -> caughtUp.contains(peer.node()));
    }

    /**
     * Sets replication up and starts it, as far as that can be done now.
     *
     * @param peers who answers
     * @param caughtUp nodes whose servers have caught up
     * @return whether replication runs, or there is nobody to follow
     */
    boolean keep(ReplicationLink link, List<PeerView> peers, Set<String> caughtUp) throws SQLException {
        Optional<MySqlServer> wanted = source(caughtUp);
        if (wanted.isEmpty()) {
            return true;
        }
        MySqlServer source = wanted.get();
        Set<String> answering = peers.stream()
                .filter(PeerView.Heard.class::isInstance)
                .map(peer -> peer.server().node())
                .collect(Collectors.toSet());
        Optional<ReplicaStatus> present = link.status();
        if (present.filter(
                        status -> status.follows(source, settings.replication().user()) && !isRefused(status))
                .isEmpty()) {
            try {
                present = follow(link, source, present);
            } catch (UndrainedException e) {
                LOG.warn("{}: {}", self, e.getMessage());
            }
        }
        return start(link, present, answering.contains(source.node()));
    }

    private Optional<ReplicaStatus> follow(ReplicationLink link, MySqlServer source, Optional<ReplicaStatus> present)
            throws SQLException {
        boolean runs = present.filter(status -> status.applierRunning() || status.receiver() != Receiver.STOPPED)
                .isPresent();
        if (runs && !link.isDrained()) {
            // Stopping would already be too much with a server that does not keep its relay log.
            return present;
        }
        if (runs) {
            link.stop();
        }
        String password = new String(settings.replication().password().get());
        link.follow(source, settings.replication().user(), password, settings.tls());
        LOG.info("{} now follows {}", self, source);
        return link.status();
    }

    private static boolean start(ReplicationLink link, Optional<ReplicaStatus> present, boolean sourceAnswers)
            throws SQLException {
        if (present.isEmpty()) {
            return false;
        }
        ReplicaStatus status = present.get();
        if (status.applierError().isPresent()) {
            // Somebody has to look at it; starting it again would only hide it for a moment.
            return false;
        }
        if (status.applierRunning() && status.receiver() != Receiver.STOPPED) {
            return true;
        }
        if (!sourceAnswers && !link.dialect().keepsRelayLogAtStart()) {
            return false;
        }
        link.start();
        return true;
    }

    /** The source does not accept the account: its password may have changed, and is set again. */
    private static boolean isRefused(ReplicaStatus status) {
        return status.receiverError()
                .filter(error -> error.code() == SqlErrors.ACCESS_DENIED)
                .isPresent();
    }
}
