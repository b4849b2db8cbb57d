package io.releve.console;

import io.releve.model.ClusterConfig;
import io.releve.state.ClusterState;
import java.time.Instant;
import java.util.List;

/**
 * What a plan is made from.
 *
 * @param config what is declared
 * @param state what is observed
 * @param now the time of the plan
 * @param assumption what the input does not say and is taken to be so; empty if nothing
 * @param notCarriedOver what the input says and Relève does not know, one line each
 */
record Situation(
        ClusterConfig config, ClusterState state, Instant now, String assumption, List<String> notCarriedOver) {

    Situation {
        notCarriedOver = List.copyOf(notCarriedOver);
    }

    Situation with(ClusterConfig other) {
        return new Situation(other, state, now, assumption, notCarriedOver);
    }

    Situation with(ClusterState other) {
        return new Situation(config, other, now, assumption, notCarriedOver);
    }

    Situation with(Instant other) {
        return new Situation(config, state, other, assumption, notCarriedOver);
    }
}
