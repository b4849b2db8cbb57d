package io.releve.pacemaker;

import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import io.releve.state.ClusterState.TicketState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the cluster's state out of the status section, once the configuration is known too. */
final class StateAssembler {

    private static final String FAIL_COUNT = "fail-count-";
    private static final String LAST_FAILURE = "last-failure-";

    private final ConfigurationReader.Result configuration;
    private final Membership membership;
    private final Notes notes;

    StateAssembler(ConfigurationReader.Result configuration, Instant now, Notes notes) {
        this.configuration = configuration;
        this.membership = new Membership(configuration.config(), now);
        this.notes = notes;
    }

    ClusterState state(
            boolean quorate, String controllerId, List<ObservedNode> observed, Map<String, TicketState> tickets) {
        ClusterConfig config = configuration.config();
        Map<String, ClusterNode> declared = new HashMap<>();
        config.nodes().forEach(node -> declared.put(node.name(), node));
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        for (ObservedNode node : observed) {
            ClusterNode as = declared.get(nameOf(node));
            if (as == null) {
                notes.add(node.element, "no node of the configuration has this id or name: its status is left out");
            } else if (nodes.putIfAbsent(as.name(), state(node, as)) != null) {
                notes.add(node.element, "there is a status of this node already: this one is left out");
            }
        }
        for (ClusterNode node : config.nodes()) {
            nodes.computeIfAbsent(node.name(), this::unseen);
        }
        String controller =
                configuration.nodeNamesById().getOrDefault(controllerId.toLowerCase(Locale.ROOT), controllerId);
        return new ClusterState(quorate, controller, nodes, tickets);
    }

    private String nameOf(ObservedNode node) {
        return configuration.nodeNamesById().getOrDefault(node.id().toLowerCase(Locale.ROOT), node.name());
    }

    private NodeState unseen(String name) {
        return new NodeState(
                name, membership.ofUnseen(), false, false, false, Map.of(), Map.of(), List.of(), Map.of(), Map.of());
    }

    private NodeState state(ObservedNode node, ClusterNode declared) {
        // Without a name it is not known whose history it is.
        boolean hasHistory = !node.name().isEmpty();
        return new NodeState(
                declared.name(),
                membership.of(node, attribute(node, declared, "terminate")),
                Words.isTrue(node.attributes.get("standby")),
                Words.isTrue(node.attributes.get("maintenance")),
                node.shutdownRequested(),
                node.attributes,
                hasHistory ? node.history : Map.of(),
                failCounts(node),
                hasHistory ? node.agents : Map.of(),
                hasHistory ? node.locks : Map.of());
    }

    private static String attribute(ObservedNode node, ClusterNode declared, String name) {
        String value = node.attributes.get(name);
        return value == null ? Plain.value(declared.attributes(), name).orElse("") : value;
    }

    private List<FailCount> failCounts(ObservedNode node) {
        List<FailCount> counts = new ArrayList<>();
        node.attributes.forEach((name, value) -> {
            if (name.startsWith(FAIL_COUNT)) {
                FailCount count = failCount(name.substring(FAIL_COUNT.length()), value, node.attributes);
                if (count == null) {
                    notes.add(
                            node.element,
                            "the attribute '" + Element.shortened(name)
                                    + "' does not say of which operation, as in fail-count-RESOURCE#start_0: it does not count");
                } else {
                    counts.add(count);
                }
            }
        });
        return counts;
    }

    /** Out of {@code resource#operation_interval}. */
    private static @Nullable FailCount failCount(String name, String value, Map<String, String> attributes) {
        int hash = name.lastIndexOf('#');
        int underscore = name.lastIndexOf('_');
        if (hash <= 0 || underscore < hash) {
            return null;
        }
        Optional<Score> count = Words.score(value);
        return new FailCount(
                name.substring(0, hash),
                name.substring(hash + 1, underscore),
                Math.max(0, Words.number(name.substring(underscore + 1)).orElse(0)),
                count.orElse(Score.ZERO),
                Words.epoch(attributes.get(LAST_FAILURE + name)).orElse(Instant.EPOCH));
    }
}
