package io.releve.coordination.zookeeper;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Document;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Reign;
import io.releve.coordination.View;
import io.releve.runtime.ThreadedEventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared memory in ZooKeeper.
 *
 * <p>One thread of its own does everything: it sends the requests, takes in answers and notifications, delivers views and
 * completes stages. Curator and ZooKeeper only post to it, as their listeners are called inside locks.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public final class ZooKeeperCoordinator implements Coordinator {

    private static final Logger log = LoggerFactory.getLogger(ZooKeeperCoordinator.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final ZooKeeperSettings settings;
    private final Layout layout;
    private final ThreadedEventLoop loop;
    private final CuratorFramework client;
    private final Requests requests;
    private final Mirror mirror;
    private final Documents documents;
    private final Membership membership;
    private final Election election;
    private final CompletableFuture<Void> firstContact = new CompletableFuture<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    // All below belongs to the loop.
    private Consumer<View> onView = view -> {};
    private View delivered = View.unknown();
    /** Whether the mirror is complete, so that views may be made of it. */
    private boolean inTouch;

    private boolean deliveryPosted;
    private @Nullable String lastRefusal;
    private long session;
    /** Counts the connections, so that a refreshment that belongs to an earlier one is given up. */
    private long connection;

    /**
     * A coordinator that does nothing yet.
     *
     * @param settings how to reach ZooKeeper
     */
    public ZooKeeperCoordinator(ZooKeeperSettings settings) {
        this(settings, ServerList::isOnThisHost);
    }

    ZooKeeperCoordinator(ZooKeeperSettings settings, Predicate<InetSocketAddress> isLocal) {
        this.settings = settings;
        this.layout = new Layout(settings.root());
        this.loop = ThreadedEventLoop.daemon("releve-coordination");
        this.client = CuratorClient.of(settings, isLocal);
        this.requests =
                new Requests(client.getZookeeperClient(), loop, settings.sessionTimeout(), CuratorClient.acl(settings));
        this.mirror = new Mirror(layout, requests, loop, this::changed, this::refresh);
        this.documents = new Documents(layout, requests, mirror, settings.documentLimit());
        this.membership = new Membership(layout, requests, mirror, documents, settings.toString());
        this.election = new Election(client, layout, requests, mirror, membership, documents, this::changed);
    }

    @Override
    public CompletionStage<Void> start(Consumer<View> listener) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("The coordinator of " + settings + " has been started already.");
        }
        loop.execute(() -> {
            onView = listener;
            client.getConnectionStateListenable().addListener((curator, state) -> stateChanged(state), loop);
            client.start();
            log.info("Connecting to {}.", settings);
        });
        return firstContact.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Void> join(MemberInfo member, Optional<String> replaces) {
        return write(() -> {
            if (membership.own() != null && !member.equals(membership.own())) {
                election.withdraw();
            }
            requests.beImpatientAfter(member.lease().dividedBy(2));
            return membership.join(member, replaces);
        });
    }

    @Override
    public CompletionStage<Void> renew() {
        // Not made to wait until a view shows it: the sooner it is known, the longer the lease is.
        return onLoop(membership::renew);
    }

    @Override
    public CompletionStage<Void> leave() {
        return write(() -> {
            election.withdraw();
            return membership.leave();
        });
    }

    @Override
    public CompletionStage<Void> writeReport(String text) {
        return write(() -> membership.writeReport(text));
    }

    @Override
    public CompletionStage<Void> writeRecord(String key, String text, int expectedVersion) {
        return write(() -> membership.writeRecord(key, text, expectedVersion));
    }

    @Override
    public CompletionStage<Optional<Document>> readRecord(String key) {
        return onLoop(() -> documents.readRecord(key));
    }

    @Override
    public CompletionStage<Void> writeConfig(String text, int expectedVersion) {
        return write(() -> documents.writeConfig(text, expectedVersion));
    }

    @Override
    public void campaign() {
        loop.execute(election::campaign);
    }

    @Override
    public CompletionStage<Void> writePlan(Reign reign, String text) {
        return write(() -> election.writePlan(reign, text));
    }

    @Override
    public CompletionStage<Void> evict(Member member) {
        return write(() -> membership.evict(member));
    }

    @Override
    public CompletionStage<Void> endLife(Reign reign, MemberInfo life, String key, String text, int expectedVersion) {
        return write(() -> election.endLife(reign, life, key, text, expectedVersion));
    }

    /** Closes the connection; waits up to 6 seconds for ZooKeeper's answer. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        loop.execute(() -> {
            onView = view -> {};
            inTouch = false;
            requests.close();
            if (started.get()) {
                client.close();
            }
        });
        loop.close();
    }

    /** Where the cluster is, for messages. */
    @Override
    public String toString() {
        return settings.toString();
    }

    private void stateChanged(ConnectionState state) {
        switch (state) {
            case CONNECTED, RECONNECTED -> connected();
            case SUSPENDED, READ_ONLY -> outOfTouch(View.Connection.SUSPENDED);
            case LOST -> outOfTouch(View.Connection.LOST);
        }
    }

    private void connected() {
        long now = requests.session();
        if (session != 0 && now != session && delivered.connection() != View.Connection.LOST) {
            outOfTouch(View.Connection.LOST); // an expiry that was not announced by itself
        }
        if (now != session) {
            session = now;
            log.info(
                    "Connected to {}, session 0x{}, session time-out {} ms (asked for: {} ms).",
                    settings,
                    Long.toHexString(now),
                    client.getZookeeperClient().getLastNegotiatedSessionTimeoutMs(),
                    settings.sessionTimeout().toMillis());
        }
        refresh();
    }

    private void outOfTouch(View.Connection how) {
        connection++;
        inTouch = false;
        mirror.abandon();
        election.outOfTouch();
        if (how == View.Connection.LOST) {
            election.withdraw();
            membership.sessionOver(session);
        }
        log.info("Out of touch with {}: {}.", settings, how);
        if (delivered.connection() != how && !delivered.equals(View.unknown())) {
            deliver(delivered.outOfTouch(how));
        }
    }

    private void refresh() {
        long mine = ++connection;
        inTouch = false;
        CompletableFuture<Void> ignored = mirror.refresh(session).handle((done, failure) -> {
            if (mine != connection || closed.get()) {
                return null;
            }
            if (failure == null) {
                inTouch = true;
                lastRefusal = null;
                firstContact.complete(null);
                changed();
            } else {
                refreshFailed(mine, Mirror.cause(failure));
            }
            return null;
        });
    }

    private void refreshFailed(long mine, ZooKeeperFailure failure) {
        if (!failure.isPassing()) {
            CoordinationException refusal = failure.refusal(settings.toString());
            if (!Objects.equals(failure.getMessage(), lastRefusal)) {
                lastRefusal = failure.getMessage();
                log.error("{} Trying again every {} ms.", refusal.getMessage(), RETRY.toMillis());
            }
            firstContact.completeExceptionally(refusal);
        }
        // A broken connection announces itself and its successor; then this try is given up.
        loop.schedule(RETRY, () -> {
            if (mine == connection) {
                refresh();
            }
        });
    }

    /**
     * Several changes that have come together make one view. It waits for the reads under way, so that what one
     * transaction has changed is seen as one change: a transaction names first what has to be read, then what is deleted.
     */
    private void changed() {
        if (inTouch && !deliveryPosted) {
            deliveryPosted = true;
            loop.execute(() -> mirror.whenCaughtUp(() -> {
                deliveryPosted = false;
                show();
            }));
        }
    }

    private void show() {
        if (inTouch) {
            membership.look();
            election.look();
            deliver(ViewMaker.view(layout, mirror, election));
        }
    }

    private void deliver(View view) {
        if (view.equals(delivered)) {
            return;
        }
        delivered = view;
        try {
            onView.accept(view);
        } catch (RuntimeException e) { // the listener's fault must not become that of whoever's write is shown
            log.error("The listener for views failed.", e);
        }
    }

    /** A write whose stage ends only when a view has shown it. */
    private CompletionStage<Void> write(Supplier<CompletableFuture<Void>> request) {
        return onLoop(() -> request.get().thenCompose(done -> {
            CompletableFuture<Void> shown = new CompletableFuture<>();
            mirror.whenCaughtUp(() -> {
                show();
                shown.complete(null);
            });
            return shown;
        }));
    }

    private <T> CompletionStage<T> onLoop(Supplier<CompletableFuture<T>> request) {
        CompletableFuture<T> result = new CompletableFuture<>();
        if (closed.get()) {
            result.completeExceptionally(new CoordinationException.Unreachable("The coordinator is closed.", null));
            return result;
        }
        loop.execute(() -> {
            try {
                CompletableFuture<T> ignored = request.get().whenComplete((done, failure) -> {
                    if (failure == null) {
                        result.complete(done);
                    } else {
                        result.completeExceptionally(told(failure));
                    }
                });
            } catch (CoordinationException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private Throwable told(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ZooKeeperFailure known ? known.inGeneral(settings.toString()) : cause;
    }
}
