package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.PromotionDecision;
import io.releve.mysql.replication.PromotionDecision.FetchFirst;
import io.releve.mysql.replication.PromotionDecision.Refuse;
import io.releve.mysql.replication.PromotionDecision.Report;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ClusterRecords.Known;
import io.releve.mysql.server.ServerState.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this server the primary, from whatever state it and the others are in; begun anew as often as needed, it goes on from
 * what the records and the servers say.
 *
 * <ol>
 *   <li>The former primary is closed over SQL if it answers, and then everything is taken from it.
 *   <li>All others stop receiving: from here on nobody acknowledges anything to a former primary. What they have received
 *       is compared; what this one lacks is fetched from the one that has it. If something acknowledged could be missing,
 *       the promotion is refused.
 *   <li>A new epoch begins in the record. Everything received is applied.
 *   <li>The others are made to follow the server, which takes the lease, begins to write its epoch, and opens.
 * </ol>
 */
final class Promotion {

    private static final Logger LOG = LoggerFactory.getLogger(Promotion.class);

    private static final Duration PEER_LIMIT = Duration.ofMillis(500);

    private static final Duration EPOCH_LIMIT = Duration.ofMinutes(5);

    /** Whoever applies nothing for so long lets others try. */
    private static final Duration NO_PROGRESS = Duration.ofSeconds(1);

    private static final Duration RECORD_LIMIT = Duration.ofSeconds(5);

    private final ServerState state;
    private final AgentSettings settings;
    private final MySqlServer self;
    private final long deadline;
    private final Timeline timeline;
    private final PromotionPeers peers;

    /** Whether the server was already being made a primary: then only its next start makes a replica of it. */
    private boolean opening;

    /** The epoch that this promotion begins, if nobody else has begun one since it looked. */
    private long nextEpoch;

    Promotion(ServerState state, OperationContext operation, Timeline timeline) {
        this.timeline = timeline;
        this.state = state;
        this.settings = state.settings;
        this.self = state.self;
        // Whoever gives up says so while there is time to.
        this.deadline =
                operation.deadline() - operation.remaining().dividedBy(20).toNanos();
        this.peers = new PromotionPeers(state, operation, timeline, this::left);
    }

    /** A promotion that cannot be completed; the message says why and what to do. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    /** Carries it out. The caller has the conduct. */
    Outcome run() throws InterruptedException {
        while (true) {
            state.become(Mode.PROMOTING);
            List<ServerSession> halted = new ArrayList<>();
            try {
                promote(halted);
                LOG.info("{} is the primary in epoch {}; {}", self, state.epoch(), timeline);
                return Outcome.ok();
            } catch (Refused refused) {
                return notNow(String.valueOf(refused.getMessage()));
            } catch (SQLException e) {
                return Outcome.failed(
                        SqlErrors.explain(e, settings.administrator().user(), self) + "; steps in " + timeline);
            } catch (SharedRecordException e) {
                if (e.reason() != Reason.CONFLICT || left().toMillis() <= 1) {
                    return notNow("the promotion of " + self + " could not be recorded: " + e.getMessage());
                }
                LOG.info("{} begins its promotion anew: {}", self, e.getMessage());
            } finally {
                if (state.mode() != Mode.PRIMARY) {
                    state.become(Mode.REPLICA);
                    state.lease.release(PEER_LIMIT);
                    halted.forEach(peer -> state.threads().execute(() -> PromotionPeers.release(peer)));
                }
            }
        }
    }

    /**
     * The server is well and the others need what it has received: it runs on. Unless its opening has begun: then its commits
     * wait for acknowledgements, an applier's too, and it may have written something that nobody else has.
     */
    private Outcome notNow(String reason) {
        return opening || state.mayHoldUnacknowledged() ? Outcome.failed(reason) : Outcome.declined(reason);
    }

