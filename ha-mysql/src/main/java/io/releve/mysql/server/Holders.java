package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ClusterRecords.Known;
import io.releve.mysql.server.ServerState.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On the primary: keeps the record of who holds what is acknowledged.
 *
 * <p>What must always hold: each acknowledged transaction is on so many of the set's replicas. Hence the order: a replica
 * acknowledges only after it is in the set (while others are in it), and is shut out before it leaves it; and the set shrinks
 * only when those that stay have everything acknowledged so far.
 *
 * <p>Used by the keeper's thread only.
 */
final class Holders {

    private static final Logger LOG = LoggerFactory.getLogger(Holders.class);

    private static final Duration LOCAL_LIMIT = Duration.ofSeconds(2);
    private static final Duration PEER_LIMIT = Duration.ofMillis(300);
    private static final Duration RECORD_LIMIT = Duration.ofSeconds(2);

    /** How long a replica may be silent before it leaves the set; one whose server refuses connections is gone at once. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** For what is done to a replica's replication: longer than MariaDB's farewell to a source that is silent. */
    private static final Duration CHANGE_LIMIT = Duration.ofMillis(1500);

    /** How long the first replicas of an epoch have to come. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private final ServerState state;
    private final MySqlServer self;
    private final ReplicaViews views;
    private final LostAcknowledgements lostAcknowledgements;
    private final Map<String, Long> lastWell = new HashMap<>();
    private final Set<String> shutOut = new TreeSet<>();
    /** Who receives in haste, as far as known: a server that restarts does not. */
    private final Set<String> hurried = new TreeSet<>();

    private long epoch;
    private volatile Optional<String> concern = Optional.empty();

    Holders(ServerState state) {
        this.state = state;
        this.self = state.self;
        this.views = new ReplicaViews(state);
        this.lostAcknowledgements = new LostAcknowledgements(state);
    }

    /** What people should know; empty if all is well. */
    Optional<String> concern() {
        return concern;
    }

    /** Whether nothing that the replicas can do ends the waiting of this primary's commits. */
    boolean isStuck() {
        return lostAcknowledgements.isStuck();
    }

    /** One look. */
    void keep() throws SQLException {
        if (!state.settings.durability().isSync()) {
            return;
        }
        recordThatItIsOpen();
        Known<PromotableSet> known = state.records.lastPromotable();
        if (known.value().isEmpty()) {
            known = state.records.readPromotable(RECORD_LIMIT);
        }
        PromotableSet set = known.value().orElseGet(() -> PromotableSet.alone(state.epoch(), self.node()));
        GtidSet executed = state.background.ask(LOCAL_LIMIT, ReplicationLink::executed);
        if (epoch != state.epoch()) {
            epoch = state.epoch();
            shutOut.clear();
            hurried.clear();
            lastWell.clear();
        }
        List<ReplicaView> peers = views.ask(executed);
        long now = System.nanoTime();
        peers.stream()
                .filter(peer -> peer.follows() && peer.acknowledges())
                .forEach(peer -> lastWell.put(peer.node(), now));
        peers.stream().filter(peer -> !peer.follows()).map(ReplicaView::node).forEach(hurried::remove);
        LOG.debug("{} has executed {}; {}", self, executed, peers);
        if (state.mode() != Mode.PRIMARY) {
            return;
        }
        if (set.epoch() > state.epoch()) {
            // Somebody else has been promoted since: the set is theirs.
            return;
        }
        boolean mine = set.epoch() == state.epoch() && set.primary().equals(self.node());
        if (mine && !set.replicas().isEmpty()) {
            maintain(known, set, peers, now);
        } else {
            gather(peers);
            begin(known, mine, peers);
        }
        lostAcknowledgements.release(peers);
        say(peers);
    }

    /** The promotion's own attempt may have failed. */
    private void recordThatItIsOpen() throws SQLException {
        if (state.sinceOpening().compareTo(SETTLING) < 0) {
            return;
        }
        Known<PrimaryRecord> record = state.records.lastPrimary();
        PrimaryRecord mine = record.value().orElse(null);
        if (mine != null
                && mine.names(self)
                && mine.epoch() == state.epoch()
                && mine.state() == PrimaryRecord.State.OPENING) {
            state.records.write(
                    mine.open(state.background.ask(LOCAL_LIMIT, ReplicationLink::executed)),
                    record.number(),
                    RECORD_LIMIT);
        }
    }

