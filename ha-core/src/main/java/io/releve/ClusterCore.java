package io.releve;

import io.releve.codec.FencingLog;
import io.releve.controller.Controller;
import io.releve.controller.StateAssembler;
import io.releve.coordination.Coordinator;
import io.releve.coordination.View;
import io.releve.model.ClusterConfig;
import io.releve.node.NodeRuntime;
import io.releve.node.NodeSettings;
import io.releve.node.Reconfiguration;
import io.releve.node.Sight;
import io.releve.peer.PeerChannel;
import io.releve.runtime.EventLoop;
import io.releve.runtime.PauseDetector;
import io.releve.runtime.Pauses;
import io.releve.runtime.Workers;
import io.releve.status.ClusterStatus;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Node and controller on one loop, whatever the loop, the workers and the coordinator are: real ones in production,
 * virtual ones in simulation. Methods are called on the loop unless they say otherwise.
 */
final class ClusterCore {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterCore.class);

    /** Standing still for this part of the lease is a pause. */
    private static final int PAUSES_PER_LEASE = 5;

    private final PauseDetector loop;
    private final Coordinator coordinator;
    private final Sight sight = new Sight();
    private final NodeRuntime node;
    private final Reconfiguration reconfiguration;
    private final Controller controller;
    private final ActiveNodeTracker places = new ActiveNodeTracker();
    private final UnpromotedTracker unpromoted = new UnpromotedTracker();
    private final CopyOnWriteArrayList<Consumer<ClusterStatus>> statusListeners = new CopyOnWriteArrayList<>();
    private volatile ClusterStatus status;
    private volatile ClusterConfig config;
    private View shown = View.unknown();

    ClusterCore(ClusterSettings settings, Coordinator coordinator, EventLoop loop, Workers workers) {
        this(settings, coordinator, loop, workers, Optional.empty());
    }

    ClusterCore(
            ClusterSettings settings,
            Coordinator coordinator,
            EventLoop loop,
            Workers workers,
            Optional<PeerChannel> peers) {
        this.loop = PauseDetector.around(loop, settings.lease().dividedBy(PAUSES_PER_LEASE));
        this.coordinator = coordinator;
        NodeSettings own = new NodeSettings(
                settings.node(),
                settings.lease(),
                settings.agents(),
                settings.lastResort(),
                settings.lives(),
                settings.adoptsConfig(),
                peers);
        this.node = new NodeRuntime(own, settings.config(), coordinator, this.loop, workers, sight);
        this.reconfiguration = new Reconfiguration(own, node, coordinator, this.loop, sight);
        this.controller =
                new Controller(settings.node(), settings.fencers(), coordinator, this.loop, workers, node, sight);
        this.config = settings.config();
        this.status = statusOf(View.unknown());
    }

    /**
     * Begins. May be called from any thread.
     *
     * @return fails if the coordination service will never serve this node
     */
    CompletionStage<Void> start() {
        return coordinator.start(new ViewInbox(loop, this::viewChanged));
    }

    /** The configuration in force. May be called from any thread. */
    ClusterConfig config() {
        return config;
    }

    Reconfiguration reconfiguration() {
        return reconfiguration;
    }

    /** When the node's loop stood still. May be called from any thread. */
    Pauses pauses() {
        return loop.pauses();
    }

    NodeRuntime node() {
        return node;
    }

    ActiveNodeTracker places() {
        return places;
    }

    UnpromotedTracker unpromoted() {
        return unpromoted;
    }

    /** The cluster as last seen. May be called from any thread. */
    ClusterStatus status() {
        return status;
    }

    /** Which nodes were fenced, as last seen. */
    FencingLog fencing() {
        return sight.fencing();
    }

    /** What the controller last decided, in one sentence; empty while this node is not the controller. */
    String lastSentence() {
        return controller.lastSentence();
    }

    void addStatusListener(Consumer<ClusterStatus> listener) {
        statusListeners.add(listener);
        tell(listener);
    }

    /** May be called from any thread. */
    void removeStatusListener(Consumer<ClusterStatus> listener) {
        statusListeners.remove(listener);
    }

    private void viewChanged(View view) {
        sight.see(view);
        node.viewChanged();
        controller.viewChanged();
        boolean news = isNews(shown, view);
        if (news || !view.plan().equals(shown.plan())) {
            shown = view;
            config = node.config();
            status = statusOf(view);
            places.see(status, sight);
            unpromoted.see(status);
        }
        if (news) {
            statusListeners.forEach(this::tell);
        }
    }

    /** Whether there is more in a view than a renewed lease. */
    static boolean isNews(View before, View view) {
        return view.connection() != before.connection()
                || !view.reports().equals(before.reports())
                || !view.members().keySet().equals(before.members().keySet())
                || !view.evictions().equals(before.evictions())
                || !view.controller().equals(before.controller())
                || !view.config().equals(before.config())
                || !Objects.equals(
                        view.records().get(FencingLog.KEY), before.records().get(FencingLog.KEY));
    }

    private void tell(Consumer<ClusterStatus> listener) {
        try {
            listener.accept(status);
        } catch (RuntimeException broken) {
            LOG.error("a listener for the cluster's status failed; it goes on being called", broken);
        }
    }

    private ClusterStatus statusOf(View view) {
        return ClusterStatus.of(
                node.config(),
                StateAssembler.assemble(node.config(), sight),
                sight.fencing(),
                view.connection() == View.Connection.CONNECTED,
                loop.now());
    }
}
