package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.replication.ReplicationLink.Acknowledgements;
import io.releve.mysql.server.ClusterRecords.Known;
import io.releve.mysql.server.ServerState.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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

    /** How long the first replicas of an epoch have to come. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private final ServerState state;
    private final MySqlServer self;
    private final Map<String, Long> lastWell = new HashMap<>();
    private final Set<String> shutOut = new TreeSet<>();
    /** Who receives in haste, as far as known: a server that restarts does not. */
    private final Set<String> hurried = new TreeSet<>();

    private long epoch;
    private Acknowledgements seen = new Acknowledgements(0, 0);
    private long seenSince;
    private final AtomicInteger stuckLooks = new AtomicInteger();
    private volatile Optional<String> concern = Optional.empty();

    Holders(ServerState state) {
        this.state = state;
        this.self = state.self;
    }

    /** What people should know; empty if all is well. */
    Optional<String> concern() {
        return concern;
    }

    /** Whether nothing that the replicas can do ends the waiting of this primary's commits. */
    boolean isStuck() {
        return stuckLooks.get() >= STUCK_LOOKS;
    }

    /**
     * What a replica said.
     *
     * @param follows whether it receives from this server
     * @param acknowledges whether it acknowledges
     * @param complete whether it has received all that this server had executed just before
     * @param ready whether it follows as it is to follow from now on
     * @param executed what it has executed; empty if it does not answer
     */
    private record Peer(
            MySqlServer server,
            boolean answers,
            boolean refused,
            boolean follows,
            boolean acknowledges,
            boolean complete,
            boolean ready,
            Optional<GtidSet> executed) {

        static Peer silent(MySqlServer server, boolean refused) {
            return new Peer(server, false, refused, false, false, false, false, Optional.empty());
        }

        /** The same without a place in the set: it has what the primary lacks, and would stand in the way of a promotion. */
        Peer errant() {
            return new Peer(server, answers, true, false, acknowledges, false, false, executed);
        }

        String node() {
            return server.node();
        }

        boolean holds() {
            return follows && acknowledges && complete;
        }
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
        List<Peer> peers = ask(executed);
        long now = System.nanoTime();
        peers.stream()
                .filter(peer -> peer.follows() && peer.acknowledges())
                .forEach(peer -> lastWell.put(peer.node(), now));
        peers.stream().filter(peer -> !peer.follows()).map(Peer::node).forEach(hurried::remove);
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
        release(peers);
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

    private List<Peer> ask(GtidSet executed) throws SQLException {
        List<CompletableFuture<Peer>> answers = new ArrayList<>();
        for (ServerSession session : state.peers()) {
            answers.add(CompletableFuture.supplyAsync(() -> ask(session, executed), state.threads()));
        }
        List<Peer> peers = answers.stream().map(CompletableFuture::join).toList();
        // In this order: what this server writes in between does not matter.
        GtidSet logged = state.background.ask(LOCAL_LIMIT, ReplicationLink::logged);
        return peers.stream()
                .map(peer -> peer.executed()
                                .filter(theirs -> !logged.contains(theirs))
                                .isPresent()
                        ? peer.errant()
                        : peer)
                .toList();
    }

    private Peer ask(ServerSession session, GtidSet executed) {
        MySqlServer peer = session.server();
        String promoted = state.records.primary().map(PrimaryRecord::gtids).orElse("");
        try {
            return session.ask(PEER_LIMIT, link -> {
                Optional<ReplicaStatus> status = link.status();
                boolean follows = status.filter(known -> known.follows(self, state.settings.replicationUser(peer)))
                        .filter(known -> known.receiver() == Receiver.RUNNING)
                        .isPresent();
                // A replica that does not acknowledge is always a moment behind: what is on its way counts.
                boolean complete = link.received().contains(executed)
                        || (follows && link.await(executed.minus(link.executed()), PEER_LIMIT.dividedBy(2)));
                return new Peer(
                        peer,
                        true,
                        false,
                        follows,
                        link.isAcknowledging(),
                        complete,
                        !link.couldApplyFaster(promoted),
                        Optional.of(link.executed()));
            });
        } catch (SQLException e) {
            return Peer.silent(peer, isRefused(e));
        }
    }

    /** Nobody listens at the server's port: its process is gone. */
    private static boolean isRefused(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.net.ConnectException) {
                return true;
            }
        }
        return false;
    }

    /** While no replica counts everybody may acknowledge, so that what waits is released by whoever comes first. */
    private void gather(List<Peer> peers) throws SQLException {
        for (Peer peer : peers) {
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
    private void begin(Known<PromotableSet> known, boolean mine, List<Peer> peers) throws SQLException {
        List<Peer> acknowledging = peers.stream()
                .filter(peer -> peer.follows() && peer.acknowledges())
                .toList();
        int count = state.settings.durability().acknowledgements();
        if (acknowledging.stream().filter(Peer::holds).count() < count) {
            if (!mine && state.sinceOpening().compareTo(SETTLING) >= 0) {
                write(known, PromotableSet.alone(state.epoch(), self.node()));
            }
            return;
        }
        for (Peer peer : peers) {
            if (!acknowledging.contains(peer)) {
                shutOut(peer);
            }
        }
        // From here on nothing is acknowledged without them; what was acknowledged before they have if they hold it
        // now.
        state.background.ask(LOCAL_LIMIT, link -> {
            link.awaitAcknowledgements(count);
            return true;
        });
        GtidSet executed = state.background.ask(LOCAL_LIMIT, ReplicationLink::executed);
        long holding = acknowledging.stream()
                .map(peer -> ask(state.peer(peer.server()), executed))
                .filter(Peer::holds)
                .count();
        if (holding >= count) {
            write(known, new PromotableSet(state.epoch(), self.node(), nodes(acknowledging), count));
        }
    }

    private void maintain(Known<PromotableSet> known, PromotableSet set, List<Peer> peers, long now)
            throws SQLException {
        Set<String> lost = nodes(peers.stream()
                .filter(peer -> set.replicas().contains(peer.node()))
                .filter(peer -> isLost(peer, now))
                .toList());
        if (!lost.isEmpty()) {
            shrink(known, set, peers, lost);
            return;
        }
        for (Peer peer : peers) {
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

    private boolean isLost(Peer peer, long now) {
        if (peer.follows() && (peer.acknowledges() || peer.complete())) {
            return false;
        }
        long silent = now - lastWell.computeIfAbsent(peer.node(), node -> now);
        return peer.refused() || silent > GRACE.toNanos();
    }

    private void shrink(Known<PromotableSet> known, PromotableSet set, List<Peer> peers, Set<String> lost)
            throws SQLException {
        Set<String> stay = new TreeSet<>(set.replicas());
        stay.removeAll(lost);
        int count = state.settings.durability().acknowledgements();
        boolean complete =
                peers.stream().filter(peer -> stay.contains(peer.node())).allMatch(Peer::holds);
        if (!complete) {
            return;
        }
        if (stay.size() < count && !state.settings.durability().alone()) {
            // Commits wait; the set stays as it is, for those in it have everything that was acknowledged.
            return;
        }
        for (Peer peer : peers) {
            if (lost.contains(peer.node())) {
                shutOut(peer);
            }
        }
        if (stay.size() >= count) {
            write(known, new PromotableSet(state.epoch(), self.node(), stay, count));
            return;
        }
        for (Peer peer : peers) {
            if (stay.contains(peer.node())) {
                shutOut(peer);
            }
        }
        write(known, PromotableSet.alone(state.epoch(), self.node()));
        state.background.ask(LOCAL_LIMIT, link -> {
            link.awaitAcknowledgements(0);
            return true;
        });
        LOG.warn("{} goes on alone: what it acknowledges from now on is on no other server", self);
    }

    /** A replica that is not in the set follows: it comes in as soon as it has everything. */
    private void join(Known<PromotableSet> known, PromotableSet set, Peer peer) throws SQLException {
        if (!peer.complete()) {
            hurry(peer);
            return;
        }
        // From here on it may receive durably: should it fall behind again, it is told once more.
        hurried.remove(peer.node());
        if (locked(state.peer(peer.server()), link -> link.receiveDurably(PEER_LIMIT))) {
            Set<String> more = new TreeSet<>(set.replicas());
            more.add(peer.node());
            write(known, new PromotableSet(state.epoch(), self.node(), more, set.acknowledgements()));
            acknowledge(peer);
        }
    }

    private void hurry(Peer peer) throws SQLException {
        // Each lock on the replica keeps its own agent waiting.
        if (!hurried.contains(peer.node())
                && locked(state.peer(peer.server()), link -> {
                    // In the meantime another primary may have made it count.
                    if (!link.isAcknowledging()) {
                        link.receiveInHaste();
                    }
                    return true;
                })) {
            hurried.add(peer.node());
        }
    }

    /**
     * Commits that wait although the replicas have everything: the acknowledgement was lost with a connection. Later commits
     * would release them, but MariaDB writes none while two groups of commits wait.
     */
    private void release(List<Peer> peers) throws SQLException {
        Acknowledgements now = state.background.ask(LOCAL_LIMIT, ReplicationLink::acknowledgements);
        boolean still = now.waiting() > 0 && now.equals(seen) && peers.stream().anyMatch(Peer::holds);
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
        for (Peer peer : peers) {
            if (peer.holds() && vouch(peer, now)) {
                return;
            }
        }
    }

    /** Under one lock: its own agent would take a replica that asks by position for one that follows the wrong way. */
    private boolean vouch(Peer peer, Acknowledgements before) throws SQLException {
        return locked(state.peer(peer.server()), VOUCHED_LIMIT, link -> {
            if (!link.acknowledgeByPosition(PEER_LIMIT)) {
                return false;
            }
            boolean released = false;
            try {
                released = isReleased(before);
            } finally {
                if (!link.followByGtid(VOUCHING_LIMIT)) {
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
                    .ask(LOCAL_LIMIT, ReplicationLink::acknowledgements)
                    .equals(before)) {
                return true;
            }
        }
        return false;
    }

    /** Does something to a replica's replication, unless a promotion or its own agent is at it. */
    private static boolean locked(ServerSession session, ServerSession.Question<Boolean> change) throws SQLException {
        return locked(session, VOUCHING_LIMIT, change);
    }

    private static boolean locked(ServerSession session, Duration limit, ServerSession.Question<Boolean> change)
            throws SQLException {
        return session.ask(limit, link -> {
            if (!link.lock(ServerState.REPLICATION_LOCK, PEER_LIMIT.dividedBy(2))) {
                return false;
            }
            try {
                return change.ask(link);
            } finally {
                link.unlock(ServerState.REPLICATION_LOCK);
            }
        });
    }

    private void silence(Peer peer) throws SQLException {
        locked(state.peer(peer.server()), link -> {
            link.stopReceiver();
            link.acknowledge(false);
            link.startReceiver();
            return true;
        });
    }

    /** What it has received in haste must be on its disk before it counts for anything. */
    private void acknowledge(Peer peer) throws SQLException {
        locked(state.peer(peer.server()), link -> {
            if (!link.receiveDurably(PEER_LIMIT)) {
                return false;
            }
            link.acknowledge(true);
            link.stopReceiver();
            link.startReceiver();
            return true;
        });
    }

    /** From here on it cannot acknowledge anything, wherever it is and whatever it does. */
    private void shutOut(Peer peer) throws SQLException {
        state.accountsOpen(false);
        if (shutOut.add(peer.node())) {
            LOG.info("{} does not count any more for what {} acknowledges", peer.server(), self);
        }
        state.background.ask(LOCAL_LIMIT, link -> {
            link.shutOut(state.settings.replicationUser(peer.server()));
            return true;
        });
    }

    private void letIn(Peer peer) throws SQLException {
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

    private void say(List<Peer> peers) {
        Optional<PromotableSet> set = state.records.promotable();
        List<String> missing = peers.stream()
                .filter(peer -> set.filter(known -> known.replicas().contains(peer.node()))
                                .isEmpty()
                        || !peer.follows())
                .map(Peer::node)
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

    private static Set<String> nodes(List<Peer> peers) {
        return peers.stream().map(Peer::node).collect(Collectors.toCollection(TreeSet::new));
    }
}
