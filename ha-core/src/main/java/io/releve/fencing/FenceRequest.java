package io.releve.fencing;

import java.time.Duration;
import java.util.List;

/**
 * One attempt to fence one life of a node. All durations count from the moment of the call. Immutable.
 *
 * @param node the node to be fenced
 * @param incarnation which of its lives: a later one is another matter and must be left alone where a fencer can tell
 * @param action what to do to it
 * @param reason why, for people
 * @param timeout how long the call may take; after that its thread is interrupted and the attempt counts as failed
 * @param leaseRemaining how much of the node's lease is left as everybody else counts it, margin included; zero: it has
 *     run out, and the node has given up what it ran by itself
 * @param leftBehind resources that this life is known to have left running or may have: their stop failed there, and
 *     nothing but their agent ends them; the end of the lease does not make these harmless
 */
public record FenceRequest(
        String node,
        String incarnation,
        FenceAction action,
        String reason,
        Duration timeout,
        Duration leaseRemaining,
        List<String> leftBehind) {

    public FenceRequest {
        leftBehind = List.copyOf(leftBehind);
    }

    /** An attempt on a node of which nothing was left behind. */
    public FenceRequest(
            String node,
            String incarnation,
            FenceAction action,
            String reason,
            Duration timeout,
            Duration leaseRemaining) {
        this(node, incarnation, action, reason, timeout, leaseRemaining, List.of());
    }

    @Override
    public String toString() {
        return action + " " + node + "#" + incarnation + " (" + reason + ")";
    }
}
