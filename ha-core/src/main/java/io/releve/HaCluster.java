package io.releve;

import io.releve.coordination.Coordinator;
import io.releve.runtime.ThreadedEventLoop;
import io.releve.runtime.ThreadedWorkers;
import io.releve.status.ActiveNode;
import io.releve.status.ActiveNodes;
import io.releve.status.ClusterStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
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
        this.core = new ClusterCore(settings, coordinator, loop, workers);
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
            if (closing) {
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
        coordinator.close();
        workers.close();
        loop.close();
        closed.complete(null);
    }
}
