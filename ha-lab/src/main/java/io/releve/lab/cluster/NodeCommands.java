package io.releve.lab.cluster;

import io.releve.HaCluster;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.mysql.server.PrimaryControl;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator asks of a running node, line by line. */
final class NodeCommands {

    private static final Logger LOG = LoggerFactory.getLogger(NodeCommands.class);

    private final HaCluster cluster;
    private final PrimaryControl primary;

    NodeCommands(HaCluster cluster, PrimaryControl primary) {
        this.cluster = cluster;
        this.primary = primary;
    }

    /** Begins with it; the log says how it ended. */
    void accept(String line) {
        String[] words = line.split(" ", 2);
        String what = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case NodeProgram.MOVE -> report(line, what.isEmpty() ? primary.stayAnywhere() : primary.moveTo(what));
            case NodeProgram.STANDBY -> report(line, cluster.reconfigure(config -> standby(config, what)));
            default -> LOG.warn("nobody understands {}", line);
        }
    }

    private static void report(String line, CompletionStage<Void> end) {
        CompletionStage<Void> unused = end.whenComplete((done, failure) -> {
            if (failure == null) {
                LOG.info("done: {}", line);
            } else {
                LOG.warn("not done: {}", line, failure);
            }
        });
    }

    private ClusterConfig standby(ClusterConfig config, String value) {
        List<ClusterNode> nodes = config.nodes().stream()
                .map(node -> node.name().equals(cluster.nodeName()) ? node.attribute("standby", value) : node)
                .toList();
        return new ClusterConfig(
                config.name(),
                nodes,
                config.resources(),
                config.constraints(),
                config.properties(),
                config.resourceDefaults(),
                config.operationDefaults(),
                config.fencingTopology());
    }
}
