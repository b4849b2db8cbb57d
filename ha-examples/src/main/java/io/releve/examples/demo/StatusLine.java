package io.releve.examples.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.releve.status.ClusterStatus;
import io.releve.status.ClusterStatus.NodeCondition;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node tells the demonstration of the cluster's status, on one line of its output.
 *
 * @param inTouch whether the node is in touch with ZooKeeper
 * @param online the nodes that take part
 * @param groupOn where the whole group is active; empty if nowhere
 * @param databasesOn where the database servers run
 * @param failures what failed
 * @param text the status as people read it
 */
record StatusLine(
        boolean inTouch,
        List<String> online,
        String groupOn,
        List<String> databasesOn,
        List<String> failures,
        String text) {

    private static final String MARK = "@status ";
    private static final ObjectMapper JSON = new ObjectMapper();

    StatusLine {
        online = List.copyOf(online);
        databasesOn = List.copyOf(databasesOn);
        failures = List.copyOf(failures);
    }

    static StatusLine of(ClusterStatus status) {
        return new StatusLine(
                status.inTouch(),
                status.nodes().entrySet().stream()
                        .filter(node -> node.getValue() == NodeCondition.ONLINE)
                        .map(Map.Entry::getKey)
                        .toList(),
                status.activeNode(Intralab.GROUP).orElse(""),
                status.activeNodes(Intralab.DATABASES),
                status.failures().stream()
                        .map(failure -> failure.resourceId() + " " + failure.operation() + " on " + failure.node()
                                + ": " + failure.reason())
                        .toList(),
                status.toString());
    }

    String encode() {
        try {
            return MARK + JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a line of a node's output; empty if it is an ordinary one. */
    static Optional<StatusLine> decode(String line) {
        if (!line.startsWith(MARK)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(line.substring(MARK.length()), StatusLine.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a node printed a status that cannot be read: " + line, e);
        }
    }
}
