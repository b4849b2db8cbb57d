package io.releve.lab.faults;

import io.releve.examples.lab.Command;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.List;

/** Somebody takes the address off the interface. Healed by the cluster. */
record DropAddress() implements Fault {

    @Override
    public String describe() {
        return "address taken off the interface";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        Command.run(List.of("ip", "-n", host.name(), "address", "del", cluster.virtualIp() + "/32", "dev", "eth0"));
        return () -> {};
    }
}
