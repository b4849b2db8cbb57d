package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.Optional;

/** Writes to the database server's disk do not return. Healed by letting them return. */
record StallDisk() implements Fault {

    @Override
    public String describe() {
        return "the database server's disk stalls";
    }

    @Override
    public Optional<String> obstacle(TrialCluster cluster) {
        return cluster.hosts().get(0).disk().canStall()
                ? Optional.empty()
                : Optional.of("only root may mount a file system that can be frozen");
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        host.disk().stall();
        return host.disk()::resume;
    }
}
