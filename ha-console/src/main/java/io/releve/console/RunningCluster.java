package io.releve.console;

import io.releve.ClusterReadException;
import io.releve.ClusterSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads the situation of a running cluster. */
final class RunningCluster {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private RunningCluster() {}

    /**
     * Reads it.
     *
     * @param now the time of the plan; empty: the present
     * @throws ConsoleException if it cannot be read
     */
    static Situation read(String zooKeeper, String cluster, Optional<Instant> now) {
        try {
            ClusterSnapshot seen = ClusterSnapshot.read(zooKeeper, cluster, LIMIT);
            return new Situation(seen.config(), seen.state(), now.orElse(seen.at()), "", List.of());
        } catch (ClusterReadException | IllegalArgumentException unreadable) {
            throw new ConsoleException(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }
}
