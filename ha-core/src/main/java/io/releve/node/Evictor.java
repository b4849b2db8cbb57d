package io.releve.node;

import io.releve.codec.NodeReport;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.View;
import io.releve.fencing.LeaseTable;
import io.releve.fencing.LeaseTable.Life;
import io.releve.fencing.LeaseTable.Sighting;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the leases of the others, and ends the membership of those whose lease has run out. Every member does so:
 * the coordination service sees to it that it happens once, and not to a member that has renewed meanwhile.
 *
 * <p>Used on the loop only.
 */
final class Evictor {

    private static final Logger LOG = LoggerFactory.getLogger(Evictor.class);

    private final Coordinator coordinator;
    private final Failsafe failsafe;
    private final EventLoop loop;
    private final Set<Life> evicting = new HashSet<>();
    private LeaseTable table = LeaseTable.empty();
    private Map<String, Member> members = Map.of();
    private Map<String, NodeReport> reports = Map.of();
    private String self = "";
    private boolean inTouch;
    private EventLoop.Timer timer = () -> {};

    Evictor(Coordinator coordinator, Failsafe failsafe, EventLoop loop) {
        this.coordinator = coordinator;
        this.failsafe = failsafe;
        this.loop = loop;
    }

    /**
     * Takes in what is seen now.
     *
     * @param ownIncarnation this node's own life, which it does not judge
     * @param policy what the others do when they cannot renew
     */
    void observe(Sight sight, String ownIncarnation, QuorumPolicy policy) {
        View view = sight.view();
        self = ownIncarnation;
        members = view.members();
        reports = sight.reports();
        List<Sighting> sightings = new ArrayList<>();
        List<Life> over = new ArrayList<>();
        reports.forEach((node, report) -> {
            Member member = members.get(node);
            boolean replaced = member != null && !member.info().incarnation().equals(report.incarnation());
            if (report.left() || replaced) {
                over.add(new Life(node, report.incarnation()));
            } else if (member == null) {
                sightings.add(Sighting.ofTrace(node, report.incarnation(), Duration.ofMillis(report.leaseMillis())));
            }
        });
        members.forEach((node, member) -> sightings.add(Sighting.ofMember(
                node, member.info().incarnation(), member.info().lease(), member.renewals())));
        view.evictions().forEach((node, incarnation) -> over.add(new Life(node, incarnation)));
        boolean back = view.connection() == View.Connection.CONNECTED && !inTouch;
        inTouch = view.connection() == View.Connection.CONNECTED;
        table = table.observe(inTouch, sightings, over, loop.nanoTime());
        if (back && policy != QuorumPolicy.STOP) {
            table = table.startAgain(loop.nanoTime());
        }
        evicting.removeAll(over);
        act();
    }

    private void act() {
        long now = loop.nanoTime();
        for (Life life : table.expired(now)) {
            if (!life.incarnation().equals(self) && evicting.add(life)) {
                evict(life);
            }
        }
        timer.cancel();
        table.nextDeadline(now)
                .ifPresent(deadline -> timer = loop.schedule(Duration.ofNanos(deadline - now), this::act));
    }

    private void evict(Life life) {
        Member member = members.get(life.node());
        NodeReport report = reports.get(life.node());
        Member last;
        if (member != null && member.info().incarnation().equals(life.incarnation())) {
            last = member;
        } else {
            Duration lease = report == null ? Duration.ZERO : Duration.ofMillis(report.leaseMillis());
            last = new Member(new MemberInfo(life.node(), life.incarnation(), lease), -1);
        }
        failsafe.ifItMayEnd(last, may -> {
            if (may) {
                end(life, last);
            } else {
                tryAgain(life, last);
            }
        });
    }

    private void tryAgain(Life life, Member last) {
        evicting.remove(life);
        timer.cancel();
        timer = loop.schedule(last.info().lease().dividedBy(10).plusMillis(10), this::act);
    }

    private void end(Life life, Member last) {
        LOG.warn(
                "the lease of node {} ({} ms) has run out: its membership is ended",
                life.node(),
                last.info().lease().toMillis());
        coordinator
                .evict(last)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        failsafe.notEnded(last, Failures.of(failure));
                        LOG.info(
                                "the membership of node {} was not ended: {}",
                                life.node(),
                                Failures.of(failure).getMessage());
                        tryAgain(life, last);
                    }
                }));
    }

    /** How long a life may still hold its lease. */
    Duration remaining(Life life) {
        return table.remaining(life, loop.nanoTime());
    }

    void close() {
        timer.cancel();
    }
}
