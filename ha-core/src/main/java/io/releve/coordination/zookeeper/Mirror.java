package io.releve.coordination.zookeeper;

import io.releve.runtime.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's part of ZooKeeper's tree, kept up to date by one recursive watch: each change costs one notification and
 * one read. After each (re)connection everything is read anew, because what changed in between is not told.
 *
 * <p>The renewals of members' leases, all that happens in a cluster at rest, cost no read: they change nothing but a
 * version, and a notification tells of each. So they are counted.
 *
 * <p>ZooKeeper delivers answers and notifications in the order in which they happened, and the loop keeps it, so that an
 * answer can be taken in as it comes. An answer that is older than what is known is dropped all the same.
 *
 * <p>Belongs to the loop.
 */
final class Mirror {

    private final Layout layout;
    private final Requests requests;
    private final EventLoop loop;
    private final Runnable onChange;
    private final Runnable onStale;
    /** Paths that have no text of their own. */
    private final Set<String> textless;

    private NavigableMap<String, Node> nodes = new TreeMap<>();
    private boolean foundationsLaid;
    private long watchedSession;
    /** Whether every change since the last refreshment began has been told: what changes cannot be counted otherwise. */
    private boolean toldAll;
    /** Counts the refreshments; what an earlier one had asked for is not taken in. */
    private long round;

    private long readsSent;
    private long readsDone;
    private final List<Waiting> waiting = new ArrayList<>();

    /**
     * A mirror that shows nothing yet.
     *
     * @param onChange called when something has changed
     * @param onStale called when a change was told but could not be read: a refreshment is needed
     */
    Mirror(Layout layout, Requests requests, EventLoop loop, Runnable onChange, Runnable onStale) {
        this.layout = layout;
        this.requests = requests;
        this.loop = loop;
        this.onChange = onChange;
        this.onStale = onStale;
        this.textless = new HashSet<>(layout.foundations());
        layout.documents().forEach(textless::remove);
    }

    /**
     * A node of the tree.
     *
     * @param text its data
     * @param version counts the writes, from 0
     * @param modified ZooKeeper's number of the last write
     * @param owner the session of an ephemeral node
     */
    record Node(String text, int version, long modified, long owner) {}

    private record Waiting(long reads, Runnable action) {}

    @Nullable
    Node node(String path) {
        return nodes.get(path);
    }

    /** All nodes right under a path, by path. */
    SortedMap<String, Node> under(String directory) {
        // '0' is the character after '/'
        return nodes.subMap(directory + "/", directory + "0");
    }

    /**
     * Reads everything anew.
     *
     * @param session the session of the connection
     * @return ends when everything that had been written when it began is here
     */
    CompletableFuture<Void> refresh(long session) {
        abandon();
        toldAll = true;
        CompletableFuture<Void> ready = foundationsLaid ? done() : requireFormat();
        // Syncing first also proves that the server we are connected to is itself in touch with a majority.
        return ready.thenCompose(v -> requests.sync(layout.root()))
                .thenCompose(v -> watch(session))
                .thenCompose(v -> readAll())
                .whenComplete((read, failure) -> {
                    // Somebody has deleted what was there at the beginning.
                    foundationsLaid &= failure == null || !cause(failure).is(Code.NONODE);
                });
    }

    /** Forgets everything, and takes in nothing until the next refreshment. */
    void abandon() {
        round++;
        nodes = new TreeMap<>();
        readsDone = readsSent;
        caughtUp();
    }

    /** Runs an action when all notifications that have come so far have been followed by their reads. */
    void whenCaughtUp(Runnable action) {
        waiting.add(new Waiting(readsSent, action));
        caughtUp();
    }

