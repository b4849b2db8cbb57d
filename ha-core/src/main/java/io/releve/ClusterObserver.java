package io.releve;

import io.releve.controller.StateAssembler;
import io.releve.coordination.View;
import io.releve.coordination.zookeeper.ZooKeeperCoordinator;
import io.releve.coordination.zookeeper.ZooKeeperSettings;
import io.releve.node.Sight;
import io.releve.runtime.ThreadedEventLoop;
import io.releve.status.ActiveNode;
import io.releve.status.ActiveNodes;
import io.releve.status.ClusterStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster as seen by an application that uses what the cluster runs and runs nothing of it itself: it follows where
 * resources are active without being a node.
 *
 * <pre>{@code
 * ClusterObserver cluster = ClusterObserver.connect("zk1:2181,zk2:2181,zk3:2181", "intralab");
 * }</pre>
 *
 * <p>Until ZooKeeper answers, and until the first node has written the configuration, nothing is known. While ZooKeeper is
 * out of reach, the last known answers stand.
 *
 * <p>Thread-safety: all methods may be called from any thread.
 */
public final class ClusterObserver implements ActiveNodes, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterObserver.class);

    private final ThreadedEventLoop loop;
    private final ZooKeeperCoordinator coordinator;
    private final Sight sight = new Sight();
    private final ActiveNodeTracker places = new ActiveNodeTracker();
    private final UnpromotedTracker unpromoted = new UnpromotedTracker();
    private final CopyOnWriteArrayList<Consumer<ClusterStatus>> listeners = new CopyOnWriteArrayList<>();
    private View shown = View.unknown();
    private volatile Optional<ClusterStatus> status = Optional.empty();

    private ClusterObserver(ZooKeeperSettings settings, String cluster) {
        this.loop = ThreadedEventLoop.daemon("releve-" + cluster + "-observer");
        this.coordinator = new ZooKeeperCoordinator(settings);
    }

    /**
     * Begins to watch. Returns at once; what is out of reach is tried again for as long as it takes.
     *
     * @param zooKeeper ZooKeeper's servers: {@code host:port} and more, separated by commas
     * @param cluster the cluster's name
     * @throws IllegalArgumentException if the address or the name cannot be right; it names every mistake
     */
    public static ClusterObserver connect(String zooKeeper, String cluster) {
        return connect(ZooKeeperSettings.builder(zooKeeper, cluster).build(), cluster);
    }

    /**
     * As {@link #connect(String, String)}, with a session of another length. Two thirds of it is how long a server that
     * has fallen silent is still believed to be there, and so how late a change may be seen.
     *
     * @param sessionTimeout ZooKeeper keeps it between 2 and 20 of its ticks; default 4 seconds
     */
    public static ClusterObserver connect(String zooKeeper, String cluster, Duration sessionTimeout) {
        return connect(
                ZooKeeperSettings.builder(zooKeeper, cluster)
                        .sessionTimeout(sessionTimeout)
                        .build(),
                cluster);
    }

    private static ClusterObserver connect(ZooKeeperSettings settings, String cluster) {
        ClusterObserver observer = new ClusterObserver(settings, cluster);
        CompletionStage<Void> started = observer.coordinator.start(new ViewInbox(observer.loop, observer::see));
        started.exceptionally(refused -> {
            LOG.error("cluster {} cannot be watched: {}", cluster, refused.getMessage());
            return null;
        });
        return observer;
    }

    private void see(View view) {
        sight.see(view);
        boolean news = ClusterCore.isNews(shown, view);
        if (!news && view.plan().equals(shown.plan())) {
            return;
        }
        shown = view;
        sight.config().ifPresent(config -> {
            ClusterStatus seen = ClusterStatus.of(
                    config,
                    StateAssembler.assemble(config, sight),
                    sight.fencing(),
                    view.connection() == View.Connection.CONNECTED,
                    loop.now());
            status = Optional.of(seen);
            places.see(seen, sight);
            unpromoted.see(seen);
            if (news) {
                listeners.forEach(listener -> tell(listener, seen));
            }
        });
    }

    private static void tell(Consumer<ClusterStatus> listener, ClusterStatus seen) {
        try {
            listener.accept(seen);
        } catch (RuntimeException broken) {
            LOG.error("a listener for the cluster's status failed; it goes on being called", broken);
        }
    }

    /** The cluster as last seen; empty as long as nothing is known of it. */
    public Optional<ClusterStatus> status() {
        return status;
    }

    /**
     * Has a listener called with the present status at once, if it is known, and then whenever it changes.
     *
     * @param listener called on the observer's own loop; must not block
     * @return ends the subscription when closed
     */
    public AutoCloseable onStatus(Consumer<ClusterStatus> listener) {
        loop.execute(() -> {
            listeners.add(listener);
            status.ifPresent(seen -> tell(listener, seen));
        });
        return () -> listeners.remove(listener);
    }

    @Override
    public Optional<ActiveNode> find(String resourceId) {
        return places.find(resourceId);
    }

    @Override
    public AutoCloseable follow(String resourceId, Consumer<Optional<ActiveNode>> listener) {
        ActiveNodeTracker.Follower follower = new ActiveNodeTracker.Follower(resourceId, listener);
        loop.execute(() -> places.follow(follower));
        return () -> places.forget(follower);
    }

    @Override
    public AutoCloseable followUnpromoted(String resourceId, Consumer<Set<String>> listener) {
        UnpromotedTracker.Follower follower = new UnpromotedTracker.Follower(resourceId, listener);
        loop.execute(() -> unpromoted.follow(follower));
        return () -> unpromoted.forget(follower);
    }

    /** Ends watching. */
    @Override
    public void close() {
        coordinator.close();
        loop.close();
    }
}
