package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotionDecision.Report;
import io.releve.mysql.replication.ReplicationLink;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of a promotion, this one among them, before and after it is decided: the former primary is closed, all stop
 * receiving and report what they have; and the others are made to follow the new one.
 */
final class PromotionPeers {

    private static final Logger LOG = LoggerFactory.getLogger(PromotionPeers.class);

    /** A former primary that answers does so at once; one that is frozen must not hold everything up. */
    private static final Duration FORMER_LIMIT = Duration.ofMillis(200);

    /** The same where nothing acknowledged depends on its answer. */
    private static final Duration FORMER_LIMIT_IN_SYNC = Duration.ofMillis(100);

    /** A former primary that has said nothing by then counts as silent: whoever stops receiving does not tell it. */
    private static final Duration ANSWERS_AT_ONCE = Duration.ofMillis(20);

    private static final Duration PEER_LIMIT = Duration.ofMillis(500);

    /** A MariaDB replica that takes leave of its source after all needs a second; see {@code Parting}. */
    private static final Duration HALT_LIMIT = Duration.ofMillis(2500);

    private final ServerState state;
    private final AgentSettings settings;
    private final MySqlServer self;
    private final OperationContext operation;
    private final Timeline timeline;
    private final Supplier<Duration> left;

    /** @param left how much time the promotion still has */
    PromotionPeers(ServerState state, OperationContext operation, Timeline timeline, Supplier<Duration> left) {
        this.state = state;
        this.settings = state.settings;
        this.self = state.self;
        this.operation = operation;
        this.timeline = timeline;
        this.left = left;
    }

    /**
     * Closes the former primary if it answers; its report is final then. One whose promotion had begun and was given up is a replica
     * still: what it has received, and perhaps acknowledged, counts although it has not applied it.
     *
     * @param record names it
     */
    Optional<Report> close(MySqlServer former, PrimaryRecord record, CompletableFuture<Boolean> silent) {
        Duration limit = settings.durability().isSync() ? FORMER_LIMIT_IN_SYNC : FORMER_LIMIT;
        long asked = System.nanoTime();
        try {
            ServerSession session = state.peer(former);
            boolean open = session.ask(limit, ReplicationLink::isWritable);
            if (open) {
                SqlFencing.Report fenced = SqlFencing.close(
                        settings.administratorLoginAt(former, limit), limit.multipliedBy(5), SqlFencing.Sessions.ALL);
                LOG.warn("the former primary was still open: {}", fenced);
                if (!fenced.isClosed()) {
                    return Optional.empty();
                }
            }
            return Optional.of(
                    session.ask(limit, link -> new Report(former, link.received(), hadEverything(link, record), true)));
        } catch (SQLException e) {
            LOG.info("the former primary {} does not answer: {}", former, e.getMessage());
            // Whose host refuses a connection at once refuses a farewell as well.
            silent.complete(Duration.ofNanos(System.nanoTime() - asked).compareTo(limit) >= 0);
            return Optional.empty();
        }
    }

    /** Has a server receive nothing any more; until it is released nobody else changes its replication. */
    Optional<Report> halt(ServerSession peer, CompletableFuture<Boolean> silent) {
        try {
            // Who is not there at all is not waited for as long.
            peer.ask(PEER_LIMIT, ReplicationLink::isWritable);
            if (settings.supervision() instanceof Supervision.Attached
                    && !peer.ask(PEER_LIMIT, ReplicationLink::isPrepared)) {
                LOG.info("{} runs and was never taken on: it has no part in this", peer.server());
                return Optional.empty();
            }
            return Optional.of(peer.ask(HALT_LIMIT, link -> {
                link.lock(ServerState.REPLICATION_LOCK, PEER_LIMIT);
                stopReceiver(
                        link,
                        silent.copy()
                                .completeOnTimeout(true, ANSWERS_AT_ONCE.toMillis(), TimeUnit.MILLISECONDS)
                                .join());
                return new Report(peer.server(), link.received(), counts(link), false);
            }));
        } catch (SQLException e) {
            LOG.info("{} does not answer: {}", peer.server(), e.getMessage());
            return Optional.empty();
        }
    }

    /** The same for this server. */
    Report ownReport(boolean formerIsSilent) throws SQLException {
        return state.local.ask(left.get(), link -> {
            stopReceiver(link, formerIsSilent);
            return new Report(self, link.received(), counts(link), true);
        });
    }

    /** Whoever opened, or wrote its epoch on the way to that, had applied before what it had acknowledged as a replica. */
    private boolean hadEverything(ReplicationLink link, PrimaryRecord record) throws SQLException {
        return record.state() == PrimaryRecord.State.OPEN || counts(link) || link.epoch() >= record.epoch();
    }

    private boolean counts(ReplicationLink link) throws SQLException {
        return settings.durability().isSync() && link.semiSync().isAcknowledging();
    }

    private static void stopReceiver(ReplicationLink link, boolean sourceIsSilent) throws SQLException {
        if (sourceIsSilent) {
            link.stopReceiverOfSilentSource();
        } else {
            link.stopReceiver();
        }
    }

    /** A server that somebody else runs answers although its resource is stopped: its data counts, and it takes no part. */
    boolean isLeftAlone(MySqlServer peer) {
        return settings.supervision() instanceof Supervision.Attached
                && Optional.ofNullable(operation.onlineNodes().get(peer.node()))
                        .filter(attributes -> !attributes.containsKey(state.attribute("master")))
                        .isPresent();
    }

    /** Makes a halted server follow this one, and releases it. */
    void redirect(ServerSession follower, boolean acknowledges, GtidSet promoted) {
        try {
            follower.ask(left.get(), link -> {
                GtidSet unapplied = link.received().minus(link.executed());
                if (!link.awaitReceived(unapplied, left.get().dividedBy(2))) {
                    LOG.warn("{} has not applied yet what it received and follows later", follower.server());
                    return false;
                }
                String node = follower.server().node();
                timeline.mark(node + " drained");
                link.stop();
                timeline.mark(node + " stopped");
                if (settings.durability().isSync()) {
                    link.semiSync().acknowledge(acknowledges);
                }
                link.followPrimary(
                        self,
                        settings.replicationUser(follower.server()),
                        new String(settings.replication().password().get()),
                        settings.tls());
                timeline.mark(node + " turned");
                link.startFollowing(follower.server(), promoted.toString());
                return true;
            });
            timeline.mark(follower.server().node() + " follows");
        } catch (SQLException e) {
            LOG.warn("{} could not be made to follow {}: {}", follower.server(), self, e.getMessage());
        } finally {
            release(follower);
        }
    }

    /** Lets others change the replication of a halted server again. */
    static void release(ServerSession peer) {
        try {
            peer.ask(PEER_LIMIT, link -> {
                link.unlock(ServerState.REPLICATION_LOCK);
                return true;
            });
        } catch (SQLException e) {
            // The lock ends with the session at the latest.
            peer.close();
        }
    }
}