    /** Touches nothing where another release's data are. */
    private CompletableFuture<Void> requireFormat() {
        return readFormat()
                .exceptionallyCompose(failure ->
                        cause(failure).is(Code.NONODE) ? layFoundations() : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Void> readFormat() {
        return requests.read(layout.format()).thenAccept(format -> {
            if (!format.text().equals(Layout.FORMAT)) {
                throw ZooKeeperFailure.ofFormat(layout.root(), format.text());
            }
            foundationsLaid = true;
        });
    }

    private CompletableFuture<Void> layFoundations() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        List<ZooKeeperFailure> forbidden = new ArrayList<>();
        for (String path : layout.foundations()) {
            // Without the right to create at the top everything may still be there: then the last step will go well.
            all.add(create(path, "").exceptionally(failure -> {
                if (!cause(failure).is(Code.NOAUTH)) {
                    throw cause(failure);
                }
                forbidden.add(cause(failure));
                return null;
            }));
        }
        return all(all).thenCompose(laid -> create(layout.format(), Layout.FORMAT))
                .thenCompose(laid -> readFormat())
                .exceptionally(failure -> {
                    throw forbidden.isEmpty() ? cause(failure) : forbidden.get(0);
                });
    }

    private CompletableFuture<Void> create(String path, String text) {
        Op create = requests.create(path, text, CreateMode.PERSISTENT);
        return requests.transaction("Creating " + path, List.of(create))
                .<Void>thenApply(created -> null)
                .exceptionally(failure -> {
                    if (!cause(failure).is(Code.NODEEXISTS)) {
                        throw cause(failure);
                    }
                    return null;
                });
    }

    private CompletableFuture<Void> watch(long session) {
        if (session == watchedSession) {
            return done(); // ZooKeeper's client has set the watch again by itself
        }
        Watcher watcher = event -> loop.execute(() -> {
            if (session == watchedSession) {
                notified(event);
            }
        });
        watchedSession = session;
        return requests.watch(layout.root(), watcher).whenComplete((set, failure) -> {
            if (failure != null && watchedSession == session) {
                watchedSession = 0;
            }
        });
    }

    private CompletableFuture<Void> readAll() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        layout.documents().forEach(path -> all.add(read(path)));
        for (String directory : layout.directories()) {
            all.add(requests.children(directory)
                    .thenCompose(names -> all(names.stream()
                            .<CompletableFuture<?>>map(name -> read(directory + "/" + name))
                            .toList())));
        }
        return all(all);
    }

    private void notified(WatchedEvent event) {
        String path = event.getPath();
        if (path == null) {
            // A connection that breaks says so before anything comes through the next one.
            toldAll &= event.getState() == Watcher.Event.KeeperState.SyncConnected;
            return;
        }
        switch (event.getType()) {
            case NodeCreated -> readChanged(path);
            case NodeDataChanged -> {
                if (!countRenewal(path, event.getZxid())) {
                    readChanged(path);
                }
            }
            case NodeDeleted -> {
                if (nodes.remove(path) != null) {
                    onChange.run();
                }
            }
            default -> {
                // children's changes come as their own events
            }
        }
    }

    /**
     * A member's text never changes while it is there, and each renewal is one write.
     *
     * @param zxid ZooKeeper's number of the write; servers before 3.9 do not tell it
     * @return false if the node must be read
     */
    private boolean countRenewal(String path, long zxid) {
        Node known = nodes.get(path);
        if (!toldAll || known == null || zxid == WatchedEvent.NO_ZXID || !layout.isMember(path)) {
            return false;
        }
        if (known.modified < zxid) {
            nodes.put(path, new Node(known.text, known.version + 1, zxid, known.owner));
            onChange.run();
        }
        return true;
    }

    private void readChanged(String path) {
        if (textless.contains(path)) {
            return;
        }
        long asked = round;
        CompletableFuture<Void> ignored = read(path).whenComplete((read, failure) -> {
            if (failure != null && asked == round) {
                onStale.run();
            }
        });
    }

    private CompletableFuture<Void> read(String path) {
        long asked = round;
        readsSent++;
        return requests.read(path).handle((answer, failure) -> {
            if (asked == round) {
                readsDone++;
            }
            try {
                takeIn(path, asked, answer, failure);
                return null;
            } finally {
                caughtUp();
            }
        });
    }

    private void takeIn(String path, long asked, Requests.@Nullable Answer answer, @Nullable Throwable failure) {
        if (asked != round) {
            return;
        }
        if (answer == null) {
            ZooKeeperFailure cause = cause(failure);
            if (!cause.is(Code.NONODE)) {
                throw cause;
            }
            if (nodes.remove(path) != null) {
                onChange.run();
            }
            return;
        }
        Node known = nodes.get(path);
        if (known == null || known.modified < answer.stat().getMzxid()) {
            nodes.put(
                    path,
                    new Node(
                            answer.text(),
                            answer.stat().getVersion(),
                            answer.stat().getMzxid(),
                            answer.stat().getEphemeralOwner()));
            onChange.run();
        }
    }

    private void caughtUp() {
        while (!waiting.isEmpty() && waiting.get(0).reads <= readsDone) {
            waiting.remove(0).action.run();
        }
    }

    static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }

    /** The failure behind what futures wrap around it. */
    static ZooKeeperFailure cause(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ZooKeeperFailure known) {
            return known;
        }
        throw new IllegalStateException("An unexpected failure", cause);
    }
}
