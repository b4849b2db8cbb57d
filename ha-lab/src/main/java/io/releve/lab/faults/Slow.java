package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.List;
import java.util.Optional;

/**
 * What arrives at a host arrives late, or in part. Healed by taking the queueing discipline away.
 *
 * @param text in words
 * @param discipline as {@code tc} takes it
 */
record Slow(String text, List<String> discipline) implements Fault {

    Slow {
        discipline = List.copyOf(discipline);
    }

    /** Not every kernel has the discipline that delays and loses packets. */
    static Slow network(String text, String... netem) {
        return new Slow(
                text,
                java.util.stream.Stream.concat(java.util.stream.Stream.of("netem"), java.util.stream.Stream.of(netem))
                        .toList());
    }

    /** A narrow line: its queue delays, and overflows. */
    static Slow narrow(int kilobitPerSecond, int milliseconds) {
        return new Slow(
                "a line of " + kilobitPerSecond + " kbit/s whose queue delays up to " + milliseconds + " ms",
                List.of("tbf", "rate", kilobitPerSecond + "kbit", "burst", "4kb", "latency", milliseconds + "ms"));
    }

    @Override
    public String describe() {
        return text;
    }

    @Override
    public Optional<String> obstacle(TrialCluster cluster) {
        LabHost any = cluster.hosts().get(0);
        boolean possible = cluster.wires().slow(any.host(), discipline);
        if (possible) {
            cluster.wires().heal(any.host());
        }
        return possible
                ? Optional.empty()
                : Optional.of("this kernel has no queueing discipline " + discipline.get(0) + " (module sch_"
                        + discipline.get(0) + ")");
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        if (!cluster.wires().slow(host.host(), discipline)) {
            throw new LabException("the line of " + host.name() + " cannot be made slow: tc refuses " + discipline);
        }
        return () -> cluster.wires().heal(host.host());
    }
}
