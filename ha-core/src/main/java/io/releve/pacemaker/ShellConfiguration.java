package io.releve.pacemaker;

import io.releve.model.ClusterConfig;
import java.util.List;

/**
 * What was read from a text of the crm shell. The configuration is as lenient as Pacemaker is: it has not gone through
 * the checks of {@link ClusterConfig.Builder#build()}.
 *
 * @param config what is declared
 * @param notCarriedOver what the text contains and the configuration does not, each with its line and reason
 */
public record ShellConfiguration(ClusterConfig config, List<String> notCarriedOver) {

    public ShellConfiguration {
        notCarriedOver = List.copyOf(notCarriedOver);
    }
}
