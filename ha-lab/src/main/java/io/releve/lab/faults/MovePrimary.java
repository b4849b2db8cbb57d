package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.TrialCluster;

/** No fault: the operator wants the primary on a standby host. Healed by taking the wish back. */
record MovePrimary() implements Fault {

    @Override
    public String describe() {
        return "the operator moves the primary away";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        LabHost target = cluster.hosts().stream()
                .filter(other -> !other.equals(host))
                .findFirst()
                .orElseThrow();
        host.move(target);
        // Any node will do, and the one that was asked first may be down.
        return () -> cluster.hosts().stream()
                .filter(node -> node.process(Part.NODE).isPresent())
                .findFirst()
                .ifPresent(LabHost::moveNowhere);
    }
}
