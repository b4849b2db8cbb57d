package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.List;
import java.util.Optional;

/**
 * What arrives at the host comes over a narrow line: its queue delays, and overflows. Healed by taking the queueing
 * discipline away.
 *
 * @param kilobitPerSecond how narrow
 * @param milliseconds how long its queue is
 */
record Narrow(int kilobitPerSecond, int milliseconds) implements Fault {

    @Override
    public String describe() {
        return "a line of " + kilobitPerSecond + " kbit/s whose queue delays up to " + milliseconds + " ms";
    }

    private List<String> discipline() {
        return List.of("tbf", "rate", kilobitPerSecond + "kbit", "burst", "4kb", "latency", milliseconds + "ms");
    }

    @Override
    public Optional<String> obstacle(TrialCluster cluster) {
        LabHost any = cluster.hosts().get(0);
        boolean possible = cluster.wires().slow(any.host(), discipline());
        if (possible) {
            cluster.wires().heal(any.host());
        }
        return possible ? Optional.empty() : Optional.of("this kernel has no queueing discipline tbf (module sch_tbf)");
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        if (!cluster.wires().slow(host.host(), discipline())) {
            throw new LabException("the line of " + host.name() + " cannot be made narrow: tc refuses " + discipline());
        }
        return () -> cluster.wires().heal(host.host());
    }
}
