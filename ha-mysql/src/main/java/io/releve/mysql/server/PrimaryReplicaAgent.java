package io.releve.mysql.server;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.SharedRecordException;
import io.releve.agent.Tether;
import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ServerState.Mode;
import io.releve.mysql.server.Supervisor.StartFailed;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one MySQL or MariaDB server of a primary and its replicas, as an instance of a promotable clone.
 *
 * <p>A server starts closed to writes and follows the primary of the cluster's record. Only a promotion opens it, and only
 * while it holds the node's lease, which the server itself watches. The promotion score says whether it has everything that
 * was acknowledged.
 */
final class PrimaryReplicaAgent implements ResourceAgent {

    private static final Logger LOG = LoggerFactory.getLogger(PrimaryReplicaAgent.class);

    private static final Duration RECORD_LIMIT = Duration.ofSeconds(5);
    private static final Duration GUARD_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLOSING_LIMIT = Duration.ofSeconds(3);

    /** A server that has not answered the agent's own, open session by then does not answer anybody. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    /** The same for one that has just let a monitor wait for so long. */
    private static final Duration SECOND_LIMIT = Duration.ofMillis(200);

    private static final Duration JUST_NOW = Duration.ofSeconds(5);

    private final AgentSettings settings;
    private final AgentContext context;
    private final InstanceFiles files;
    private final Supervisor supervisor;
    private final MySqlServer self;
    private final ServerState state;
    private @Nullable RunningServer attached;
    private @Nullable Keeper keeper;
    private volatile boolean stopping;
    private volatile @Nullable Long silentAt;

    PrimaryReplicaAgent(AgentSettings settings, AgentContext context) {
        this.settings = settings;
        this.context = context;
        this.files = settings.files();
        this.self = settings.servers()
                .onNode(context.nodeName())
                .orElseThrow(() -> new InvalidConfigurationException(List.of(new ConfigProblem(
                        "servers",
                        "no server is on node " + context.nodeName() + "; the servers are " + settings.servers()))));
        this.state = new ServerState(settings, context, self);
        this.supervisor = state.supervisor;
        settings.control().ifPresent(control -> control.attach(state.records, settings.servers()));
    }

    @Override
    public List<String> validate() {
        try {
            return supervisor.problems().stream().map(Outcome::reason).toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("interrupted while looking at what server " + self + " needs on this node");
        }
    }

    // --- start and stop ------------------------------------------------------------------------------------------

    @Override
    public Outcome start(OperationContext operation) throws IOException, InterruptedException {
        stopping = false;
        Optional<RunningServer> running = supervisor.find();
        try {
            if (running.isPresent()) {
                supervisor.awaitReady(running.get(), operation);
                attach(running.get());
                return Outcome.ok();
            }
            RunningServer started = supervisor.start(operation, rejoins());
            state.accountsOpen(true);
            state.mayHoldUnacknowledged(false);
            state.become(Mode.REPLICA);
            if (settings.durability().isSync()) {
                // Whose acknowledgements count decides the primary.
                state.local.ask(GUARD_LIMIT, link -> {
                    link.semiSync().acknowledge(false);
                    link.prepareForSilentSource();
                    return true;
                });
            }
            state.lease.install(GUARD_LIMIT);
            attach(started);
            return Outcome.ok();
        } catch (StartFailed e) {
            return e.outcome();
        } catch (SQLException e) {
            return Outcome.failed(SqlErrors.explain(e, settings.administrator().user(), self));
        }
    }

    /** Whether another server is open as the primary, and so has everything that this one ever acknowledged. */
    private boolean rejoins() {
        try {
            return settings.durability().isSync()
                    && state.records
                            .readPrimary(RECORD_LIMIT)
                            .value()
                            .filter(record -> record.state() == PrimaryRecord.State.OPEN && !record.names(self))
                            .isPresent();
        } catch (SharedRecordException e) {
            LOG.warn("{} starts without knowing who the primary is: {}", self, e.getMessage());
            return false;
        }
    }

