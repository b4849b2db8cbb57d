package io.releve.node;

import io.releve.codec.NodeReport;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Document;
import io.releve.coordination.Member;
import io.releve.coordination.View;
import io.releve.fencing.LeaseTable;
import io.releve.fencing.LeaseTable.Life;
import io.releve.peer.PeerChannel;
import io.releve.peer.Question;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out {@link FailsafeRules}: writes down whom this node knows, asks them for promises, gives promises itself, and
 * says whether this node may end another's life. All on the loop, so that no promise is given behind an end that is under way.
 */
final class Failsafe implements Vouchers {

    private static final Logger LOG = LoggerFactory.getLogger(Failsafe.class);

    /** What has not answered after this part of the lease counts as silent. */
    private static final int PATIENCES_PER_LEASE = 10;

    private final NodeSettings settings;
    private final FailsafeRules rules;
    private final Coordinator coordinator;
    private final EventLoop loop;
    private final BooleanSupplier holds;
    private final Map<Life, Long> over = new HashMap<>();
    private final Map<String, String> lastSeen = new HashMap<>();
    private final Map<Life, Duration> leases = new HashMap<>();

    private Promises promises = Promises.NONE;
    private KnownLives known;
    private View view = View.unknown();
    private boolean wanted;
    private boolean vouched;
    private boolean listening;
    /** Counts the records that were sent: promises asked for before the last one are not counted. */
    private long records;

    /**
     * Makes one that has no life yet.
     *
     * @param holds whether this node is a member, not on its way out, and holds its lease
     */
    Failsafe(
            NodeSettings settings,
            FailsafeRules rules,
            Coordinator coordinator,
            EventLoop loop,
            BooleanSupplier holds) {
        this.settings = settings;
        this.rules = rules;
        this.coordinator = coordinator;
        this.loop = loop;
        this.holds = holds;
        this.known = KnownLives.of(new Life(settings.name(), ""));
    }

    /** A new life of this node begins; the one before has been given up. */
    void begin(String incarnation) {
        over.putIfAbsent(known.self(), loop.nanoTime());
        known = KnownLives.of(new Life(settings.name(), incarnation));
        records++;
        if (!listening) {
            listening = true;
            settings.peers().ifPresent(channel -> channel.listen(this::asked));
        }
    }

    /** Takes in what is seen now. */
    void observe(Sight sight, QuorumPolicy policy) {
        view = sight.view();
        wanted = policy == QuorumPolicy.FAILSAFE;
        long now = loop.nanoTime();
        view.evictions().forEach((node, incarnation) -> over.putIfAbsent(new Life(node, incarnation), now));
        for (Map.Entry<String, NodeReport> report : sight.reports().entrySet()) {
            if (report.getValue().left()) {
                over.putIfAbsent(new Life(report.getKey(), report.getValue().incarnation()), now);
            }
        }
        view.members().forEach((node, member) -> {
            String before = lastSeen.put(node, member.info().incarnation());
            if (before != null && !before.equals(member.info().incarnation())) {
                over.putIfAbsent(new Life(node, before), now);
            }
            leases.put(life(member), member.info().lease());
            promises = promises.seen(life(member), member.renewals());
        });
        writeIfNeeded();
    }

    private static Life life(Member member) {
        return new Life(member.info().node(), member.info().incarnation());
    }

    private Set<Life> seen() {
        Set<Life> lives = new HashSet<>();
        view.members().values().forEach(member -> lives.add(life(member)));
        return lives;
    }

    // --- writing down whom this node knows -------------------------------------------------------------------------

