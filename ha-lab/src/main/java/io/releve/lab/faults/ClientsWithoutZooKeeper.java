package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import io.releve.lab.cluster.Wires.Direction;

/** The clients reach every server but ZooKeeper's. Healed by letting packets pass. */
record ClientsWithoutZooKeeper() implements Fault {

    @Override
    public String describe() {
        return "the clients cut from ZooKeeper";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        cluster.wires().cutPorts(cluster.clientHost(), Direction.BOTH, Cut.ZOOKEEPER_PORTS);
        return () -> cluster.wires().heal(cluster.clientHost());
    }
}
