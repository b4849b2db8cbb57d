package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.state.ClusterState;
import java.time.Instant;

/**
 * Decides where each resource goes and what is to be done now. A pure function: the same configuration, state and
 * time give the same transition.
 *
 * <p>Thread-safety: stateless.
 */
public final class Scheduler {

    private Scheduler() {}

    /**
     * Plans.
     *
     * @param config what is declared
     * @param state what is observed
     * @param now the time, for failures that are forgotten and rules that look at the date
     * @return what is to be done; empty if all is as it should be
     */
    public static Transition plan(ClusterConfig config, ClusterState state, Instant now) {
        return new Decision(config, state, now).transition();
    }
}
