package io.releve;

import io.releve.coordination.Coordinator;
import java.time.Duration;

/** Makes the coordinator that the builder asks for. */
final class Coordination {

    private Coordination() {}

    static Coordinator zooKeeper(String cluster, String connectString, Duration sessionTimeout) {
        return java.util.Objects.requireNonNull(null, cluster + connectString + sessionTimeout);
    }
}
