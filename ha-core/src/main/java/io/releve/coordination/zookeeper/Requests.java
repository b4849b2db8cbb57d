package io.releve.coordination.zookeeper;

import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.DataFormatException;
import org.apache.curator.CuratorZookeeperClient;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ZooKeeper's asynchronous requests as futures that complete on the loop, in the order in which ZooKeeper answers.
 *
 * <p>They go to ZooKeeper's own handle, not through Curator's background operations: those are tried again after a
 * reconnection, behind newer ones, so that an old report could replace a new one. Here a request is sent once, in order,
 * or it fails. Each is bounded in time.
 *
 * <p>Belongs to the loop.
 */
final class Requests {

    private static final Logger log = LoggerFactory.getLogger(Requests.class);

    private final CuratorZookeeperClient client;
    private final EventLoop loop;
    private final Duration limit;
    private final List<ACL> acl;
    private final Map<Long, CompletableFuture<?>> pending = new HashMap<>();
    private final Patience patience;
    private long sent;
    private boolean closed;

    Requests(CuratorZookeeperClient client, EventLoop loop, Duration limit, List<ACL> acl) {
        this.client = client;
        this.loop = loop;
        this.limit = limit;
        this.acl = acl;
        this.patience = new Patience(loop, limit.dividedBy(3), limit, this::leaveServer);
    }

    /**
     * The answer to a read.
     *
     * @param text the data
     * @param stat what ZooKeeper knows of the node
     */
    record Answer(String text, Stat stat) {}

    Op create(String path, String text, CreateMode mode) {
        return Op.create(path, bytes(text), acl, mode);
    }

    static Op set(String path, String text, int version) {
        return Op.setData(path, bytes(text), version);
    }

    static byte[] bytes(String text) {
        return ZnodeText.encode(text);
    }

    /** After how long without any answer another server is asked. */
    void beImpatientAfter(Duration time) {
        patience.set(time.compareTo(limit) < 0 ? time : limit);
    }

    private void leaveServer() {
        try {
            ZooKeeper zookeeper = client.getZooKeeper();
            log.warn("{} has not answered for a while: asking another server.", zookeeper.getState());
            // The list of servers is asked whether to leave; what it is given instead has no meaning.
            zookeeper.updateServerList("localhost");
            zookeeper.exists("/", false, (rc, path, context, stat) -> {}, null); // wakes the client's thread
        } catch (Exception e) { // Curator declares no less
            log.debug("The server could not be left.", e);
        }
    }

    /** The session under which requests go out now; 0 if there is none. */
    long session() {
        try {
            return client.getZooKeeper().getSessionId();
        } catch (Exception e) {
            return 0;
        }
    }

    CompletableFuture<List<OpResult>> transaction(String what, List<Op> operations) {
        return send(
                what,
                (zookeeper, future) -> zookeeper.multi(
                        operations,
                        (rc, path, context, results) -> answer(future, () -> {
                            if (rc == Code.OK.intValue()) {
                                patience.rewarded();
                                future.complete(results);
                            } else {
                                future.completeExceptionally(failure(what, rc, results));
                            }
                        }),
                        null));
    }

    CompletableFuture<Answer> read(String path) {
        return send(
                "Reading " + path,
                (zookeeper, future) -> zookeeper.getData(
                        path,
                        false,
                        (rc, answered, context, data, stat) -> answer(future, () -> {
                            if (rc == Code.OK.intValue()) {
                                takeIn(path, data == null ? new byte[0] : data, stat, future);
                            } else {
                                future.completeExceptionally(failure("Reading " + path, rc));
                            }
                        }),
                        null));
    }

    private static void takeIn(String path, byte[] data, Stat stat, CompletableFuture<Answer> future) {
        try {
            future.complete(new Answer(ZnodeText.decode(data), stat));
        } catch (DataFormatException e) {
            log.error("{} cannot be read and counts as empty: {}", path, e.getMessage());
            future.complete(new Answer("", stat));
        }
    }

