package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/** SIGKILL to the database server, and somebody whom the cluster does not know starts it again at once. */
record Supervise() implements Fault {

    @Override
    public String describe() {
        return "SIGKILL to the database server, which a supervisor starts again at once";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        host.superviseDatabase();
        return () -> {};
    }
}
