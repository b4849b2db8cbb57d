package io.releve.lab.faults;

import io.releve.examples.lab.ManagedProcess;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.ArrayList;
import java.util.List;

/** Every processor of the machine has more to do than it can. Healed by letting it rest. */
record Busy() implements Fault {

    @Override
    public String describe() {
        return "a busy loop for each processor";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        List<ManagedProcess> loops = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            loops.add(ManagedProcess.start(
                    "busy",
                    // On the clients' host: the hosts share the machine's processors.
                    cluster.clientHost().command(List.of("sh", "-c", "while :; do :; done")),
                    cluster.directory().resolve("busy.log"),
                    line -> {}));
        }
        return () -> loops.forEach(ManagedProcess::close);
    }
}