    private void promote(List<ServerSession> halted) throws Refused, SQLException, InterruptedException {
        Known<PrimaryRecord> before = state.records.lastPrimary();
        CompletableFuture<Known<PromotableSet>> reading = async(() -> state.records.readPromotable(RECORD_LIMIT));
        CompletableFuture<LossCheck> losses = async(() -> LossCheck.read(state, RECORD_LIMIT));
        Optional<MySqlServer> former = before.value()
                .map(PrimaryRecord::node)
                .filter(node -> !node.equals(self.node()))
                .flatMap(settings.servers()::onNode);
        List<Report> reports = new ArrayList<>();
        List<CompletableFuture<Optional<Report>>> answers = new ArrayList<>();
        CompletableFuture<Boolean> silent = new CompletableFuture<>();
        for (ServerSession peer : state.peers()) {
            if (former.filter(peer.server()::equals).isEmpty()) {
                halted.add(peer);
                answers.add(async(() -> peers.halt(peer, silent)));
            }
        }
        // A former primary that is closed has more to send: only then does this server go on receiving.
        Optional<Report> closed =
                former.flatMap(server -> before.value().flatMap(record -> peers.close(server, record, silent)));
        silent.complete(false);
        timeline.mark("former primary asked");
        if (closed.isPresent()) {
            reports.add(closed.get());
            await(closed.get().received(), "everything of the former primary");
        }
        reports.add(peers.ownReport(silent.join()));
        timeline.mark("own receiver stopped");
        for (CompletableFuture<Optional<Report>> answer : answers) {
            join(answer).ifPresent(reports::add);
        }
        Known<PromotableSet> set = join(reading);
        timeline.mark("all heard");
        Optional<PromotableSet> counted = settings.durability().isSync() ? set.value() : Optional.empty();
        PromotionDecision decision = PromotionDecision.decide(self, reports, before.value(), counted);
        if (decision instanceof Refuse refuse) {
            throw new Refused(refuse.text());
        }
        Optional<String> loss = join(losses).refusal(reports);
        if (loss.isPresent()) {
            throw new Refused(loss.get());
        }
        LOG.info("{} {}; heard: {}", self, decision.text(), reports);
        nextEpoch = before.value().map(PrimaryRecord::epoch).orElse(0L) + 1;
        CompletableFuture<Known<PrimaryRecord>> beginning = async(() -> begin(before, reports));
        apply(decision);
        timeline.mark("applied");
        open(beginning, set, halted, reports);
    }

    // --- applying ------------------------------------------------------------------------------------------------

    private void apply(PromotionDecision decision) throws SQLException, Refused {
        GtidSet everything = decision instanceof FetchFirst fetch
                ? fetch.everything()
                : ((PromotionDecision.Promote) decision).everything();
        if (decision instanceof FetchFirst fetch) {
            GtidSet own = state.local.ask(left(), ReplicationLink::received);
            await(own, "what it has received itself");
            state.local.ask(left(), link -> {
                link.stop();
                link.followPrimary(
                        fetch.source(),
                        settings.replicationUser(self),
                        new String(settings.replication().password().get()),
                        settings.tls());
                link.start();
                return true;
            });
            timeline.mark("fetching from " + fetch.source().node());
        }
        await(everything, "everything that was received");
        if (decision instanceof FetchFirst) {
            // That source is about to follow this server.
            state.local.ask(left(), link -> {
                link.stop();
                return true;
            });
        }
    }

    /**
     * As long as the applier makes progress. One that is broken, or held up, would let everybody wait although another
     * server may have applied everything; and it goes on, should nobody else be there and this one be asked again.
     */
    private void await(GtidSet wanted, String what) throws SQLException, Refused {
        long began = System.nanoTime();
        Duration share = left().multipliedBy(4).dividedBy(5);
        GtidSet missing = missing(wanted);
        while (!missing.isEmpty()) {
            GtidSet now = missing;
            // Never beyond its own time: who is still waiting then counts as broken, and not as slow.
            Duration rest = share.minusNanos(System.nanoTime() - began);
            Duration slice = rest.compareTo(NO_PROGRESS) < 0 ? rest : NO_PROGRESS;
            if (state.local.ask(left(), link -> link.awaitReceived(now, slice))) {
                return;
            }
            GtidSet still = missing(wanted);
            long waited = Duration.ofNanos(System.nanoTime() - began).toMillis();
            if (still.equals(missing) || waited >= share.toMillis()) {
                throw new Refused(self + " could not apply " + what + " (" + still + ") within " + waited
                        + " ms: its applier is behind, held up or broken; it is tried again");
            }
            missing = still;
        }
    }

