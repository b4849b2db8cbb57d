package io.releve.fencing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The leases of all nodes as a survivor counts them: from the moment it <em>saw</em> the last renewal, plus a margin.
 * Whoever is listed by {@link #expired} has stopped: its own count ended earlier.
 *
 * <ul>
 *   <li>A lease first seen is taken to be as fresh as can be: a new controller waits a full one.
 *   <li>A member that has vanished without having been ended keeps its lease until that runs out.
 *   <li>While the survivor is out of touch it sees no renewals, so nothing expires. Once back in touch, a member that has
 *       not renewed since goes on being counted from when it was last seen to: its eviction fails if a renewal was
 *       missed after all. All other leases start again from that moment.
 * </ul>
 *
 * <p>A value: each observation gives a new one. All times are readings of one clock that only goes forward, in
 * nanoseconds, such as {@link System#nanoTime()}.
 */
public final class LeaseTable {

    private static final double MARGIN_SHARE = 0.05;
    private static final Duration LEAST_MARGIN = Duration.ofMillis(50);
    private static final LeaseTable EMPTY = new LeaseTable(Map.of(), false);

    private final Map<Life, Counted> leases;
    private final boolean inTouch;

    private LeaseTable(Map<Life, Counted> leases, boolean inTouch) {
        this.leases = leases;
        this.inTouch = inTouch;
    }

    /**
     * One life of a node.
     *
     * @param node the node's name
     * @param incarnation tells this life from the node's earlier and later ones
     */
    public record Life(String node, String incarnation) {
        @Override
        public String toString() {
            return node + "#" + incarnation;
        }
    }

    /**
     * What is seen of a lease.
     *
     * @param life whose it is
     * @param length how long it runs after a renewal
     * @param renewals how many renewals were seen; any change means that there was one
     */
    public record Sighting(Life life, Duration length, int renewals) {

        /** A holder that is a member now. */
        public static Sighting ofMember(String node, String incarnation, Duration length, int renewals) {
            return new Sighting(new Life(node, incarnation), length, renewals);
        }

        /** A holder that is no member now, and known only from what it left behind. */
        public static Sighting ofTrace(String node, String incarnation, Duration length) {
            return new Sighting(new Life(node, incarnation), length, -1);
        }
    }

    private record Counted(Duration length, int renewals, long seenAt) {
        long endsAt() {
            return seenAt + length.plus(margin(length)).toNanos();
        }
    }

    /** Nothing observed yet. */
    public static LeaseTable empty() {
        return EMPTY;
    }

    /**
     * How much longer than the holder everybody else waits: 5 % of the length, at least 50 ms. Clocks of working
     * machines differ by less than 0.1 % in speed even while they are being corrected; the rest is for the holder's
     * timer that fires late and for the time that stopping itself takes. Whatever acts only every so often on the
     * holder's side must be told an end that is earlier by as much.
     */
    public static Duration margin(Duration length) {
        Duration share = Duration.ofNanos((long) (length.toNanos() * MARGIN_SHARE));
        return share.compareTo(LEAST_MARGIN) > 0 ? share : LEAST_MARGIN;
    }

    /**
     * Takes in what is seen now.
     *
     * @param touch whether the survivor is in touch with the coordination service
     * @param sightings all leases that can be seen
     * @param over the lives that are known to be over: left in good order, or ended by somebody who waited
     * @param nowNanos the time of the observation
     */
    public LeaseTable observe(boolean touch, Collection<Sighting> sightings, Collection<Life> over, long nowNanos) {
        if (!touch) {
            return inTouch ? new LeaseTable(leases, false) : this;
        }
        Map<Life, Counted> next = new HashMap<>(leases);
        if (!inTouch) {
            Map<Life, Integer> members = new HashMap<>();
            sightings.forEach(seen -> members.merge(seen.life, seen.renewals, Math::max));
            next.replaceAll((life, lease) -> {
                boolean unchanged = lease.renewals >= 0 && members.getOrDefault(life, -1) == lease.renewals;
                return unchanged ? lease : new Counted(lease.length, lease.renewals, nowNanos);
            });
        }
        for (Sighting seen : sightings) {
            next.merge(
                    seen.life,
                    new Counted(seen.length, seen.renewals, nowNanos),
                    (before, now) -> now.renewals < 0 || now.renewals == before.renewals ? before : now);
        }
        Set<Life> ended = new HashSet<>(over);
        next.keySet().removeAll(ended);
        return new LeaseTable(Map.copyOf(next), true);
    }

    /**
     * The same with all leases as fresh as can be: where nodes go on without a lease, those that come back in touch
     * together must not end each other's lives before they could renew.
     */
    public LeaseTable startAgain(long nowNanos) {
        Map<Life, Counted> next = new HashMap<>(leases);
        next.replaceAll((life, lease) -> new Counted(lease.length, lease.renewals, nowNanos));
        return new LeaseTable(Map.copyOf(next), inTouch);
    }

    /** The lives whose leases have run out, the one that ended first at the head. None while out of touch. */
    public List<Life> expired(long nowNanos) {
        if (!inTouch) {
            return List.of();
        }
        return byEnd(nowNanos).entrySet().stream()
                .filter(lease -> lease.getValue() - nowNanos <= 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether this life may still hold its lease: it was seen, is not known to be over, and has not run out. */
    public boolean mayHold(Life life, long nowNanos) {
        Counted lease = leases.get(life);
        return lease != null && (!inTouch || lease.endsAt() - nowNanos > 0);
    }

    /** How long this life may still hold its lease; zero if it surely does not. Out of touch, the whole length. */
    public Duration remaining(Life life, long nowNanos) {
        Counted lease = leases.get(life);
        if (lease == null) {
            return Duration.ZERO;
        }
        return inTouch
                ? Duration.ofNanos(Math.max(0, lease.endsAt() - nowNanos))
                : lease.length.plus(margin(lease.length));
    }

    /** Whether any life of this node may still hold its lease. */
    public boolean mayHold(String node, long nowNanos) {
        return leases.keySet().stream().anyMatch(life -> life.node.equals(node) && mayHold(life, nowNanos));
    }

    /** When the next lease runs out, if nobody renews; empty while out of touch or when none runs. */
    public OptionalLong nextDeadline(long nowNanos) {
        if (!inTouch) {
            return OptionalLong.empty();
        }
        return leases.values().stream()
                .mapToLong(lease -> lease.endsAt() - nowNanos)
                .filter(left -> left > 0)
                .min()
                .stream()
                .map(left -> nowNanos + left)
                .findFirst();
    }

    private Map<Life, Long> byEnd(long nowNanos) {
        List<Map.Entry<Life, Counted>> entries = new ArrayList<>(leases.entrySet());
        entries.sort(Comparator.<Map.Entry<Life, Counted>>comparingLong(
                        lease -> lease.getValue().endsAt() - nowNanos)
                .thenComparing(lease -> lease.getKey().toString()));
        Map<Life, Long> ends = new LinkedHashMap<>();
        entries.forEach(lease -> ends.put(lease.getKey(), lease.getValue().endsAt()));
        return ends;
    }

    @Override
    public String toString() {
        return "LeaseTable" + leases.keySet() + (inTouch ? "" : " (out of touch)");
    }
}
