package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.SemiSync.Acknowledgements;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On the primary: notices commits that wait for an acknowledgement that was lost, and has it given again.
 *
 * <p>Used by the keeper's thread only, but for {@link #isStuck}.
 */
final class LostAcknowledgements {

    private static final Logger LOG = LoggerFactory.getLogger(LostAcknowledgements.class);

    private static final Duration LOCAL_LIMIT = Duration.ofSeconds(2);
    private static final Duration PEER_LIMIT = Duration.ofMillis(300);

    /** Applying what was received, and then asking by GTID. */
    private static final Duration VOUCHING_LIMIT = Duration.ofMillis(1500);

    /** No server tells when a commit ends to wait. */
    private static final long VOUCHING_NANOS = 5_000_000;

    private static final int VOUCHING_LOOKS = 100;

    /** All of it: asking by position, waiting, asking by GTID again. */
    private static final Duration VOUCHED_LIMIT = VOUCHING_LIMIT.multipliedBy(2);

    /** An acknowledgement that takes so long was lost; a replica that was just turned needs some tenths of a second to give its first. */
    private static final Duration OVERDUE = Duration.ofMillis(450);

    /** So many looks, and commits wait for good although others have them. */
    private static final int STUCK_LOOKS = 12;

    private final ServerState state;
    private final MySqlServer self;
    private final AtomicInteger stuckLooks = new AtomicInteger();
    private Acknowledgements seen = new Acknowledgements(0, 0);
    private long seenSince;

    LostAcknowledgements(ServerState state) {
        this.state = state;
        this.self = state.self;
    }

    /** Whether nothing that the replicas can do ends the waiting of this primary's commits. */
    boolean isStuck() {
        return stuckLooks.get() >= STUCK_LOOKS;
    }

    /**
     * Commits that wait although the replicas have everything: the acknowledgement was lost with a connection. Later commits
     * would release them, but MariaDB writes none while two groups of commits wait.
     */
    void release(List<ReplicaView> peers) throws SQLException {
        Acknowledgements now =
                state.background.ask(LOCAL_LIMIT, link -> link.semiSync().acknowledgements());
        boolean still = now.waiting() > 0 && now.equals(seen) && peers.stream().anyMatch(ReplicaView::holds);
        if (!still) {
            seen = now;
            seenSince = System.nanoTime();
            stuckLooks.set(0);
            return;
        }
        if (System.nanoTime() - seenSince < OVERDUE.toNanos()) {
            return;
        }
        stuckLooks.incrementAndGet();
        for (ReplicaView peer : peers) {
            if (peer.holds() && vouch(peer, now)) {
                return;
            }
        }
    }

    /** Under one lock: its own agent would take a replica that asks by position for one that follows the wrong way. */
    private boolean vouch(ReplicaView peer, Acknowledgements before) throws SQLException {
        return state.peer(peer.server()).change(VOUCHED_LIMIT, link -> {
            if (!link.semiSync().acknowledgeByPosition(PEER_LIMIT)) {
                return false;
            }
            boolean released = false;
            try {
                released = isReleased(before);
            } finally {
                if (!link.semiSync().followByGtid(VOUCHING_LIMIT)) {
                    LOG.warn(
                            "{} has not applied yet what it received, and is made to ask by GTID later", peer.server());
                }
            }
            LOG.info(
                    "{} commits of {} waited for an acknowledgement that was lost; {} has given it again: {}",
                    before.waiting(),
                    self,
                    peer.server(),
                    released ? "they go on" : "in vain");
            return released;
        });
    }

    private boolean isReleased(Acknowledgements before) throws SQLException {
        for (int i = 0; i < VOUCHING_LOOKS; i++) {
            LockSupport.parkNanos(VOUCHING_NANOS);
            if (!state.background
                    .ask(LOCAL_LIMIT, link -> link.semiSync().acknowledgements())
                    .equals(before)) {
                return true;
            }
        }
        return false;
    }
}