    private void writeIfNeeded() {
        Set<Life> seen = seen();
        boolean possible = wanted && settings.peers().isPresent() && view.connection() == View.Connection.CONNECTED;
        if (!possible || !known.mustWrite(seen) || !holds.getAsBoolean()) {
            return;
        }
        known = known.writing(seen);
        long number = ++records;
        String key = FailsafeRecord.key(settings.name());
        Document there = view.records().get(key);
        coordinator
                .writeRecord(key, new FailsafeRecord(known.self(), seen).text(), there == null ? -1 : there.version())
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (number == records) {
                        known = failure == null ? known.written(loop.nanoTime()) : known.notWritten();
                    }
                }));
    }

    @Override
    public void renewed(long sentAt) {
        known = known.renewed(sentAt);
        if (vouched) {
            LOG.info("node {} renews its lease through the coordination service again", settings.name());
            vouched = false;
        }
        writeIfNeeded();
    }

    // --- asking ----------------------------------------------------------------------------------------------------

    @Override
    public void ask(long sentAt, Runnable whenAll) {
        if (!wanted || settings.peers().isEmpty()) {
            return;
        }
        PeerChannel channel = settings.peers().get();
        Set<Life> all = rules.toAsk(known, seen());
        long number = records;
        int[] promised = {0};
        boolean[] told = {false};
        for (Life other : all) {
            channel.ask(new Question(known.self(), other, settings.lease()), patience())
                    .thenAccept(yes -> loop.execute(() -> {
                        promised[0] += yes ? 1 : 0;
                        if (!told[0] && number == records && rules.isRenewal(all.size(), promised[0])) {
                            told[0] = true;
                            counted(sentAt, all, whenAll);
                        }
                    }));
        }
    }

    private void counted(long sentAt, Set<Life> all, Runnable whenAll) {
        if (!holds.getAsBoolean()) {
            return;
        }
        if (!vouched) {
            LOG.warn(
                    "node {} goes on without the coordination service: {} have promised not to take over within its lease"
                            + " of {} ms",
                    settings.name(),
                    all,
                    settings.lease().toMillis());
            vouched = true;
        }
        known = known.promised(sentAt);
        whenAll.run();
    }

    private Duration patience() {
        return settings.lease().dividedBy(PATIENCES_PER_LEASE);
    }

    // --- promising -------------------------------------------------------------------------------------------------

    /** Any thread. */
    private CompletionStage<Boolean> asked(Question question) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(promise(question)));
        return answer;
    }

    private boolean promise(Question question) {
        boolean given = wanted && rules.mayPromise(question, known.self(), holds.getAsBoolean(), promises);
        if (given) {
            Duration length = question.lease().plus(LeaseTable.margin(question.lease()));
            promises = promises.given(question.asker(), loop.nanoTime() + length.toNanos());
        }
        return given;
    }

    // --- ending lives ----------------------------------------------------------------------------------------------

    /** Whether ends are subject to rule 4: also while only others go by failsafe, for they may have begun earlier. */
    private boolean concerns(Member last) {
        return wanted
                || view.records().containsKey(FailsafeRecord.key(last.info().node()));
    }

    /**
     * Whether this node may end a life.
     *
     * @param last as last seen; what it has written down is read after that
     * @param then called on the loop with the answer; if it is yes, the end must be sent at once
     */
    void ifItMayEnd(Member last, Consumer<Boolean> then) {
        if (!concerns(last)) {
            then.accept(true);
            return;
        }
        coordinator
                .readRecord(FailsafeRecord.key(last.info().node()))
                .whenComplete((read, failure) -> loop.execute(() -> {
                    boolean may = failure == null && mayEnd(last, read);
                    if (may) {
                        promises = promises.ending(life(last), last.renewals());
                    }
                    then.accept(may);
                }));
    }

    private boolean mayEnd(Member last, Optional<Document> read) {
        Life victim = life(last);
        // What cannot be read names nobody whom this node knows to be over.
        FailsafeRecord none = new FailsafeRecord(victim, Set.of(victim, new Life("", "")));
        Optional<Set<Life>> record = read.map(
                        document -> FailsafeRecord.read(document.text()).orElse(none))
                .filter(found -> found.self().equals(victim))
                .map(FailsafeRecord::lives);
        long now = loop.nanoTime();
        record.ifPresent(lives -> lives.stream()
                .filter(life ->
                        life.node().equals(settings.name()) && settings.lives().isOver(life.incarnation()))
                .forEach(life -> over.putIfAbsent(life, now)));
        return rules.mayEnd(victim, lease(last), record, known.self(), promises, over, now);
    }

    /** A life that vanished before it reported is known by its lease only to those who saw it. */
    private Duration lease(Member last) {
        Duration seen = leases.getOrDefault(life(last), settings.lease());
        return seen.compareTo(last.info().lease()) > 0 ? seen : last.info().lease();
    }

    /** The end of a life has failed. Whether it can still happen is not known of one that was not answered. */
    void notEnded(Member last, Throwable failure) {
        if (failure instanceof CoordinationException.Conflict) {
            promises = promises.endRefused(life(last));
        }
    }

    /**
     * Whether an earlier life of this node may still hold its lease although its session is over: only one whose process
     * has ended, or whom the others have ended, may be replaced.
     */
    boolean earlierLifeMayHold(Sight sight, String own) {
        View now = sight.view();
        Document document = now.records().get(FailsafeRecord.key(settings.name()));
        Set<String> earlier = new HashSet<>();
        if (document != null) {
            FailsafeRecord.read(document.text())
                    .ifPresent(record -> earlier.add(record.self().incarnation()));
        }
        NodeReport report = sight.reports().get(settings.name());
        if (report != null && !report.left() && (wanted || document != null)) {
            earlier.add(report.incarnation());
        }
        return earlier.stream()
                .anyMatch(life -> !life.equals(own)
                        && !over.containsKey(new Life(settings.name(), life))
                        && !settings.lives().isOver(life));
    }
}
