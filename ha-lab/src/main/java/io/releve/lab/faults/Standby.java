package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/** No fault: the operator has the node run nothing. Healed by letting it. */
record Standby() implements Fault {

    @Override
    public String describe() {
        return "node in standby";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        host.standby(true);
        return () -> host.standby(false);
    }
}
