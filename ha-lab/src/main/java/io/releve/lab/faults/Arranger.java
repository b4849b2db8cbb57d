package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.Patience;
import io.releve.lab.cluster.Signal;
import io.releve.lab.cluster.TrialCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Has the hosts play the parts that a row wants them to play at first, by restarts in good order. */
final class Arranger {

    private static final int TRIES = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TrialCluster cluster;

    Arranger(TrialCluster cluster) {
        this.cluster = cluster;
    }

    /** Whether the hosts play those parts now. */
    boolean isSo(Row.Setup setup) {
        return switch (setup) {
            case ANY -> true;
            case APART ->
                !cluster.active().equals(cluster.controller())
                        && !cluster.active().equals(cluster.zooKeeperLeader());
            case TOGETHER ->
                cluster.active().equals(cluster.controller())
                        && cluster.active().equals(cluster.zooKeeperLeader());
        };
    }

    /** Tries to; says whether they do. */
    boolean arrange(Row.Setup setup) throws InterruptedException {
        for (int i = 0; i < TRIES && !isSo(setup); i++) {
            LabHost active = cluster.active().orElseThrow(() -> new LabException("the service is nowhere"));
            if (setup == Row.Setup.TOGETHER) {
                gather(active);
            } else {
                part(active);
            }
            cluster.awaitConverged(PATIENCE);
            Patience.until(
                    "all ZooKeeper servers serve",
                    PATIENCE,
                    () -> cluster.zooKeeperIsWhole() ? Optional.of(true) : Optional.empty());
        }
        return isSo(setup);
    }

    /**
     * On the host of ZooKeeper's leader. A node that leaves stands last in the line for the controller's office; the primary
     * goes where the operator wants it.
     */
    private void gather(LabHost active) throws InterruptedException {
        LabHost leader = cluster.zooKeeperLeader().orElseThrow(() -> new LabException("no ZooKeeper server leads"));
        Optional<LabHost> controller = cluster.controller();
        if (controller.isPresent() && !controller.get().equals(leader)) {
            controller.get().leave();
            controller.get().startNode();
        } else if (!active.equals(leader) && !active.hasPrimary()) {
            active.leave();
            active.startNode();
        } else if (!active.equals(leader)) {
            active.move(leader);
            Patience.until(
                    "the primary is on " + leader.name(),
                    PATIENCE,
                    () -> cluster.active().filter(leader::equals));
            active.moveNowhere();
        }
    }

    private void part(LabHost active) throws InterruptedException {
        if (cluster.controller().equals(Optional.of(active))) {
            active.leave();
            active.startNode();
        } else {
            active.process(Part.ZOOKEEPER).ifPresent(server -> Signal.TERM.send(List.of(server)));
            Patience.until(
                    "another ZooKeeper server leads",
                    PATIENCE,
                    () -> cluster.zooKeeperLeader().filter(leader -> !leader.equals(active)));
            active.startZooKeeper();
        }
    }
}
