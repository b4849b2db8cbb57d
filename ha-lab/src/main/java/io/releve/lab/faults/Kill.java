package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.TrialCluster;

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
        host.process(part).ifPresent(ProcessHandle::destroyForcibly);
        return switch (part) {
            case NODE -> host::startNode;
            case ZOOKEEPER -> host::startZooKeeper;
            case DATABASE -> Healing.NONE;
        };
    }
}
