package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/** The network, all processes and the kernel's addresses at once. Healed by power, and a start of everything. */
record PowerOff() implements Fault {

    @Override
    public String describe() {
        return "power off";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        host.powerOff();
        return () -> {
            host.powerOn();
            host.startZooKeeper();
            host.startNode();
        };
    }
}