    private GtidSet missing(GtidSet wanted) throws SQLException {
        return wanted.minus(state.local.ask(left(), ReplicationLink::executed));
    }

    // --- opening -------------------------------------------------------------------------------------------------

    private Known<PrimaryRecord> begin(Known<PrimaryRecord> before, List<Report> reports) {
        Known<PrimaryRecord> begun =
                state.records.write(PrimaryRecord.opening(nextEpoch, self), before.number(), RECORD_LIMIT);
        timeline.mark("epoch recorded");
        new HistoryPublisher(state).begin(nextEpoch, reports, Instant.now(), RECORD_LIMIT);
        return begun;
    }

    /**
     * Nothing on the way to opening waits for a replica: its first acknowledgement is waited for by whoever writes first, and
     * that takes clients as long as it takes replicas to come.
     */
    private void open(
            CompletableFuture<Known<PrimaryRecord>> beginning,
            Known<PromotableSet> set,
            List<ServerSession> halted,
            List<Report> reports)
            throws SQLException, InterruptedException, Refused {
        CompletableFuture<Boolean> leased = async(this::takeLease);
        List<ServerSession> followers = new ArrayList<>(halted);
        followers.removeIf(peer ->
                reports.stream().noneMatch(report -> report.server().equals(peer.server()))
                        || peers.isLeftAlone(peer.server()));
        halted.stream()
                .filter(peer -> !followers.contains(peer))
                .forEach(peer -> state.threads().execute(() -> PromotionPeers.release(peer)));
        int acknowledgements = acknowledgements(followers.size());
        GtidSet executed = state.local.ask(left(), ReplicationLink::executed);
        long epoch = nextEpoch;
        if (!state.accountsOpen()) {
            // A write, and so nothing that a server without a lease, or before its epoch, should do.
            join(beginning);
            join(leased);
            expect(acknowledgements);
            state.local.ask(left(), link -> {
                link.prepareToOpen(self, epoch);
                for (ServerSession peer : state.peers()) {
                    link.letIn(settings.replicationUser(peer.server()));
                }
                return true;
            });
            state.accountsOpen(true);
        }
        PromotableSet holders = holders(epoch, executed, reports, acknowledgements);
        for (ServerSession follower : followers) {
            // While nobody but this server counts, everybody may acknowledge.
            boolean acknowledges = holders.replicas().isEmpty()
                    || holders.replicas().contains(follower.server().node());
            state.threads().execute(() -> peers.redirect(follower, acknowledges, executed));
        }
        Known<PrimaryRecord> begun = join(beginning);
        CompletableFuture<Boolean> recorded = async(() -> record(holders, set));
        expect(acknowledgements);
        join(leased);
        timeline.mark("lease taken");
        state.mayHoldUnacknowledged(true);
        state.local.ask(left(), link -> {
            link.prepareToOpen(self, epoch);
            link.sessions().end(settings::isOwnAccount);
            return true;
        });
        beginEpoch(epoch);
        join(recorded);
        timeline.mark("set recorded");
        state.lease.open(left());
        state.becomePrimary(epoch);
        timeline.mark("open");
        PrimaryRecord record = begun.value().orElseThrow();
        state.threads().execute(() -> complete(record.open(executed), begun.number()));
    }

    private void expect(int acknowledgements) throws SQLException {
        opening = true;
        state.local.ask(left(), link -> {
            link.semiSync().awaitAcknowledgements(acknowledgements);
            return true;
        });
    }