    /** While no replica counts everybody may acknowledge, so that what waits is released by whoever comes first. */
    private void gather(List<ReplicaView> peers) throws SQLException {
        for (ReplicaView peer : peers) {
            if (peer.answers() && shutOut.contains(peer.node())) {
                letIn(peer);
            } else if (peer.follows() && !peer.acknowledges() && peer.complete()) {
                acknowledge(peer);
            }
        }
    }

    /**
     * The first replicas of this epoch, or after a time without any: all that acknowledge, once so many of them hold everything as each
     * commit waits for; and nobody else counts. Who acknowledges and is a moment behind comes in with them: while writers keep both
     * their disks busy, it may stay behind.
     */
    private void begin(Known<PromotableSet> known, boolean mine, List<ReplicaView> peers) throws SQLException {
        List<ReplicaView> acknowledging = peers.stream()
                .filter(peer -> peer.follows() && peer.acknowledges())
                .toList();
        int count = state.settings.durability().acknowledgements();
        if (acknowledging.stream().filter(ReplicaView::holds).count() < count) {
            if (!mine && state.sinceOpening().compareTo(SETTLING) >= 0) {
                write(known, PromotableSet.alone(state.epoch(), self.node()));
            }
            return;
        }
        for (ReplicaView peer : peers) {
            if (!acknowledging.contains(peer)) {
                shutOut(peer);
            }
        }
        // From here on nothing is acknowledged without them; what was acknowledged before they have if they hold it
        // now.
        state.background.ask(LOCAL_LIMIT, link -> {
            link.semiSync().awaitAcknowledgements(count);
            return true;
        });
        GtidSet executed = state.background.ask(LOCAL_LIMIT, ReplicationLink::executed);
        long holding = acknowledging.stream()
                .map(peer -> views.ask(state.peer(peer.server()), executed))
                .filter(ReplicaView::holds)
                .count();
        if (holding >= count) {
            write(known, new PromotableSet(state.epoch(), self.node(), nodes(acknowledging), count));
        }
    }

    private void maintain(Known<PromotableSet> known, PromotableSet set, List<ReplicaView> peers, long now)
            throws SQLException {
        Set<String> lost = nodes(peers.stream()
                .filter(peer -> set.replicas().contains(peer.node()))
                .filter(peer -> isLost(peer, now))
                .toList());
        if (!lost.isEmpty()) {
            shrink(known, set, peers, lost);
            return;
        }
        for (ReplicaView peer : peers) {
            if (set.replicas().contains(peer.node())) {
                if (peer.follows() && !peer.acknowledges() && peer.complete()) {
                    acknowledge(peer);
                }
            } else if (peer.answers()) {
                if (peer.acknowledges()) {
                    // Cut off and back again without a restart: it must not count before it is in the set.
                    silence(peer);
                } else if (shutOut.contains(peer.node())) {
                    letIn(peer);
                } else if (peer.follows() && peer.ready()) {
                    join(known, set, peer);
                    return;
                }
            }
        }
    }

    private boolean isLost(ReplicaView peer, long now) {
        if (peer.follows() && (peer.acknowledges() || peer.complete())) {
            return false;
        }
        long silent = now - lastWell.computeIfAbsent(peer.node(), node -> now);
        return peer.refused() || silent > GRACE.toNanos();
    }

    private void shrink(Known<PromotableSet> known, PromotableSet set, List<ReplicaView> peers, Set<String> lost)
            throws SQLException {
        Set<String> stay = new TreeSet<>(set.replicas());
        stay.removeAll(lost);
        int count = state.settings.durability().acknowledgements();
        boolean complete =
                peers.stream().filter(peer -> stay.contains(peer.node())).allMatch(ReplicaView::holds);
        if (!complete) {
            return;
        }
        if (stay.size() < count && !state.settings.durability().alone()) {
            // Commits wait; the set stays as it is, for those in it have everything that was acknowledged.
            return;
        }
        for (ReplicaView peer : peers) {
            if (lost.contains(peer.node())) {
                shutOut(peer);
            }
        }
        if (stay.size() >= count) {
            write(known, new PromotableSet(state.epoch(), self.node(), stay, count));
            return;
        }
        for (ReplicaView peer : peers) {
            if (stay.contains(peer.node())) {
                shutOut(peer);
            }
        }
        write(known, PromotableSet.alone(state.epoch(), self.node()));
        state.background.ask(LOCAL_LIMIT, link -> {
            link.semiSync().awaitAcknowledgements(0);
            return true;
        });
        LOG.warn("{} goes on alone: what it acknowledges from now on is on no other server", self);
    }

