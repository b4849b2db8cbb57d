package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;

/** Another JVM, on the clients' host, claims to be this host's node. Healed by its end. */
record Impostor() implements Fault {

    @Override
    public String describe() {
        return "a second node of the same name";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        return host.startImpostor(cluster.clientHost())::close;
    }
}