    /** Takes a running server on, once: sees its end, and looks after it. */
    private Keeper attach(RunningServer running) {
        Keeper known = keeper;
        if (known != null && attached != null && attached.isSameLife(running)) {
            if (!attached.equals(running)) {
                attached = running;
                watch(running);
            }
            return known;
        }
        detach();
        Keeper fresh = new Keeper(state);
        keeper = fresh;
        attached = running;
        fresh.look();
        watch(running);
        return fresh;
    }

    private void watch(RunningServer running) {
        var unused = running.onExit().thenRun(() -> {
            if (!stopping) {
                context.monitorNow("server " + self + " (" + running + ") ended");
            }
        });
    }

    private void detach() {
        Keeper known = keeper;
        keeper = null;
        attached = null;
        if (known != null) {
            known.close();
        }
        state.local.close();
        state.background.close();
    }

    @Override
    public Outcome stop(OperationContext operation) throws IOException, InterruptedException {
        stopping = true;
        // In this order: what is being rebuilt may start its server.
        detach();
        Optional<RunningServer> running = supervisor.find();
        boolean open = state.mode() != Mode.REPLICA;
        state.become(Mode.REPLICA);
        context.setNodeAttribute(state.attribute("master"), Optional.empty());
        try {
            if (running.isEmpty()) {
                state.lease.releaseSoon();
                return Outcome.ok();
            }
            // An orderly end would make lasting what waits for an acknowledgement, and the log no longer a crashed one.
            boolean atOnce = settings.durability().isSync() && (open || state.mayHoldUnacknowledged());
            if (open && !atOnce) {
                Duration share = shorter(CLOSING_LIMIT, operation.remaining().dividedBy(4));
                LOG.info(
                        "{}",
                        SqlFencing.close(
                                settings.administratorLogin(self, share), share, SqlFencing.Sessions.OF_OTHERS));
            }
            Outcome outcome = running.get().end(self, atOnce, operation.remaining());
            state.lease.release(CLOSING_LIMIT);
            return outcome;
        } finally {
            files.removeInit();
        }
    }

    /**
     * A replica runs on: it takes no writes, and the others need what it has and its acknowledgements. What was the primary
     * is stopped, so that its next start takes back what it acknowledged to nobody.
     */
    @Override
    public Outcome giveUp(OperationContext operation) throws IOException, InterruptedException {
        return state.mode() == Mode.REPLICA && !state.mayHoldUnacknowledged() ? Outcome.ok() : stop(operation);
    }

