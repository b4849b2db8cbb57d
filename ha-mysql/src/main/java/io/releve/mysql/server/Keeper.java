package io.releve.mysql.server;

import io.releve.agent.Lease;
import io.releve.agent.SharedRecordException;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PromotionDecision;
import io.releve.mysql.replication.PromotionDecision.Report;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ServerState.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work between operations, on a thread of its own: a replica follows whoever the record names, a primary keeps the set of
 * those that hold what it acknowledges, and each says how it stands.
 *
 * <p>It looks at each change of the records, at each monitor, and twice a second while a primary has replicas to watch:
 * no server tells its primary that it is gone.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
final class Keeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private static final Duration AS_PRIMARY = Duration.ofMillis(500);
    private static final Duration UNSETTLED = Duration.ofMillis(500);
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Duration LOCAL_LIMIT = Duration.ofSeconds(2);
    private static final Duration PEER_LIMIT = Duration.ofMillis(300);

    /** Whoever has just declined to be promoted is not asked again at once: others may be able to, or return. */
    private static final Duration STANDING_BACK = Duration.ofSeconds(2);

    private final ServerState state;
    private Follower follower;
    private final Holders holders;
    private final HistoryPublisher publisher;
    private final Rebuilder rebuilder;
    private final StalledCommits stalledCommits;
    private final ScheduledThreadPoolExecutor executor;
    private final Lease.Registration subscription;

    private volatile Standing standing = new Standing(Standing.NEVER, "has just started", true);
    private volatile Optional<String> stall = Optional.empty();
    private @Nullable StandingBack standingBack;
    private String refused = "";
    private boolean pending;
    private boolean closed;

    private record StandingBack(Standing standing, long since) {}

    Keeper(ServerState state) {
        this.state = state;
        this.follower = new Follower(state);
        this.holders = new Holders(state);
        this.publisher = new HistoryPublisher(state);
        this.rebuilder = new Rebuilder(state);
        this.stalledCommits = new StalledCommits(state.settings.stallLimit());
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "releve-keeper-" + state.context.resourceId());
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        Lease.Registration records = state.records.onChange(this::look);
        Lease.Registration request = state.records.rebuild(state.self).onChange(this::look);
        this.subscription = () -> {
            records.close();
            request.close();
        };
    }

    /** How the server stood when it was last looked at. */
    Standing standing() {
        return standing;
    }

    /** What people should know of the replicas of this primary; empty if all is well. */
    Optional<String> concern() {
        return holders.concern();
    }

    /** Whether this primary's commits wait for good although replicas have them: another one must take over. */
    boolean isStuck() {
        return holders.isStuck();
    }

    /** Why this primary's commits stand still, after the server's name; empty if they do not. */
    Optional<String> stall() {
        return stall;
    }

    /** How far the copying of the primary's data has got; empty while nothing is copied. */
    Optional<String> rebuilding() {
        return rebuilder.progress();
    }

    /** Looks soon, unless that is about to happen anyway. */
    void look() {
        schedule(Duration.ZERO);
    }

    private synchronized void schedule(Duration delay) {
        boolean now = delay.isZero();
        if (closed || (pending && now)) {
            return;
        }
        pending |= now;
        try {
            // The task handles its own failures.
            var unused = executor.schedule(() -> run(now), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the keeper of {} has ended", state.self);
        }
    }

    private @Nullable Object next;

    private void run(boolean asked) {
        Object mine = new Object();
        synchronized (this) {
            if (asked) {
                pending = false;
            }
            next = mine;
        }
        Duration pause = UNSETTLED;
        try {
            pause = lookOnce();
            refused = "";
        } catch (SQLException e) {
            tell(e);
        } catch (SharedRecordException e) {
            LOG.info("{}: {}", state.self, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: looking after it failed", state.self, e);
        }
        again(mine, pause);
    }

    /** A server that is gone is told of by the monitor; one that refuses what it is asked for would go on refusing it in silence. */
    private void tell(SQLException e) {
        String text = String.valueOf(e.getMessage());
        if (SqlErrors.isOfConnection(e)) {
            LOG.debug("{} does not answer: {}", state.self, text);
        } else if (!text.equals(refused)) {
            refused = text;
            LOG.warn("looking after {}: {} (error {}); it is tried again", state.self, text, e.getErrorCode());
        }
    }

    /** One timer only: whoever ran last says when to look again. */
    private synchronized void again(Object mine, Duration pause) {
        if (closed) {
            return;
        }
        try {
            var unused = executor.schedule(
                    () -> {
                        boolean current;
                        synchronized (this) {
                            current = next == mine;
                        }
                        if (current) {
                            run(false);
                        }
                    },
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the keeper of {} has ended", state.self);
        }
    }

    private Duration lookOnce() throws SQLException {
        Mode mode = state.mode();
        if (mode == Mode.PROMOTING || mode == Mode.CLOSING) {
            return UNSETTLED;
        }
        boolean open = mode == Mode.PRIMARY && state.background.ask(LOCAL_LIMIT, ReplicationLink::isWritable);
        stall = stalledCommits(open);
        Duration pause;
        Standing.Seen seen;
        Optional<String> rebuild = open ? Optional.empty() : rebuilder.look(follower);
        if (rebuild.isPresent()) {
            publish(new Standing(Standing.NEVER, rebuild.get(), false));
            rebuilder.run();
            // What was known of its former data means nothing any more.
            follower = new Follower(state);
            return UNSETTLED;
        }
        if (open) {
            holders.keep();
            publisher.publish();
            seen = new Standing.Seen(true, Optional.empty(), Optional.empty(), true, true);
            pause = state.settings.durability().isSync() ? AS_PRIMARY : HistoryPublisher.INTERVAL;
        } else {
            boolean follows = follower.follow();
            seen = seen();
            pause = follows ? SETTLED : UNSETTLED;
        }
        if (!open) {
            state.prepareForPromotion(PEER_LIMIT);
        }
        if (!open && (!follower.primaryAnswers() || LossCheck.appliesTo(state))) {
            Optional<String> refusal = refusal();
            if (refusal.isPresent()) {
                publish(new Standing(Standing.NEVER, refusal.get(), false));
                return pause;
            }
        }
        Standing now = Standing.of(
                state.self, seen, state.records.primary(), state.records.promotable(), state.settings.durability());
        publish(state.records.isWanted(state.self.node()) ? now.wanted() : now);
        return pause;
    }

    private Optional<String> stalledCommits(boolean open) throws SQLException {
        Map<Long, Long> committing =
                open ? state.background.ask(LOCAL_LIMIT, link -> link.sessions().committing()) : Map.of();
        return stalledCommits.look(committing, usableSpace(), System.nanoTime());
    }

    private long usableSpace() {
        try {
            return Files.getFileStore(state.supervisor.data()).getUsableSpace();
        } catch (IOException e) {
            LOG.debug("the space left for {} is not known: {}", state.self, e.getMessage());
            return Long.MAX_VALUE;
        }
    }

    private Standing.Seen seen() throws SQLException {
        boolean allHeard = true;
        boolean ahead = true;
        if (state.records.primary().isEmpty()) {
            for (ServerSession peer : state.peers()) {
                try {
                    GtidSet theirs = peer.ask(PEER_LIMIT, ReplicationLink::executed);
                    ahead &= state.background
                            .ask(LOCAL_LIMIT, ReplicationLink::executed)
                            .contains(theirs);
                } catch (SQLException e) {
                    allHeard = false;
                }
            }
        }
        return new Standing.Seen(
                false, state.background.ask(LOCAL_LIMIT, ReplicationLink::status), follower.errant(), allHeard, ahead);
    }

    /** Why a promotion without the primary would be refused: nobody should try, and fail. */
    private Optional<String> refusal() throws SQLException {
        List<Report> reports = new ArrayList<>();
        reports.add(state.background.ask(
                LOCAL_LIMIT,
                link -> new Report(state.self, link.received(), link.semiSync().isAcknowledging(), true)));
        for (ServerSession peer : state.peers()) {
            if (follower.primaryAnswers()
                    && state.records
                            .primary()
                            .filter(record -> record.names(peer.server()))
                            .isPresent()) {
                continue;
            }
            try {
                reports.add(peer.ask(
                        PEER_LIMIT,
                        link -> new Report(
                                peer.server(),
                                link.received(),
                                link.semiSync().isAcknowledging(),
                                !link.isWritable())));
            } catch (SQLException e) {
                LOG.debug("{} does not answer: {}", peer.server(), e.getMessage());
            }
        }
        if (!state.settings.durability().isSync()) {
            return LossCheck.known(state).refusal(reports);
        }
        PromotionDecision decision =
                PromotionDecision.decide(state.self, reports, state.records.primary(), state.records.promotable());
        return decision instanceof PromotionDecision.Refuse refuse ? Optional.of(refuse.text()) : Optional.empty();
    }

    /** The server cannot be promoted now: its score says so from here on. */
    void standBack(String why) {
        Standing never = new Standing(Standing.NEVER, why, false);
        synchronized (this) {
            standingBack = new StandingBack(never, System.nanoTime());
        }
        publish(never);
    }

    private synchronized Standing limited(Standing now) {
        StandingBack back = standingBack;
        if (back == null || now.score() == Standing.PRIMARY) {
            return now;
        }
        if (System.nanoTime() - back.since() < STANDING_BACK.toNanos()) {
            return back.standing();
        }
        standingBack = null;
        return now;
    }

    private void publish(Standing found) {
        Standing now = limited(found);
        if (!now.text().equals(standing.text())) {
            LOG.info("{} {}", state.self, now.text());
        }
        standing = now;
        synchronized (this) {
            if (!closed) {
                state.context.setNodeAttribute(
                        state.attribute("master"),
                        Optional.of(now.score() <= Standing.NEVER ? "-INFINITY" : Integer.toString(now.score())));
            }
        }
    }

    /** Ends it; nothing is published any more when this returns. */
    @Override
    public void close() {
        subscription.close();
        synchronized (this) {
            closed = true;
        }
        boolean rebuilding = rebuilding().isPresent();
        executor.shutdownNow();
        rebuilder.close();
        if (rebuilding) {
            awaitEnd();
        }
    }

    /** What is being rebuilt may be about to start its server. */
    private void awaitEnd() {
        try {
            if (!executor.awaitTermination(LOCAL_LIMIT.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("rebuilding {} could not be ended at once", state.self);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
