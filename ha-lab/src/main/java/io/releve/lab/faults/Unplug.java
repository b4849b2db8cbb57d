package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/** The interface loses its carrier, as when a cable is pulled out. Healed by putting it in. */
record Unplug() implements Fault {

    @Override
    public String describe() {
        return "network cable pulled out";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        cluster.wires().unplug(host.host());
        return () -> cluster.wires().plugIn(host.host());
    }
}
