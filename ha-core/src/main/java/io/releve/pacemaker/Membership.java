package io.releve.pacemaker;

import io.releve.model.ClusterConfig;
import io.releve.state.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;

/** Tells from a node's entry whether the node takes part, is gone, or must be fenced. */
final class Membership {

    private final boolean fencing;
    private final boolean fenceUnseen;
    private final Duration pendingTimeout;
    private final Instant now;

    Membership(ClusterConfig config, Instant now) {
        this.now = now;
        fencing = Words.bool(Plain.value(config.properties(), "fencing-enabled", "stonith-enabled")
                        .orElse(null))
                .orElse(true);
        fenceUnseen = fencing
                && Words.bool(Plain.value(config.properties(), "startup-fencing")
                                .orElse(null))
                        .orElse(true);
        pendingTimeout = Words.duration(
                        Plain.value(config.properties(), "node-pending-timeout").orElse(null))
                .orElse(Duration.ZERO);
    }

    /** A node that the status section does not mention. */
    NodeState.Membership ofUnseen() {
        return fenceUnseen ? NodeState.Membership.UNCLEAN : NodeState.Membership.OFFLINE;
    }

    NodeState.Membership of(ObservedNode node, String terminate) {
        long member = member(node.element);
        long controller = controller(node.element);
        return fencing ? withFencing(node, member, controller, terminate) : withoutFencing(node, member, controller);
    }

    private NodeState.Membership withFencing(ObservedNode node, long member, long controller, String terminate) {
        String join = node.element.get("join", "").toLowerCase(Locale.ROOT);
        String expected = node.element.get("expected", "down").toLowerCase(Locale.ROOT);
        NodeState.Membership lost = member > 0 ? NodeState.Membership.UNCLEAN_MEMBER : NodeState.Membership.UNCLEAN;
        NodeState.Membership fine = member > 0 ? NodeState.Membership.ONLINE : NodeState.Membership.OFFLINE;
        NodeState.Membership pending = member > 0 ? NodeState.Membership.PENDING : NodeState.Membership.OFFLINE;
        if (node.shutdownRequested()) {
            return controller > 0 ? NodeState.Membership.ONLINE : NodeState.Membership.OFFLINE;
        }
        if (member < 0 || join.equals("banned")) {
            return lost;
        }
        if (isRequested(terminate)) {
            boolean done = member <= 0 && controller <= 0 && join.equals("down");
            return done ? NodeState.Membership.OFFLINE : lost;
        }
        if (!expected.equals("member")) {
            if (hasPendedTooLong(member, controller)) {
                return lost;
            }
            return member > 0 || controller > 0 ? pending : fine;
        }
        if (member <= 0 || controller <= 0) {
            return lost;
        }
        return switch (join) {
            case "member" -> fine;
            case "pending", "down" -> pending;
            default -> lost;
        };
    }

    private NodeState.Membership withoutFencing(ObservedNode node, long member, long controller) {
        if (member <= 0) {
            return NodeState.Membership.OFFLINE;
        }
        if (controller > 0) {
            return node.element.get("join", "").equalsIgnoreCase("member")
                    ? NodeState.Membership.ONLINE
                    : NodeState.Membership.OFFLINE;
        }
        boolean expectedUp =
                !node.shutdownRequested() && node.element.get("expected", "").equalsIgnoreCase("member");
        return expectedUp ? NodeState.Membership.UNCLEAN : NodeState.Membership.OFFLINE;
    }

    private boolean hasPendedTooLong(long member, long controller) {
        return !pendingTimeout.isZero()
                && member > 0
                && controller <= 0
                && now.getEpochSecond() >= member + pendingTimeout.toSeconds();
    }

    /** Since when the node is in the membership: 0 if it is not, −1 if that is not known. */
    private long member(Element node) {
        String word = node.get("in_ccm");
        if (word == null) {
            return -1;
        }
        if (Words.bool(word).isPresent()) {
            return Words.isTrue(word) ? Math.max(1, now.getEpochSecond()) : 0;
        }
        OptionalLong since = Words.number(word);
        return since.isPresent() && since.getAsLong() >= 0 ? since.getAsLong() : -1;
    }

    /** Since when the node's controller is there: 0 if it is not. */
    private static long controller(Element node) {
        String word = node.get("crmd", "offline");
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "online" -> 1;
            case "offline" -> 0;
            default -> Math.max(0, Words.number(word).orElse(0));
        };
    }

    private static boolean isRequested(String terminate) {
        return Words.isTrue(terminate) || Words.number(terminate).orElse(0) > 0;
    }
}
