package io.releve.pacemaker;

import io.releve.model.ClusterConfig;
import io.releve.state.ClusterState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was read from a CIB. The configuration is as lenient as Pacemaker is: it has not gone through the checks of
 * {@link ClusterConfig.Builder#build()}, and can refer to resources and nodes that do not exist.
 *
 * @param config what is declared
 * @param state what is observed; nodes in the order of the status section, then those that it does not mention
 * @param executionDate the moment at which the CIB was looked at, where it says so
 * @param notCarriedOver what the configuration contains and the rest of this value does not, each with its position,
 *     element and reason
 */
public record Cib(
        ClusterConfig config, ClusterState state, Optional<Instant> executionDate, List<String> notCarriedOver) {

    public Cib {
        notCarriedOver = List.copyOf(notCarriedOver);
    }
}
