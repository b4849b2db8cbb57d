package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import io.releve.state.FailCount;
import io.releve.state.NodeState;
import io.releve.state.NodeState.Membership;
import io.releve.state.OperationResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the status section: who is a member, what has been done, what is remembered of it. */
final class CibStatus {

    private final CibAttributes attributes;
    private final CibHistory history;
    private final Map<String, String> options;
    private final Instant now;
    private final boolean fencing;

    CibStatus(CibIndex index, CibAttributes attributes, Map<String, String> options, Instant now) {
        this.attributes = attributes;
        this.history = new CibHistory(index);
        this.options = options;
        this.now = now;
        String word = options.getOrDefault("fencing-enabled", options.get("stonith-enabled"));
        this.fencing = !CibAttributes.isFalse(word);
    }

    /** The state; {@code names} are the configured nodes' names by their ids. */
    ClusterState read(boolean quorate, String controller, @Nullable Xml status, Map<String, String> names) {
        Map<String, NodeState> nodes = new LinkedHashMap<>();
        Map<String, ClusterState.TicketState> tickets = new HashMap<>();
        if (status != null) {
            for (Xml element : status.children) {
                if (element.name.equals("node_state")) {
                    String name = names.getOrDefault(
                            element.id().toLowerCase(Locale.ROOT), element.get("uname", ""));
                    if (names.containsValue(name)) {
                        nodes.put(name, node(name, element));
                    }
                } else if (element.name.equals("tickets")) {
                    for (Xml ticket : element.children("ticket_state")) {
                        tickets.put(
                                ticket.id(),
                                new ClusterState.TicketState(
                                        CibAttributes.isTrue(ticket.get("granted")),
                                        CibAttributes.isTrue(ticket.get("standby"))));
                    }
                }
            }
        }
        boolean startupFencing = fencing && !CibAttributes.isFalse(options.get("startup-fencing"));
        for (String name : names.values()) {
            nodes.computeIfAbsent(name, unseen -> bare(unseen, startupFencing));
        }
        return new ClusterState(quorate, controller, nodes, tickets);
    }

    private static NodeState bare(String name, boolean unclean) {
        return new NodeState(
                name,
                unclean ? Membership.UNCLEAN : Membership.OFFLINE,
                false,
                false,
                false,
                Map.of(),
                Map.of(),
                List.of());
    }

    private NodeState node(String name, Xml element) {
        List<AttributeSet> blocks = new ArrayList<>();
        element.children("transient_attributes")
                .forEach(block -> blocks.addAll(attributes.blocks(block, "instance_attributes")));
        Map<String, String> values = CibAttributes.plain(blocks);
        String shutdown = values.get("shutdown");
        boolean leaving = shutdown != null && !shutdown.equals("0");
        Map<String, List<OperationResult>> results = new LinkedHashMap<>();
        Map<String, String> agents = new HashMap<>();
        Map<String, Instant> locks = new HashMap<>();
        if (element.get("uname") != null || !name.isEmpty()) {
            history.read(element, results, agents, locks);
        }
        return new NodeState(
                name,
                membership(element, values, leaving),
                false,
                false,
                leaving,
                values,
                results,
                failCounts(values),
                agents,
                locks);
    }

    private List<FailCount> failCounts(Map<String, String> values) {
        List<FailCount> counts = new ArrayList<>();
        values.forEach((key, value) -> {
            int mark = key.lastIndexOf('#');
            if (key.startsWith("fail-count-") && mark > 0) {
                String resource = key.substring("fail-count-".length(), mark);
                String operation = key.substring(mark + 1);
                int split = operation.lastIndexOf('_');
                if (split > 0 && operation.substring(split + 1).matches("[0-9]{1,18}")) {
                    Score count = CibAttributes.score(value);
                    String last = values.getOrDefault("last-failure-" + key.substring("fail-count-".length()), "");
                    counts.add(new FailCount(
                            resource,
                            operation.substring(0, split),
                            Long.parseLong(operation.substring(split + 1)),
                            count,
                            epoch(last)));
                }
            }
        });
        return counts;
    }

    static Instant epoch(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,15}")
                ? Instant.ofEpochSecond(Long.parseLong(text))
                : Instant.EPOCH;
    }

    private long memberSince(Xml element) {
        String text = element.get("in_ccm");
        if (text == null) {
            return -1;
        }
        if (CibAttributes.isTrue(text)) {
            return text.equals("1") ? 1 : now.getEpochSecond();
        }
        if (CibAttributes.isFalse(text)) {
            return 0;
        }
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : -1;
    }

    private static long controllerSince(Xml element) {
        String text = element.get("crmd", "offline");
        return switch (text) {
            case "offline" -> 0;
            case "online" -> 1;
            default -> text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
        };
    }

    private Membership membership(Xml element, Map<String, String> values, boolean leaving) {
        long member = memberSince(element);
        long controller = controllerSince(element);
        String join = element.get("join", "").toLowerCase(Locale.ROOT);
        String expected = element.get("expected", "").toLowerCase(Locale.ROOT);
        return fencing
                ? withFencing(member, controller, join, expected, values, leaving)
                : withoutFencing(member, controller, join, expected, leaving);
    }

    private static Membership withoutFencing(
            long member, long controller, String join, String expected, boolean leaving) {
        if (member <= 0) {
            return Membership.OFFLINE;
        }
        if (controller > 0) {
            return join.equals("member") ? Membership.ONLINE : Membership.OFFLINE;
        }
        return !leaving && expected.equals("member") ? Membership.UNCLEAN : Membership.OFFLINE;
    }

    private Membership withFencing(
            long member,
            long controller,
            String join,
            String expected,
            Map<String, String> values,
            boolean leaving) {
        Membership unclean = member > 0 ? Membership.UNCLEAN_MEMBER : Membership.UNCLEAN;
        if (leaving) {
            return controller > 0 ? Membership.ONLINE : Membership.OFFLINE;
        }
        if (member < 0) {
            return Membership.UNCLEAN;
        }
        if (join.equals("banned")) {
            return unclean;
        }
        if (isToTerminate(values.get("terminate"))) {
            boolean done = member <= 0 && controller <= 0 && join.equals("down");
            return done ? Membership.OFFLINE : unclean;
        }
        if (!expected.equals("member")) {
            return withoutExpectation(member, controller, unclean);
        }
        if (member <= 0 || controller <= 0) {
            return unclean;
        }
        return switch (join) {
            case "member" -> Membership.ONLINE;
            case "pending", "down" -> Membership.PENDING;
            default -> unclean;
        };
    }

    private Membership withoutExpectation(long member, long controller, Membership unclean) {
        long timeout = CibRules.Spans.parse(options.getOrDefault("node-pending-timeout", "0"))
                .toSeconds();
        if (timeout > 0 && member > 0 && controller <= 0 && now.getEpochSecond() >= member + timeout) {
            return unclean;
        }
        return member > 0 || controller > 0
                ? member > 0 ? Membership.PENDING : Membership.OFFLINE
                : Membership.OFFLINE;
    }

    private static boolean isToTerminate(@Nullable String word) {
        return CibAttributes.isTrue(word) || (word != null && word.matches("[0-9]{1,18}") && !word.matches("0+"));
    }
}
