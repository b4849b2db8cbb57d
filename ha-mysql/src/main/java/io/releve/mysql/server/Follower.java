package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ServerState.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a replica follow the primary that the record names. Never gives it another source before it has applied what it received,
 * and never one whose history lacks what it has itself.
 *
 * <p>Used by the keeper's thread only.
 */
final class Follower {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration PEER_LIMIT = Duration.ofMillis(500);

    /** How long a replica that is new may receive nothing, so that it has applied what it has. */
    private static final Duration CATCH_UP = Duration.ofSeconds(20);

    private final ServerState state;
    private final MySqlServer self;
    private boolean primaryAnswers = true;
    private Optional<GtidSet> told = Optional.empty();
    private volatile Optional<GtidSet> errant = Optional.empty();

    Follower(ServerState state) {
        this.state = state;
        this.self = state.self;
    }

    /** What this server has and the primary lacks, as far as known. */
    Optional<GtidSet> errant() {
        return errant;
    }

    /** Whether the primary answered when this server was last compared with it. */
    boolean primaryAnswers() {
        return primaryAnswers;
    }

    /** Looks after the replication; returns whether it is as it should be. */
    boolean follow() throws SQLException {
        Optional<PrimaryRecord> record = state.records.primary();
        if (record.isEmpty() || record.get().names(self)) {
            errant = Optional.empty();
            primaryAnswers = true;
            return true;
        }
        Optional<MySqlServer> source =
                state.settings.servers().onNode(record.get().node());
        if (record.get().state() != PrimaryRecord.State.OPEN || source.isEmpty()) {
            return false;
        }
        Optional<ReplicaStatus> status = state.background.ask(LIMIT, ReplicationLink::status);
        boolean settled = status.filter(this::runs)
                .filter(known -> known.follows(source.get(), state.settings.replicationUser(self)))
                .isPresent();
        primaryAnswers = compare(source.get());
        if (settled && errant.filter(gtids -> !gtids.isEmpty()).isEmpty()) {
            String promoted = record.get().gtids();
            return !state.background.ask(LIMIT, link -> link.couldApplyFaster(promoted))
                    || change(record.get(), source.get());
        }
        return change(record.get(), source.get());
    }

    private boolean runs(ReplicaStatus status) {
        return status.applierRunning() && status.receiver() != Receiver.STOPPED;
    }

    /** In this order: what the primary executes in between does not matter. Returns whether the primary answered. */
    private boolean compare(MySqlServer source) throws SQLException {
        GtidSet mine = state.background.ask(LIMIT, ReplicationLink::executed);
        try {
            GtidSet theirs = state.peer(source).ask(PEER_LIMIT, ReplicationLink::logged);
            errant = Optional.of(mine.minus(theirs));
            return true;
        } catch (SQLException e) {
            LOG.debug("{} cannot be compared with {}: {}", self, source, e.getMessage());
            return false;
        }
    }

    private boolean change(PrimaryRecord expected, MySqlServer source) throws SQLException {
        if (!tryConduct()) {
            return false;
        }
        try {
            if (state.mode() != Mode.REPLICA) {
                return false;
            }
            boolean locked = state.background.ask(LIMIT, link -> link.lock(ServerState.REPLICATION_LOCK, PEER_LIMIT));
            if (!locked) {
                // A promotion elsewhere has it: what it decides stands in the record then.
                return false;
            }
            try {
                // Only what stands there now counts: the promotion of another may have begun meanwhile.
                Optional<PrimaryRecord> now = state.records.readPrimary(LIMIT).value();
                return now.equals(Optional.of(expected)) && changeLocked(source, expected.gtids());
            } finally {
                state.background.ask(LIMIT, link -> {
                    link.unlock(ServerState.REPLICATION_LOCK);
                    return true;
                });
            }
        } finally {
            state.conduct.unlock();
        }
    }