    /** A replica that is not in the set follows: it comes in as soon as it has everything. */
    private void join(Known<PromotableSet> known, PromotableSet set, ReplicaView peer) throws SQLException {
        if (!peer.complete()) {
            hurry(peer);
            return;
        }
        // From here on it may receive durably: should it fall behind again, it is told once more.
        hurried.remove(peer.node());
        if (state.peer(peer.server())
                .change(CHANGE_LIMIT, link -> link.semiSync().receiveDurably(PEER_LIMIT))) {
            Set<String> more = new TreeSet<>(set.replicas());
            more.add(peer.node());
            write(known, new PromotableSet(state.epoch(), self.node(), more, set.acknowledgements()));
            acknowledge(peer);
        }
    }

    private void hurry(ReplicaView peer) throws SQLException {
        // Each lock on the replica keeps its own agent waiting.
        if (!hurried.contains(peer.node())
                && state.peer(peer.server()).change(CHANGE_LIMIT, link -> {
                    // In the meantime another primary may have made it count.
                    if (!link.semiSync().isAcknowledging()) {
                        link.semiSync().receiveInHaste();
                    }
                    return true;
                })) {
            hurried.add(peer.node());
        }
    }

    private void silence(ReplicaView peer) throws SQLException {
        state.peer(peer.server()).change(CHANGE_LIMIT, link -> {
            link.stopReceiver();
            link.semiSync().acknowledge(false);
            link.startReceiver();
            return true;
        });
    }

    /** What it has received in haste must be on its disk before it counts for anything. */
    private void acknowledge(ReplicaView peer) throws SQLException {
        state.peer(peer.server()).change(CHANGE_LIMIT, link -> {
            if (!link.semiSync().receiveDurably(PEER_LIMIT)) {
                return false;
            }
            link.semiSync().acknowledge(true);
            link.stopReceiver();
            link.startReceiver();
            return true;
        });
    }

    /** From here on it cannot acknowledge anything, wherever it is and whatever it does. */
    private void shutOut(ReplicaView peer) throws SQLException {
        state.accountsOpen(false);
        if (shutOut.add(peer.node())) {
            LOG.info("{} does not count any more for what {} acknowledges", peer.server(), self);
        }
        state.background.ask(LOCAL_LIMIT, link -> {
            link.shutOut(state.settings.replicationUser(peer.server()));
            return true;
        });
    }

    private void letIn(ReplicaView peer) throws SQLException {
        state.background.ask(LOCAL_LIMIT, link -> {
            link.letIn(state.settings.replicationUser(peer.server()));
            return true;
        });
        shutOut.remove(peer.node());
        LOG.info("{} may follow {} again", peer.server(), self);
    }

    private void write(Known<PromotableSet> known, PromotableSet next) {
        if (known.value().equals(Optional.of(next))) {
            return;
        }
        state.records.write(next, known.number(), RECORD_LIMIT);
        LOG.info("what is acknowledged is held by {}", next);
    }

    private void say(List<ReplicaView> peers) {
        Optional<PromotableSet> set = state.records.promotable();
        List<String> missing = peers.stream()
                .filter(peer -> set.filter(known -> known.replicas().contains(peer.node()))
                                .isEmpty()
                        || !peer.follows())
                .map(ReplicaView::node)
                .toList();
        int count = state.settings.durability().acknowledgements();
        long acknowledging = peers.stream()
                .filter(peer -> peer.follows() && peer.acknowledges())
                .count();
        if (acknowledging < count && !state.settings.durability().alone()) {
            concern = Optional.of("commits wait: " + acknowledging + " of " + count + " replicas acknowledge; start "
                    + String.join(" or ", missing));
        } else if (acknowledging < count) {
            concern = Optional.of(
                    "goes on alone: what it acknowledges is on no other server; start " + String.join(" or ", missing));
        } else if (missing.isEmpty()) {
            concern = Optional.empty();
        } else {
            concern = Optional.of("has no replica on " + String.join(", ", missing));
        }
    }

    private static Set<String> nodes(List<ReplicaView> peers) {
        return peers.stream().map(ReplicaView::node).collect(Collectors.toCollection(TreeSet::new));
    }
}
