package io.releve.controller;

import io.releve.codec.NodeReport;
import io.releve.coordination.Member;
import io.releve.model.ClusterConfig;
import org.jspecify.annotations.Nullable;

/**
 * How a node stands. The order in which the questions are asked is the order below; the first that fits counts.
 *
 * <ol>
 *   <li>It has reported nothing, or a life of it has joined that has not: {@link #PENDING} if it is a member, otherwise
 *       {@link #OFFLINE}.
 *   <li>It has left in good order, or was fenced: {@link #OFFLINE}.
 *   <li>Its lease has run out, and the lease is what it is fenced by first, and it has left nothing behind that the
 *       lease does not end: {@link #OFFLINE}. So too where fencing is switched off.
 *   <li>It is a member: {@link #ONLINE}.
 *   <li>It has vanished: {@link #UNCLEAN}. Where fencing is switched off it counts as it was, {@link #ONLINE}, until its
 *       lease has run out.
 * </ol>
 */
enum Standing {
    /** A member that has reported. */
    ONLINE,
    /** A member that has not. */
    PENDING,
    /** Lost, and what it ran may still be running. */
    UNCLEAN,
    /** Not there, and nothing that it ran is running. */
    OFFLINE;

    /** How a declared node stands. */
    static Standing of(String node, Observed seen) {
        @Nullable Member member = seen.view().members().get(node);
        @Nullable NodeReport report = seen.reports().get(node);
        if (report == null || (member != null && !member.info().incarnation().equals(report.incarnation()))) {
            return member == null ? OFFLINE : PENDING;
        }
        if (isOver(report, seen)) {
            return OFFLINE;
        }
        return member == null && FencingPolicy.isEnabled(seen.config()) ? UNCLEAN : ONLINE;
    }

    /** Whether nothing that this life ran is running any more. */
    static boolean isOver(NodeReport report, Observed seen) {
        return report.left()
                || seen.fencing().isFenced(report.node(), report.incarnation())
                || (hasNoLease(report, seen) && leaseIsEnough(report, seen.config()));
    }

    /** Whether somebody has waited for the end of this life's lease, or it was ended otherwise. */
    static boolean hasNoLease(NodeReport report, Observed seen) {
        return report.incarnation().equals(seen.view().evictions().get(report.node()));
    }

    private static boolean leaseIsEnough(NodeReport report, ClusterConfig config) {
        return !FencingPolicy.isEnabled(config)
                || (FencingPolicy.beginsWithTheLease(config, report.node())
                        && report.leftBehind().isEmpty());
    }
}
