package io.releve;

import io.releve.coordination.Coordinator;
import io.releve.model.ClusterConfig;
import io.releve.peer.PeerChannel;
import io.releve.runtime.Pauses;
import io.releve.runtime.ThreadedEventLoop;
import io.releve.runtime.ThreadedWorkers;
import io.releve.status.ActiveNode;
import io.releve.status.ActiveNodes;
import io.releve.status.ClusterStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of a cluster, inside the application: it joins, runs the resources that the cluster places here, and says where
 * each resource is.
 *
 * <pre>{@code
 * HaCluster cluster = HaCluster.builder()
 *         .name("intralab").node("serv1").nodes("serv1", "serv2")
 *         .zooKeeper("zk1:2181,zk2:2181,zk3:2181")
 *         .agent("vip", VirtualIpAgent.factory())
 *         .resource(Primitive.of("address", "vip").parameter("ip", "10.77.0.100"))
 *         .build();
 * cluster.start();
 * }</pre>
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public final class HaCluster implements ActiveNodes, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HaCluster.class);

    private final ClusterSettings settings;
    private final ThreadedEventLoop loop;
    private final ThreadedWorkers workers;
    private final ThreadedWorkers peerWorkers;
    private final Optional<PeerChannel> peers;
    private final Coordinator coordinator;
    private final ClusterCore core;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private boolean started;
    private boolean closing;

    HaCluster(ClusterSettings settings) {
        this.settings = settings;
        String name = "releve-" + settings.config().name() + "-" + settings.node();
        this.loop = ThreadedEventLoop.daemon(name);
        this.workers = new ThreadedWorkers(name);
        this.coordinator = settings.coordination().apply(loop);
        this.peerWorkers = new ThreadedWorkers(name + "-peers");
        this.peers = settings.peers().map(channel -> channel.apply(peerWorkers));
        this.core = new ClusterCore(settings, coordinator, loop, workers, peers);
    }

    /** Collects the declarations of a cluster and what this node brings along. */
    public static HaClusterBuilder builder() {
        return new HaClusterBuilder();
    }

    /**
     * Joins the cluster, and returns when this node is a member. Resources start after that, as the controller decides.
     *
     * @throws ClusterStartException if the node did not become a member within the start time-out, or never can
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        synchronized (closed) {
            if (started || closing) {
                throw new IllegalStateException("this cluster object was started before: build a new one");
            }
            started = true;
        }
        try {
            settings.lives().open();
        } catch (IOException refused) {
            shutDown();
            throw new ClusterStartException(
                    "node " + settings.node() + " of the cluster "
                            + settings.config().name() + " cannot start: " + refused.getMessage(),
                    refused);
        }
        core.start();
        try {
            core.node()
                    .joined()
                    .toCompletableFuture()
                    .get(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            String obstacle = onLoop(core.node()::obstacle);
            shutDown();
            throw new ClusterStartException("node " + settings.node() + " could not join the cluster "
                    + settings.config().name() + " within "
                    + settings.startTimeout().toMillis() + " ms through " + settings.service()
                    + (obstacle == null ? "" : ": " + obstacle)
                    + "; check the address, that the service has a majority, and the start time-out");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            shutDown();
            throw new ClusterStartException(
                    "node " + settings.node() + " cannot join the cluster "
                            + settings.config().name() + ": " + cause.getMessage(),
                    cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            shutDown();
            throw new ClusterStartException(
                    "joining the cluster " + settings.config().name() + " was interrupted");
        }
    }

    private <T> @org.jspecify.annotations.Nullable T onLoop(
            java.util.function.Supplier<@org.jspecify.annotations.Nullable T> question) {
        CompletableFuture<@org.jspecify.annotations.Nullable T> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(question.get()));
        return answer.orTimeout(1, TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
    }

    /** The cluster as this node last saw it. */
    public ClusterStatus status() {
        return core.status();
    }

    /**
     * Has a listener called with the present status at once, and then whenever it changes.
     *
     * @param listener called on the cluster's own loop; must not block
     * @return ends the subscription when closed
     */
    public AutoCloseable onStatus(Consumer<ClusterStatus> listener) {
        loop.execute(() -> core.addStatusListener(listener));
        return () -> core.removeStatusListener(listener);
    }

    /** The configuration that is in force: the cluster's, or until this node has joined its own. */
    public ClusterConfig config() {
        return core.config();
    }

    /**
     * Changes the configuration of the running cluster. All nodes go by the new one at once, and the controller plans
     * what it takes: what was added is started, what was removed is stopped, what has other parameters is restarted, what
     * has not changed is left alone.
     *
     * <p>It is written only against the version that it was derived from: where somebody else changes it at the same time,
     * {@code change} is called again with what they wrote. A node that has no agent for a new resource cannot run it, and it
     * goes to nodes that can. A node that is restarted must declare the new configuration too, or {@linkplain
     * HaClusterBuilder#adoptConfiguration adopt} the cluster's.
     *
     * @param change from the configuration in force to the new one; called on the cluster's loop, must not block
     * @return ends when the new one is in force; fails with {@link io.releve.model.InvalidConfigurationException} if it has
     *     another name, lacks a node that is a member, or names an agent that this node does not have; with a
     *     {@link io.releve.coordination.CoordinationException} if it could not be written: then {@link #config()} tells what
     *     is in force
     */
    public CompletionStage<Void> reconfigure(UnaryOperator<ClusterConfig> change) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        loop.execute(() -> core.reconfiguration().change(change).whenComplete((done, failure) -> {
            if (failure == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    /**
     * How often, and for how long, this node stood still for more than a fifth of its lease: the JVM or its machine was
     * stopped, or something blocked the cluster's loop.
     */
    public Pauses pauses() {
        return core.pauses();
    }

    /** The name of this node. */
    public String nodeName() {
        return settings.node();
    }

    @Override
    public Optional<ActiveNode> find(String resourceId) {
        return core.places().find(resourceId);
    }

    @Override
    public AutoCloseable follow(String resourceId, Consumer<Optional<ActiveNode>> listener) {
        ActiveNodeTracker.Follower follower = new ActiveNodeTracker.Follower(resourceId, listener);
        loop.execute(() -> core.places().follow(follower));
        return () -> core.places().forget(follower);
    }

    @Override
    public AutoCloseable followUnpromoted(String resourceId, Consumer<Set<String>> listener) {
        UnpromotedTracker.Follower follower = new UnpromotedTracker.Follower(resourceId, listener);
        loop.execute(() -> core.unpromoted().follow(follower));
        return () -> core.unpromoted().forget(follower);
    }

    /** Ends when this node has been closed. */
    public CompletionStage<Void> closed() {
        return closed.copy();
    }

    /**
     * Leaves the cluster in good order: what runs here moves to other nodes or is stopped. Waits until that is done, at
     * most for the stop time-out; what still runs then is stopped on the spot. Closing twice has no effect.
     */
    @Override
    public void close() {
        synchronized (closed) {
            // Where start() has failed, everything is closed already.
            if (closing || closed.isDone()) {
                return;
            }
            closing = true;
        }
        if (started) {
            CompletableFuture<Void> left = new CompletableFuture<>();
            loop.execute(() ->
                    core.node().leave(settings.stopTimeout()).whenComplete((done, failure) -> left.complete(null)));
            left.orTimeout(settings.stopTimeout().multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(late -> {
                        LOG.error(
                                "node {} did not leave within twice its stop time-out of {} ms",
                                settings.node(),
                                settings.stopTimeout().toMillis());
                        return null;
                    })
                    .join();
        }
        shutDown();
    }

    private void shutDown() {
        peers.ifPresent(PeerChannel::close);
        peerWorkers.close();
        coordinator.close();
        workers.close();
        loop.close();
        settings.lives().close();
        closed.complete(null);
    }
}
