package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.FakeClock;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.Optional;

/**
 * The host's wall clock is set. Healed by setting it right.
 *
 * @param seconds by how much
 */
record StepClock(int seconds) implements Fault {

    @Override
    public String describe() {
        return "wall clock set " + (seconds < 0 ? "back by " : "forward by ") + Math.abs(seconds) + " s";
    }

    @Override
    public Optional<String> obstacle(TrialCluster cluster) {
        return FakeClock.library().isPresent()
                ? Optional.empty()
                : Optional.of("Linux has no wall clock per process; a library that pretends is not installed"
                        + " (Debian, Ubuntu: apt install libfaketime)");
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        if (!host.withoutOwnClock().isEmpty()) {
            throw new LabException(
                    host.name() + ": these do not go by the host's own clock: " + host.withoutOwnClock());
        }
        host.clock().step(seconds);
        return () -> host.clock().step(0);
    }
}