    /** The server closes itself when the lease ends, and what is closed harms nobody. */
    @Override
    public Tether tether() {
        return Tether.LEASE;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    // --- promote and demote --------------------------------------------------------------------------------------

    @Override
    public Outcome promote(OperationContext operation) throws IOException, InterruptedException {
        Timeline timeline = new Timeline();
        Optional<RunningServer> running = supervisor.find();
        if (running.isEmpty()) {
            return Outcome.notRunning("server " + self + " does not run");
        }
        Keeper keeping = attach(running.get());
        if (isRightfulPrimary()) {
            return Outcome.ok();
        }
        if (!state.conduct.tryLock(operation.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
            return Outcome.failed("server " + self + " was busy with its replication until the promotion's time-out");
        }
        timeline.mark("begun");
        try {
            Outcome outcome = new Promotion(state, operation, timeline).run();
            if (outcome.isSuccess()) {
                // With the result, not after it: else another server's score would be the greater for a moment.
                context.setNodeAttribute(state.attribute("master"), Optional.of(Integer.toString(Standing.PRIMARY)));
            } else if (outcome.code() == Outcome.Code.DECLINED) {
                keeping.standBack(outcome.reason());
            }
            return outcome;
        } finally {
            state.conduct.unlock();
            keeping.look();
        }
    }

    private boolean isRightfulPrimary() {
        try {
            return state.mode() == Mode.PRIMARY
                    && state.lease.isHeld()
                    && recordAllows()
                    && state.local.ask(CLOSING_LIMIT, ReplicationLink::isWritable);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Whether nobody else has been promoted since. */
    private boolean recordAllows() {
        return state.records
                .primary()
                .filter(record -> record.epoch() > state.epoch())
                .isEmpty();
    }

    @Override
    public Outcome demote(OperationContext operation) throws IOException, InterruptedException {
        Timeline timeline = new Timeline();
        Optional<RunningServer> running = supervisor.find();
        if (running.isEmpty()) {
            state.become(Mode.REPLICA);
            state.lease.releaseSoon();
            return Outcome.ok();
        }
        Keeper keeping = attach(running.get());
        if (!state.conduct.tryLock(operation.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
            return Outcome.failed("server " + self + " was busy with its replication until the demotion's time-out");
        }
        timeline.mark("begun");
        try {
            Optional<SQLException> silence = silence(operation);
            timeline.mark("answers");
            if (silence.filter(SqlErrors::isSaturated).isPresent()) {
                return Outcome.failed(SqlErrors.explain(
                        silence.get(), settings.administrator().user(), self));
            }
            // What does not answer cannot be closed, and closing what does not get on with its commits would wait for
            // them.
            Optional<String> hopeless =
                    silence.map(e -> "does not answer (" + e.getMessage() + ")").or(keeping::stall);
            return hopeless.isPresent()
                    ? cutOff(running.get(), operation, hopeless.get())
                    : new Demotion(state, operation, timeline).run();
        } finally {
            state.conduct.unlock();
            keeping.look();
        }
    }

    private Optional<SQLException> silence(OperationContext operation) {
        try {
            Long silent = silentAt;
            boolean again = silent != null && System.nanoTime() - silent < JUST_NOW.toNanos();
            Duration limit = again ? SECOND_LIMIT : ANSWER_LIMIT;
            state.local.ask(shorter(limit, operation.remaining().dividedBy(2)), ReplicationLink::isWritable);
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e);
        }
    }

    /**
     * What is frozen may thaw. A demotion that ends the server has succeeded: what depends on it need not wait, and what runs
     * nowhere is found by the next operation.
     */
    private Outcome cutOff(RunningServer running, OperationContext operation, String why) throws InterruptedException {
        LOG.warn("{} is to be demoted and {}: {} is cut off", self, why, running);
        stopping = !(running instanceof AttachedServer);
        Outcome outcome = running.cutOff(self, operation.remaining());
        state.become(Mode.REPLICA);
        state.lease.release(CLOSING_LIMIT);
        return outcome;
    }

    // --- monitor -------------------------------------------------------------------------------------------------

    @Override
    public Outcome monitor(OperationContext operation) throws IOException, InterruptedException {
        Optional<String> rebuilding = Optional.ofNullable(keeper).flatMap(Keeper::rebuilding);
        if (rebuilding.isPresent()) {
            // Its process may end and come back meanwhile.
            return new Outcome(Outcome.Code.DEGRADED, "server " + self + " " + rebuilding.get());
        }
        Optional<RunningServer> running = supervisor.find();
        if (running.isEmpty()) {
            return notRunning();
        }
        Keeper keeping = attach(running.get());
        try {
            boolean writable = state.local.ask(
                    shorter(ANSWER_LIMIT, operation.remaining().multipliedBy(4).dividedBy(5)),
                    ReplicationLink::isWritable);
            silentAt = null;
            return state.mode() == Mode.PRIMARY
                    ? primary(operation, writable, keeping)
                    : replica(operation, writable, keeping);
        } catch (SQLException e) {
            if (running.get().hasEnded()) {
                return supervisor.find().isEmpty() ? notRunning() : Outcome.failed("server " + self + " was restarted");
            }
            String reason = SqlErrors.explain(e, settings.administrator().user(), self);
            if (!SqlErrors.isSaturated(e)) {
                silentAt = System.nanoTime();
            }
            return SqlErrors.isSaturated(e) ? new Outcome(Outcome.Code.DEGRADED, reason) : Outcome.failed(reason);
        }
    }

    private Outcome notRunning() {
        boolean expected = keeper != null;
        detach();
        state.become(Mode.REPLICA);
        return Outcome.notRunning("server " + self + " " + supervisor.absence(expected));
    }

    private Outcome primary(OperationContext operation, boolean writable, Keeper keeping) {
        if (!recordAllows()) {
            close(operation);
            return Outcome.failed("server " + self + " was promoted in epoch " + state.epoch() + ", and since then "
                    + state.records.primary().map(PrimaryRecord::toString).orElse("another")
                    + " was: this one is closed to writes now");
        }
        if (!writable && reopenedAfterClockStep(operation)) {
            keeping.look();
            return new Outcome(
                    Outcome.Code.DEGRADED_PROMOTED,
                    "server " + self
                            + " closed itself because its wall clock was set forward past the end of its lease, and"
                            + " is open again: the lease ran on. Have the clock slewed instead");
        }
        if (!writable) {
            state.become(Mode.REPLICA);
            state.lease.release(CLOSING_LIMIT);
            return Outcome.failed("server " + self + " is closed to writes although it is the primary: its lease ended"
                    + " for a moment, or somebody set read_only");
        }
        if (state.lease.isOverdue()) {
            return Outcome.failed(
                    "server " + self + " is open although the lease has ended that it was told of, and could"
                            + " not be told of a new one: nothing in it would close it if this node were lost. See its error log");
        }
        Optional<String> stall = keeping.stall();
        if (stall.isPresent() && anotherMayTakeOver(operation)) {
            return Outcome.failed("server " + self + " " + stall.get());
        }
        if (keeping.isStuck()) {
            return Outcome.failed("commits of server " + self + " wait for acknowledgements that were lost, and nothing"
                    + " its replicas do ends that; they have everything, and one of them can take over");
        }
        return stall.or(keeping::concern)
                .map(text -> new Outcome(Outcome.Code.DEGRADED_PROMOTED, "server " + self + " " + text))
                .orElseGet(Outcome::runningPromoted);
    }

    private boolean reopenedAfterClockStep(OperationContext operation) {
        Duration limit = shorter(CLOSING_LIMIT, operation.remaining().dividedBy(2));
        try {
            if (!state.conduct.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            try {
                return state.mode() == Mode.PRIMARY && recordAllows() && state.lease.reopenAfterClockStep(limit);
            } finally {
                state.conduct.unlock();
            }
        } catch (SQLException e) {
            LOG.warn("{} is closed and could not be opened again: {}", self, e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean anotherMayTakeOver(OperationContext operation) {
        return operation.onlineNodes().entrySet().stream()
                .filter(node -> !node.getKey().equals(self.node()))
                .map(node -> node.getValue().getOrDefault(state.attribute("master"), "-INFINITY"))
                .anyMatch(score -> !score.equals("-INFINITY"));
    }

    private Outcome replica(OperationContext operation, boolean writable, Keeper keeping) {
        if (writable) {
            close(operation);
        }
        keeping.look();
        Standing standing = keeping.standing();
        return standing.well()
                ? Outcome.ok()
                : new Outcome(Outcome.Code.DEGRADED, "server " + self + " " + standing.text());
    }

    /** Open without being the primary: left over from another life of this JVM, or somebody's doing. */
    private void close(OperationContext operation) {
        state.become(Mode.REPLICA);
        Duration share = operation.remaining().dividedBy(2);
        SqlFencing.Report report =
                SqlFencing.close(settings.administratorLogin(self, share), share, SqlFencing.Sessions.OF_OTHERS);
        LOG.warn("{} was open to writes and is not the primary: {}", self, report);
        state.lease.release(CLOSING_LIMIT);
    }

    @Override
    public void close() {
        stopping = true;
        detach();
        state.close();
    }
}
