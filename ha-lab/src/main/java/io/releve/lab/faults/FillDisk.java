package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/** No space is left for the database server's data. Healed by giving it back. */
record FillDisk() implements Fault {

    @Override
    public String describe() {
        return "the database server's disk is full";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        host.disk().fill();
        return host.disk()::empty;
    }
}
