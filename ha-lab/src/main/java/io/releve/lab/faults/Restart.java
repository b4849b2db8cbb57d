package io.releve.lab.faults;

import io.releve.examples.lab.Processes;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.Signal;
import io.releve.lab.cluster.TrialCluster;
import java.util.List;

/**
 * Asked to end in good order: the node leaves the cluster, servers get SIGTERM. Healed by starting it again.
 *
 * @param part what ends
 */
record Restart(Part part) implements Fault {

    @Override
    public String describe() {
        return "orderly end of the " + part;
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        if (part == Part.NODE) {
            host.beginToLeave();
            return () -> {
                host.leave();
                host.startNode();
            };
        }
        List<ProcessHandle> ends = host.process(part).stream().toList();
        Signal.TERM.send(ends);
        return () -> {
            if (part == Part.ZOOKEEPER) {
                Processes.kill(ends);
                host.startZooKeeper();
            }
        };
    }
}
