package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.Optional;

/** Somebody writes to a replica: it has a transaction that the primary lacks. Only people can heal that. */
record Errant() implements Fault {

    @Override
    public String describe() {
        return "a transaction written to the replica by hand";
    }

    @Override
    public Optional<String> obstacle(TrialCluster cluster) {
        return cluster.isMariaDb()
                ? Optional.empty()
                : Optional.of(
                        "MySQL's GTIDs do not tell what was written by hand from what nobody has acknowledged, and"
                                + " this cluster replaces a server that has either");
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        new Administrator(cluster, host).execute("CREATE TABLE errant (id INT PRIMARY KEY)");
        return () -> {};
    }
}
