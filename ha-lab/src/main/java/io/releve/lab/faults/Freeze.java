package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.Signal;
import io.releve.lab.cluster.TrialCluster;
import java.util.List;
import java.util.stream.Collectors;

/**
 * SIGSTOP. Healed by SIGCONT.
 *
 * @param parts what is frozen
 */
record Freeze(List<Part> parts) implements Fault {

    Freeze {
        parts = List.copyOf(parts);
    }

    static Freeze of(Part... parts) {
        return new Freeze(List.of(parts));
    }

    @Override
    public String describe() {
        return "SIGSTOP to the " + parts.stream().map(Part::toString).collect(Collectors.joining(", "));
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        List<ProcessHandle> frozen =
                parts.stream().flatMap(part -> host.process(part).stream()).toList();
        Signal.STOP.send(frozen);
        return () -> Signal.CONT.send(frozen);
    }
}
