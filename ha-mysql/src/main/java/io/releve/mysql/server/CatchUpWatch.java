package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.CatchUp.Decision;
import io.releve.mysql.server.CatchUp.PeerView;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one server from its start until it has caught up and replicates, on a thread of its own, and says so once. What
 * it waits for is the server's own wait for transactions; only a peer that does not answer is asked again, once a second,
 * because nothing tells when it is back.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
final class CatchUpWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CatchUpWatch.class);

    private static final Duration STEP = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    private static final Duration PEER_LIMIT = Duration.ofMillis(500);

    /** Who has all that its peers had so lately has caught up. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final AgentSettings settings;
    private final MySqlServer self;
    private final Consumer<Boolean> publish;
    private final ReplicationKeeper keeper;
    private final ScheduledThreadPoolExecutor executor;

    private volatile Decision decision = new Decision.Waiting("has just started");
    private volatile Set<String> left;
    private volatile Set<String> caughtUpNodes = Set.of();
    private volatile boolean closed;
    private boolean pending;

    /**
     * A watch that begins at once.
     *
     * @param left nodes that had left before this server stopped
     * @param publish told true when the server has caught up, false when that is no longer so
     */
    CatchUpWatch(AgentSettings settings, MySqlServer self, String name, Set<String> left, Consumer<Boolean> publish) {
        this.settings = settings;
        this.self = self;
        this.left = left;
        this.publish = publish;
        this.keeper = new ReplicationKeeper(settings, self);
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "releve-catch-up-" + name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** What is known now. */
    Decision decision() {
        return decision;
    }

    boolean isReady() {
        return decision instanceof Decision.Ready;
    }

    /** Tells what the cluster and the instance's own memory know of the peers. */
    void know(Set<String> leftNodes, Set<String> caughtUp) {
        left = leftNodes;
        caughtUpNodes = caughtUp;
    }

    /** Looks again soon, unless that is about to happen anyway. */
    synchronized void look() {
        schedule(Duration.ZERO);
    }

    /** The server's replication is broken: it has not caught up, whatever was known. */
    synchronized void broken(String reason) {
        if (!closed) {
            decision = new Decision.Unreachable(reason);
            publish.accept(false);
        }
    }

    private synchronized void schedule(Duration delay) {
        if (closed || pending) {
            return;
        }
        pending = true;
        try {
            // The task handles its own failures.
            var unused = executor.schedule(this::run, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the watch of {} has ended", self);
        }
    }

    private void run() {
        synchronized (this) {
            pending = false;
        }
        Duration pause = ASK_AGAIN;
        try {
            pause = evaluate();
        } catch (SQLException e) {
            decide(new Decision.Waiting(
                    SqlErrors.explain(e, settings.administrator().user(), self)));
        } catch (RuntimeException e) {
            LOG.error("{}: looking whether it has caught up failed", self, e);
        }
        if (!pause.isNegative()) {
            schedule(pause);
        }
    }

    /** One look; returns the pause before the next one, negative if there need not be one. */
    private Duration evaluate() throws SQLException {
        try (Connection connection =
                settings.administratorLogin(self, STEP.plusSeconds(5)).connect()) {
            ReplicationLink link = new ReplicationLink(connection);
            long asked = System.nanoTime();
            List<PeerView> peers = askPeers();
            boolean replicates = keeper.keep(link, peers, caughtUpNodes);
            Decision now = judge(link, peers);
            if (now instanceof Decision.Behind behind) {
                decide(now);
                if (!link.await(behind.missing(), STEP)) {
                    return ASK_AGAIN;
                }
                if (System.nanoTime() - asked > FRESH.toNanos()) {
                    return Duration.ZERO;
                }
                // What peers write from there on comes as what they write later; else a busy ring had never caught up.
                now = judge(link, peers);
            }
            decide(now);
            return now instanceof Decision.Ready && replicates ? Duration.ofMillis(-1) : ASK_AGAIN;
        }
    }

    private Decision judge(ReplicationLink link, List<PeerView> peers) throws SQLException {
        return CatchUp.decide(
                link.executed(),
                peers,
                missing -> link.dialect().unreceivable(missing, self),
                new CatchUp.Knowledge(left, caughtUpNodes, link.isDrained(), operatorsWord()));
    }

    private List<PeerView> askPeers() {
        List<PeerView> views = new ArrayList<>();
        for (MySqlServer peer : settings.servers().peersOf(self.node())) {
            try (Connection connection = settings.peerLogin(peer, PEER_LIMIT).connect()) {
                views.add(new PeerView.Heard(peer, executed(connection)));
            } catch (SQLException e) {
                views.add(new PeerView.Silent(
                        peer,
                        e.getErrorCode() == SqlErrors.ACCESS_DENIED
                                ? "refuses the replication account "
                                        + settings.replication().user()
                                : "does not answer"));
            }
        }
        return views;
    }

    private static GtidSet executed(Connection peer) throws SQLException {
        return ReplicationLink.executed(peer);
    }

    private boolean operatorsWord() {
        return Files.exists(settings.files().serveAlone());
    }

    private synchronized void decide(Decision now) {
        if (closed) {
            return;
        }
        boolean furtherBehind = now instanceof Decision.Behind && decision instanceof Decision.Behind;
        if (!furtherBehind && !now.text().equals(decision.text())) {
            LOG.info("{} {}", self, now.text());
        }
        decision = now;
        if (now instanceof Decision.Ready) {
            publish.accept(true);
            forgetOperatorsWord();
        }
    }

    /** It was meant for this time only. */
    private void forgetOperatorsWord() {
        try {
            Files.deleteIfExists(settings.files().serveAlone());
        } catch (IOException e) {
            LOG.warn("{}: {} cannot be removed: {}", self, settings.files().serveAlone(), e.toString());
        }
    }

    /** Ends the watch; nothing is published any more when this returns. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        executor.shutdownNow();
    }
}
