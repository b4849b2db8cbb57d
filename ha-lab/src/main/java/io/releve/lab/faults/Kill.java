package io.releve.lab.faults;

import io.releve.examples.lab.Processes;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.TrialCluster;
import java.util.List;
import java.util.Optional;

/**
 * SIGKILL. Healed by starting it again; a database server is started again by the cluster, as it sees fit.
 *
 * @param part what is killed
 */
record Kill(Part part) implements Fault {

    @Override
    public String describe() {
        return "SIGKILL to the " + part;
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        Optional<ProcessHandle> victim = host.process(part);
        victim.ifPresent(ProcessHandle::destroyForcibly);
        return () -> {
            // A write may be acknowledged before the kernel has taken the process away.
            victim.ifPresent(process -> Processes.kill(List.of(process)));
            if (part == Part.NODE) {
                host.startNode();
            } else if (part == Part.ZOOKEEPER) {
                host.startZooKeeper();
            }
        };
    }
}
