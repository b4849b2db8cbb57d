package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/** Somebody has a replica follow the other replica, and not the primary. Healed by the cluster. */
record WrongSource() implements Fault {

    @Override
    public String describe() {
        return "the replica made to follow the other replica by hand";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        LabHost other = cluster.hosts().stream()
                .filter(peer -> !peer.equals(host)
                        && !cluster.active().filter(peer::equals).isPresent())
                .findFirst()
                .orElseThrow();
        String change =
                cluster.isMariaDb() ? "CHANGE MASTER TO MASTER_HOST" : "CHANGE REPLICATION SOURCE TO SOURCE_HOST";
        new Administrator(cluster, host)
                .execute("STOP REPLICA", change + " = '" + other.host().address() + "'", "START REPLICA");
        return () -> {};
    }
}