    CompletableFuture<List<String>> children(String path) {
        return send(
                "Listing " + path,
                (zookeeper, future) -> zookeeper.getChildren(
                        path,
                        false,
                        (int rc, String answered, Object context, List<String> children) -> answer(future, () -> {
                            if (rc == Code.OK.intValue()) {
                                future.complete(children);
                            } else {
                                future.completeExceptionally(failure("Listing " + path, rc));
                            }
                        }),
                        null));
    }

    /** Has the server that we are connected to catch up with its leader. */
    CompletableFuture<Void> sync(String path) {
        return send(
                "Catching up at " + path,
                (zookeeper, future) -> zookeeper.sync(
                        path, (rc, answered, context) -> finish("Catching up at " + path, rc, future), null));
    }

    /** Watches a path and all below it, for as long as the session lasts. */
    CompletableFuture<Void> watch(String path, Watcher watcher) {
        return send(
                "Watching " + path,
                (zookeeper, future) -> zookeeper.addWatch(
                        path,
                        watcher,
                        AddWatchMode.PERSISTENT_RECURSIVE,
                        (rc, answered, context) -> finish("Watching " + path, rc, future),
                        null));
    }

    /** Fails all that is under way, and all that comes. */
    void close() {
        closed = true;
        List.copyOf(pending.values())
                .forEach(future -> future.completeExceptionally(
                        new ZooKeeperFailure(Code.CONNECTIONLOSS, -1, "The coordinator has been closed")));
    }

    private <T> CompletableFuture<T> send(String what, Sending<T> sending) {
        CompletableFuture<T> future = new CompletableFuture<>();
        if (closed || !client.isConnected()) {
            future.completeExceptionally(new ZooKeeperFailure(Code.CONNECTIONLOSS, -1, what));
            return future;
        }
        EventLoop.Timer timer = loop.schedule(
                limit,
                () -> future.completeExceptionally(new ZooKeeperFailure(
                        Code.OPERATIONTIMEOUT, -1, what + ", within " + limit.toMillis() + " ms")));
        long number = ++sent;
        pending.put(number, future);
        patience.asked();
        CompletableFuture<T> ignored = future.whenComplete((done, failure) -> {
            timer.cancel();
            pending.remove(number);
            patience.heard(!pending.isEmpty());
        });
        try {
            sending.send(client.getZooKeeper(), future);
        } catch (KeeperException e) {
            future.completeExceptionally(new ZooKeeperFailure(e.code(), -1, what));
        } catch (IllegalArgumentException e) {
            future.completeExceptionally(
                    new ZooKeeperFailure(Code.BADARGUMENTS, -1, what + " (" + e.getMessage() + ")"));
        } catch (Exception e) { // Curator declares no less
            future.completeExceptionally(new ZooKeeperFailure(Code.CONNECTIONLOSS, -1, what + " (" + e + ")"));
        }
        return future;
    }

    private interface Sending<T> {
        void send(ZooKeeper zookeeper, CompletableFuture<T> future) throws Exception;
    }

    /** ZooKeeper calls back on its own thread; an answer that comes after the limit finds the future completed. */
    private void answer(CompletableFuture<?> future, Runnable completion) {
        loop.execute(() -> {
            if (!future.isDone()) {
                completion.run();
            }
        });
    }

    private void finish(String what, int rc, CompletableFuture<Void> future) {
        answer(future, () -> {
            if (rc == Code.OK.intValue()) {
                future.complete(null);
            } else {
                future.completeExceptionally(failure(what, rc));
            }
        });
    }

    private static ZooKeeperFailure failure(String what, int rc) {
        return new ZooKeeperFailure(Code.get(rc), -1, what);
    }

    /** In the answer to a failed transaction, all operations before the failed one have 0, all after it another error. */
    private static ZooKeeperFailure failure(String what, int rc, @Nullable List<OpResult> results) {
        for (int i = 0; results != null && i < results.size(); i++) {
            if (results.get(i) instanceof OpResult.ErrorResult error && error.getErr() == rc) {
                return new ZooKeeperFailure(Code.get(rc), i, what);
            }
        }
        return new ZooKeeperFailure(Code.get(rc), -1, what);
    }
}