    private boolean changeLocked(MySqlServer source, String promoted) throws SQLException {
        // What has been received and not applied is this server's too: it is compared when it is applied.
        Optional<ReplicaStatus> status = state.background.ask(LIMIT, ReplicationLink::status);
        String user = state.settings.replicationUser(self);
        if (status.flatMap(ReplicaStatus::applierError).isPresent()) {
            return status.get().follows(source, user) && fetchAnew(source, promoted);
        }
        boolean same = status.filter(known -> known.follows(source, user)).isPresent();
        if (!same && !drain(status)) {
            return false;
        }
        if (!compare(source)) {
            if (status.filter(known -> !known.applierRunning()).isPresent()
                    && state.background.ask(LIMIT, link -> link.dialect().keepsRelayLogAtStart())) {
                // What it has received it can apply meanwhile.
                state.background.ask(LIMIT, link -> {
                    link.startApplier();
                    return true;
                });
            }
            return false;
        }
        if (!errant.orElseThrow().isEmpty()) {
            if (!errant.equals(told)) {
                told = errant;
                LOG.error(
                        "{} does not follow {}, which lacks transactions that it has: {}", self, source, errant.get());
            }
            state.background.ask(LIMIT, link -> {
                if (link.status().isPresent()) {
                    link.stop();
                }
                return true;
            });
            return false;
        }
        if (same && !isStopped(status.get()) && !goesFaster(promoted)) {
            return false;
        }
        state.background.ask(LIMIT, link -> {
            if (!same) {
                link.stop();
                if (state.settings.durability().isSync()) {
                    // Whose acknowledgements count decides the primary, and nobody else.
                    link.semiSync().acknowledge(false);
                }
                followPrimary(link, source, user);
            }
            if (link.status().filter(this::isStopped).isPresent()) {
                link.startFollowing(self, promoted);
            } else {
                link.start();
            }
            return true;
        });
        LOG.info("{} follows {}, from {}", self, source, state.background.ask(LIMIT, ReplicationLink::executed));
        return true;
    }

    private void followPrimary(ReplicationLink link, MySqlServer source, String user) throws SQLException {
        String password = new String(state.settings.replication().password().get());
        try {
            link.followPrimary(source, user, password, state.settings.tls());
        } catch (SQLException e) {
            if (!link.dialect().isUnreadableSource(e.getErrorCode()) || counts()) {
                throw e;
            }
            LOG.warn(
                    "{} cannot read from whom it has received: it was killed as it wrote that down. It forgets that",
                    self);
            link.forgetUnreadableSource();
            link.followPrimary(source, user, password, state.settings.tls());
        }
    }

    /** What a crash of the host has torn the primary gives again, if it has all of it, and nobody counts on this server's. */
    private boolean fetchAnew(MySqlServer source, String promoted) throws SQLException {
        if (!state.background.ask(LIMIT, ReplicationLink::hasTornRelayLog) || counts()) {
            return false;
        }
        GtidSet received = state.background.ask(LIMIT, ReplicationLink::received);
        GtidSet theirs = state.peer(source).ask(PEER_LIMIT, ReplicationLink::executed);
        if (!theirs.contains(received)) {
            LOG.warn(
                    "{} cannot read what it received, and {} lacks a part of it: {}",
                    self,
                    source,
                    received.minus(theirs));
            return false;
        }
        state.background.ask(LIMIT, link -> {
            link.forgetReceived();
            link.startFollowing(self, promoted);
            return true;
        });
        LOG.warn("{} cannot read what it received, and fetches it anew from {}", self, source);
        return true;
    }

    /** Whether the record says that this server has what it acknowledged: that it forgets nothing of, then, until others hold it. */
    private boolean counts() {
        return state.settings.durability().isSync()
                && state.records
                        .readPromotable(LIMIT)
                        .value()
                        .filter(set -> set.contains(self.node()))
                        .isPresent();
    }

    private boolean isStopped(ReplicaStatus status) {
        return !status.applierRunning() && status.receiver() == Receiver.STOPPED;
    }

    /** Stops a replica that could apply faster, when it has applied all that it received; false if that takes too long. */
    private boolean goesFaster(String promoted) throws SQLException {
        if (!state.background.ask(LIMIT, link -> link.couldApplyFaster(promoted))) {
            return true;
        }
        return state.background.ask(CATCH_UP.multipliedBy(2), link -> {
            // Who acknowledges is waited for by clients.
            Duration limit = link.semiSync().isAcknowledging() ? LIMIT.dividedBy(4) : CATCH_UP;
            link.stopReceiver();
            if (!link.await(link.received().minus(link.executed()), limit)) {
                link.startReceiver();
                return false;
            }
            link.stop();
            return true;
        });
    }

    private boolean drain(Optional<ReplicaStatus> status) throws SQLException {
        if (status.isEmpty()) {
            return true;
        }
        return state.background.ask(LIMIT, link -> {
            // Its source is another one than the primary, and often dead.
            link.stopReceiverOfSilentSource();
            if (link.isDrained()) {
                return true;
            }
            if (!status.get().applierRunning() && link.dialect().keepsRelayLogAtStart()) {
                link.startApplier();
            }
            GtidSet unapplied = link.received().minus(link.executed());
            return link.await(unapplied, LIMIT.dividedBy(2));
        });
    }

    private boolean tryConduct() {
        try {
            return state.conduct.tryLock(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
