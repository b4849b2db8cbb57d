package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.Optional;

/**
 * A fault that this laboratory cannot bring about.
 *
 * @param reason why
 */
record Untried(String reason) implements Fault {

    @Override
    public String describe() {
        return "not tried: " + reason;
    }

    @Override
    public Optional<String> obstacle(TrialCluster cluster) {
        return Optional.of(reason);
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        throw new UnsupportedOperationException(reason);
    }
}
