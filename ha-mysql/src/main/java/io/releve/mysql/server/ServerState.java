package io.releve.mysql.server;

import io.releve.agent.AgentContext;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicationLink;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operations of one agent and its background work share: sessions, records, and what the server is to be.
 *
 * <p>Thread-safe.
 */
final class ServerState implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerState.class);

    /** In each server: whoever holds it, and nobody else, starts or changes its replication. */
    static final String REPLICATION_LOCK = "releve_replication";

    /** What the agent has the server be now. */
    enum Mode {
        /** Closed to writes; follows the primary if there is one. */
        REPLICA,
        /** A promotion is under way, or has failed half way: nobody but the next promotion or demotion touches it. */
        PROMOTING,
        /** Open to writes. */
        PRIMARY,
        /** A demotion is under way. */
        CLOSING
    }

    final AgentSettings settings;
    final AgentContext context;
    final MySqlServer self;
    final ClusterRecords records;

    /** Who has the server run. */
    final Supervisor supervisor;

    /** Of the operations. */
    final ServerSession local;

    /** Of the background work. */
    final ServerSession background;

    /** For a promotion's first write, which may wait for good. */
    private ServerSession writer;

    /** The node's lease, in the server. */
    final ServerLease lease;

    /** Who may change the server's replication or its mode. */
    final ReentrantLock conduct = new ReentrantLock(true);

    /** Kept for promotions, so that nobody waits for a connection then. */
    private final List<ServerSession> peers = new ArrayList<>();

    private final ExecutorService threads;
    private volatile Mode mode = Mode.REPLICA;
    private volatile long epoch;
    private volatile long openedAt;

    /** Whether all replicas' accounts are surely open on this server. */
    private volatile boolean accountsOpen;

    /** Whether the server may have written something that nobody has acknowledged and that the next primary lacks. */
    private volatile boolean unacknowledged;

    ServerState(AgentSettings settings, AgentContext context, MySqlServer self) {
        this.settings = settings;
        this.context = context;
        this.self = self;
        this.records = new ClusterRecords(context);
        this.supervisor = Supervisor.of(settings, self);
        this.local = new ServerSession(self, limit -> settings.administratorLogin(self, limit));
        this.background = new ServerSession(self, limit -> settings.administratorLogin(self, limit));
        this.writer = new ServerSession(self, limit -> settings.administratorLogin(self, limit));
        for (MySqlServer peer : settings.servers().peersOf(self.node())) {
            peers.add(new ServerSession(peer, limit -> settings.administratorLoginAt(peer, limit)));
        }
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(16, 16, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "releve-" + context.resourceId() + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
        this.lease = new ServerLease(
                context.resourceId(),
                settings.administratorLogin(self, Duration.ofSeconds(2)),
                context.lease(),
                new ServerLease.Listener() {
                    @Override
                    public void closed(String reason) {
                        context.monitorNow(reason);
                    }

                    @Override
                    public void unguarded(String reason) {
                        context.monitorNow(reason);
                    }
                });
    }

    List<ServerSession> peers() {
        return peers;
    }

    ServerSession peer(MySqlServer server) {
        return peers.stream()
                .filter(session -> session.server().equals(server))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(server + " is no peer of " + self));
    }

    /** A session with this server that is open if there was time to; the caller closes it. */
    synchronized ServerSession takeWriter() {
        ServerSession taken = writer;
        writer = new ServerSession(self, limit -> settings.administratorLogin(self, limit));
        return taken;
    }

    private synchronized ServerSession writer() {
        return writer;
    }

    /** Opens, and keeps open, what a promotion needs: nobody is to wait for a connection then. */
    void prepareForPromotion(Duration limit) {
        lease.prepare(limit);
        keepOpen(writer(), limit);
        peers.forEach(peer -> keepOpen(peer, limit));
    }

    private void keepOpen(ServerSession session, Duration limit) {
        threads.execute(() -> {
            try {
                session.ask(limit, ReplicationLink::isWritable);
            } catch (SQLException e) {
                LOG.debug("{} does not answer: {}", session.server(), e.getMessage());
            }
        });
    }

    /** For what is to happen side by side; tasks end by their own limits. */
    ExecutorService threads() {
        return threads;
    }

    Mode mode() {
        return mode;
    }

    /** The epoch in which this server was opened; meaningful while it is the primary. */
    long epoch() {
        return epoch;
    }

    void become(Mode next) {
        mode = next;
    }

    void becomePrimary(long inEpoch) {
        epoch = inEpoch;
        openedAt = System.nanoTime();
        mode = Mode.PRIMARY;
    }

    Duration sinceOpening() {
        return Duration.ofNanos(System.nanoTime() - openedAt);
    }

    boolean accountsOpen() {
        return accountsOpen;
    }

    /**
     * Whether the server may hold what nobody has acknowledged: it was opened, and neither closed in good order nor started
     * anew since.
     */
    boolean mayHoldUnacknowledged() {
        return unacknowledged;
    }

    void mayHoldUnacknowledged(boolean may) {
        unacknowledged = may;
    }

    void accountsOpen(boolean open) {
        accountsOpen = open;
    }

    /** The node attribute of this resource for something. */
    String attribute(String what) {
        return what + "-" + context.resourceId();
    }

    @Override
    public void close() {
        supervisor.close();
        lease.close();
        threads.shutdownNow();
        local.close();
        background.close();
        writer().close();
        peers.forEach(ServerSession::close);
    }
}
