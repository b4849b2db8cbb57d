package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.RebuildDecision.Begin;
import io.releve.mysql.server.RebuildDecision.StepBack;
import io.releve.mysql.server.RebuildDecision.Wait;
import io.releve.mysql.server.ServerState.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the data of a server that cannot follow any more by a copy of the primary's. What only this server has is reported
 * and kept before anything is touched. From the moment that its data is of no worth until the copy is complete a file says so,
 * through all restarts: meanwhile it follows nobody, and nothing that it says counts.
 *
 * <p>Used by the keeper's thread; {@link #progress()} and {@link #close()} by any.
 */
final class Rebuilder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration PEER_LIMIT = Duration.ofMillis(500);

    /** A copy takes as long as it takes; a dead link is noticed by TCP's keep-alive. */
    private static final Duration COPY_LIMIT = Duration.ofDays(7);

    /** A copy that failed is tried again, not at once. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final ServerState state;
    private final MySqlServer self;
    private final InstanceFiles files;
    private Optional<Begin> due = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private long failedAt;
    private String told = "";
    private volatile @Nullable String step;
    private volatile @Nullable DataCopy copy;
    private volatile @Nullable Connection connection;
    private volatile boolean closed;

    Rebuilder(ServerState state) {
        this.state = state;
        this.self = state.self;
        this.files = state.settings.files();
    }

    /** How far a copy that is under way has got; empty while there is none. */
    Optional<String> progress() {
        String now = step;
        DataCopy running = copy;
        return now == null
                ? Optional.empty()
                : Optional.of(now
                        + Optional.ofNullable(running)
                                .flatMap(DataCopy::progress)
                                .map(text -> ": " + text)
                                .orElse(""));
    }

    /** What stands in the way of following, if the server is to be rebuilt; {@link #run()} comes next then. */
    Optional<String> look(Follower follower) throws SQLException {
        due = Optional.empty();
        boolean unfinished = Files.exists(files.unfinishedRebuild());
        boolean requested = RebuildRequest.isWanted(state.records.rebuild(self));
        boolean possible = unfinished || requested || state.settings.rebuild().unacknowledgedByItself();
        RebuildDecision decision = RebuildDecision.decide(
                self,
                new RebuildDecision.Seen(
                        requested,
                        unfinished,
                        follower.errant(),
                        state.background.ask(LIMIT, ReplicationLink::status),
                        possible && primaryAnswers()),
                state.settings.rebuild(),
                state.records.primary(),
                state.records.promotable(),
                state.settings.durability());
        if (decision instanceof Wait wait) {
            if (!wait.text().equals(told)) {
                LOG.info("{} {}", self, wait.text());
                told = wait.text();
            }
            // What is whole may go on as it is while it waits.
            return unfinished ? Optional.of(wait.text()) : Optional.empty();
        }
        told = "";
        if (decision instanceof StepBack back) {
            state.background.ask(LIMIT, link -> {
                link.semiSync().acknowledge(false);
                link.stopReceiver();
                return true;
            });
            return Optional.of(back.text());
        }
        if (!(decision instanceof Begin begin)) {
            failure = Optional.empty();
            return Optional.empty();
        }
        if (failure.isPresent() && System.nanoTime() - failedAt < PAUSE.toNanos()) {
            return failure;
        }
        due = Optional.of(begin);
        return Optional.of("is being rebuilt from " + begin.source().node() + " (" + begin.reason() + ")");
    }

    private boolean primaryAnswers() {
        Optional<MySqlServer> source =
                state.records.primary().map(PrimaryRecord::node).flatMap(state.settings.servers()::onNode);
        if (source.isEmpty() || source.get().equals(self)) {
            return true;
        }
        try {
            return state.peer(source.get()).ask(PEER_LIMIT, ReplicationLink::isWritable);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Carries out what {@link #look} found due. */
    void run() {
        if (due.isEmpty() || closed) {
            return;
        }
        Begin begin = due.get();
        due = Optional.empty();
        long begun = System.nanoTime();
        try {
            if (!state.conduct.tryLock(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            try {
                step = "is being rebuilt from " + begin.source().node() + " (" + begin.reason() + ")";
                rebuild(begin);
                failure = Optional.empty();
                LOG.info(
                        "{} has been rebuilt from {} in {} ms",
                        self,
                        begin.source().node(),
                        (System.nanoTime() - begun) / 1_000_000);
            } finally {
                step = null;
                copy = null;
                connection = null;
                state.conduct.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataCopy.Failed | SQLException | IOException e) {
            failedAt = System.nanoTime();
            failure = Optional.of("could not be rebuilt from " + begin.source().node() + ": " + e.getMessage()
                    + "; it is tried again every " + PAUSE.toSeconds() + " s");
            if (!closed) {
                LOG.error("{} {}", self, failure.get());
            }
        }
    }

    private void rebuild(Begin begin) throws SQLException, IOException, InterruptedException, DataCopy.Failed {
        if (state.mode() != Mode.REPLICA) {
            throw new DataCopy.Failed("it is " + state.mode() + " now");
        }
        MySqlServer source = state.settings
                .servers()
                .onNode(begin.source().node())
                .orElseThrow(() -> new DataCopy.Failed("no server is on node "
                        + begin.source().node() + "; the servers are " + state.settings.servers()));
        try (Connection own = state.settings
                .administratorLogin(self, COPY_LIMIT)
                .within(AgentSettings.CONNECT_LIMIT, COPY_LIMIT)
                .connect()) {
            connection = own;
            ReplicationLink link = new ReplicationLink(own);
            if (!link.lock(ServerState.REPLICATION_LOCK, PEER_LIMIT)) {
                throw new DataCopy.Failed("a promotion elsewhere is at work with it");
            }
            if (!state.records.readPrimary(LIMIT).value().equals(Optional.of(begin.source()))) {
                throw new DataCopy.Failed("another primary is being promoted");
            }
            if (!Files.exists(files.unfinishedRebuild())) {
                keepWhatOnlyThisOneHas(own, link, source, begin);
            }
            MySqlInstallation installation = installation();
            DataCopy copying = installation.version().flavor() == Flavor.MARIADB
                    ? new DumpCopy(state, installation)
                    : new CloneCopy(state, installation);
            copy = copying;
            InstanceFiles.write(files.unfinishedRebuild(), "since " + Instant.now() + " from " + source + "\n");
            if (link.status().isPresent()) {
                link.stop();
            }
            state.accountsOpen(false);
            copying.forgetHistory(own);
            if (closed) {
                throw new DataCopy.Failed("the agent has been stopped");
            }
            LOG.info("{} is being rebuilt from {}: {}", self, source, begin.reason());
            copying.copy(own, source);
        }
        Files.delete(files.unfinishedRebuild());
        RebuildRequest.done(state.records.rebuild(self), LIMIT);
    }

    private MySqlInstallation installation() throws DataCopy.Failed {
        try {
            return state.settings.program().get();
        } catch (IllegalArgumentException e) {
            throw new DataCopy.Failed(String.valueOf(e.getMessage()));
        }
    }

    private void keepWhatOnlyThisOneHas(Connection own, ReplicationLink link, MySqlServer source, Begin begin)
            throws SQLException, IOException, DataCopy.Failed {
        GtidSet executed = link.executed();
        GtidSet received = link.received();
        GtidSet theirs = state.peer(source).ask(LIMIT, ReplicationLink::executed);
        GtidSet unapplied = received.minus(executed).minus(theirs);
        if (!unapplied.isEmpty()) {
            if (!begin.asked()) {
                throw new DataCopy.Failed("it has received " + unapplied
                        + " and not applied it, and the primary lacks that;"
                        + " nobody but the operator may drop it: PrimaryControl.rebuild(\"" + self.node() + "\")");
            }
            LOG.warn("{} drops, on the operator's word, what it had received and not applied: {}", self, unapplied);
        }
        GtidSet errant = executed.minus(theirs);
        if (errant.isEmpty()) {
            return;
        }
        Path directory = files.errant(Instant.now());
        ErrantReport report =
                ErrantReport.make(self.toString(), own, gtid -> !theirs.contains(gtid), Optional.of(errant), directory);
        if (report.missing().isPresent() && !begin.asked()) {
            throw new DataCopy.Failed(report + ", see " + directory
                    + "; what was not found would be lost, so nobody but the operator may rebuild it:"
                    + " PrimaryControl.rebuild(\"" + self.node() + "\")");
        }
        LOG.warn("{} is going to be rebuilt and lose {}: {}; read {}", self, errant, report, directory);
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        closed = true;
        DataCopy running = copy;
        if (running != null) {
            running.close();
        }
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("closing the connection to {}: {}", self, e.toString());
            }
        }
    }
}