    private Boolean takeLease() {
        try {
            state.lease.acquire(left());
            return true;
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private int acknowledgements(int followers) {
        int wanted = settings.durability().isSync() ? settings.durability().acknowledgements() : 0;
        if (wanted > followers && settings.durability().alone()) {
            LOG.warn("{} goes on alone: no replica is left", self);
            return 0;
        }
        return wanted;
    }

    /**
     * Who holds everything that was acknowledged so far, and acknowledges from here on: with too few replicas of that kind,
     * this server alone, whoever may acknowledge besides.
     */
    private PromotableSet holders(long epoch, GtidSet executed, List<Report> reports, int acknowledgements) {
        Set<String> replicas = reports.stream()
                .filter(report -> !report.server().equals(self))
                .filter(report -> report.counts() && !report.closed())
                .filter(report -> report.received().contains(executed))
                .map(report -> report.server().node())
                .collect(Collectors.toCollection(TreeSet::new));
        return acknowledgements > 0 && replicas.size() >= acknowledgements
                ? new PromotableSet(epoch, self.node(), replicas, acknowledgements)
                : PromotableSet.alone(epoch, self.node());
    }

    private Boolean record(PromotableSet holders, Known<PromotableSet> before) {
        if (settings.durability().isSync()) {
            state.records.write(holders, before.number(), RECORD_LIMIT);
            LOG.info("what is acknowledged is held by {}", holders);
        }
        return true;
    }

    /**
     * The first thing that the new primary writes, so that it is at once known whether a replica follows. Like each write it
     * may wait for the acknowledgement for good: over a session of its own. That is made ready here and now: what changes the
     * server must not come late, when it is perhaps a replica again.
     */
    private void beginEpoch(long epoch) throws SQLException {
        ServerSession writer = state.takeWriter();
        try {
            writer.ask(left(), link -> {
                link.prepareToOpen(self, epoch);
                return true;
            });
        } catch (SQLException e) {
            writer.close();
            throw e;
        }
        state.threads().execute(() -> writeEpoch(writer, epoch));
    }

    private void writeEpoch(ServerSession writer, long epoch) {
        try (writer) {
            if (!isStillOn(epoch)) {
                return;
            }
            writer.ask(EPOCH_LIMIT, link -> {
                link.writeEpoch(epoch, self);
                return true;
            });
            timeline.mark("epoch acknowledged");
            LOG.info("{} is followed in epoch {}; {}", self, epoch, timeline);
        } catch (SQLException e) {
            LOG.warn("{}: the epoch {} could not be written: {}", self, epoch, e.getMessage());
        }
    }

    /** Whether this promotion is under way, or what it made is still the primary. */
    private boolean isStillOn(long epoch) {
        Mode mode = state.mode();
        return mode == Mode.PROMOTING || (mode == Mode.PRIMARY && state.epoch() == epoch);
    }

    /** Not on the way to the first write: the record's second half, and the end of this server's life as a replica. */
    private void complete(PrimaryRecord record, int expected) {
        try {
            state.records.write(record, expected, RECORD_LIMIT);
        } catch (SharedRecordException e) {
            // The keeper writes it again, unless somebody else has begun to promote.
            LOG.warn("that {} is open could not be recorded yet: {}", record, e.getMessage());
        }
        try {
            state.background.ask(left(), link -> {
                link.stop();
                link.forgetSource();
                return true;
            });
        } catch (SQLException e) {
            LOG.debug("{} still remembers its former source: {}", self, e.getMessage());
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private Duration left() {
        return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }

    private <T> CompletableFuture<T> async(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, state.threads());
    }

    private <T> T join(CompletableFuture<T> future) throws InterruptedException, Refused, SQLException {
        try {
            return future.get(left().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Refused("the promotion of " + self + " ran out of time; steps in " + timeline);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new Refused(String.valueOf(e.getCause()));
        }
    }
}
