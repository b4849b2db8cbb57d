package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/**
 * Somebody stops a replica by hand. Healed by starting it, if the cluster has not.
 *
 * @param thread {@code IO_THREAD}, {@code SQL_THREAD}, or both if empty
 */
record StopReplica(String thread) implements Fault {

    @Override
    public String describe() {
        return "STOP REPLICA " + thread + " by hand";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        Administrator administrator = new Administrator(cluster, host);
        administrator.execute("STOP REPLICA " + thread);
        return () -> administrator.attempt("START REPLICA " + thread);
    }
}
