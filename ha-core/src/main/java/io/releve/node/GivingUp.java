package io.releve.node;

import io.releve.agent.Outcome;
import io.releve.agent.Tether;
import io.releve.fencing.LastResort;
import io.releve.fencing.LeaseTable;
import io.releve.model.Primitive;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops what this node runs because its life ends. What ends with the JVM alone is stopped first: the kernel and the
 * servers see to the rest.
 *
 * <p>The others take over when they have waited for the lease and a margin. Once the lease has ended, whatever fails to
 * stop, or still runs when most of that margin has passed, is a case for the {@link LastResort}, if that ends it.
 *
 * <p>All methods are called on the loop.
 */
final class GivingUp {

    private static final Logger LOG = LoggerFactory.getLogger(GivingUp.class);

    /** How much of the margin may pass: the rest is for a late timer, and for ending the JVM. */
    private static final double SHARE_OF_MARGIN = 0.8;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private final String node;
    private final LocalResources resources;
    private final LastResort lastResort;
    private final Duration limit;
    private final EventLoop loop;

    private final Set<String> running = new LinkedHashSet<>();
    private final Set<String> failed = new LinkedHashSet<>();
    private EventLoop.Timer timer = () -> {};
    private boolean leaseOver;
    private boolean taken;
    private boolean leftToTheLease;

    GivingUp(String node, LocalResources resources, LastResort lastResort, Duration lease, EventLoop loop) {
        this.node = node;
        this.resources = resources;
        this.lastResort = lastResort;
        this.limit = limit(lease);
        this.loop = loop;
    }

    /** How long after the lease's end something may still run before the last resort is taken. */
    static Duration limit(Duration lease) {
        return Duration.ofNanos((long) (LeaseTable.margin(lease).toNanos() * SHARE_OF_MARGIN));
    }

    /**
     * Begins.
     *
     * @param which what to stop
     * @param then told, once, what could not be stopped
     */
    void begin(Predicate<Primitive> which, String why, Consumer<Set<String>> then) {
        begin(which, resources::stop, why, then);
    }

    /** The same when the lease has ended: agents may leave what does no harm without one. */
    void beginWithoutLease(Predicate<Primitive> which, String why, Consumer<Set<String>> then) {
        begin(which, resources::giveUp, why, then);
        leaseIsOver();
    }

    /** How one resource is ended. */
    private interface End {
        void end(String id, Consumer<Outcome> then);
    }

    private void begin(Predicate<Primitive> which, End end, String why, Consumer<Set<String>> then) {
        timer.cancel();
        running.clear();
        failed.clear();
        leaseOver = false;
        taken = false;
        leftToTheLease = false;
        List<String> order = new ArrayList<>();
        List<String> all = resources.giveUp(which, why);
        all.stream().filter(id -> resources.tether(id) == Tether.JVM).forEach(order::add);
        all.stream().filter(id -> !order.contains(id)).toList().forEach(order::add);
        running.addAll(order);
        stopNext(order, 0, end, () -> {
            timer.cancel();
            then.accept(Set.copyOf(failed));
        });
    }

    /** The lease is over: others wait for its margin only. */
    void leaseIsOver() {
        if (!leaseOver) {
            leaseOver = true;
            timer.cancel();
            timer = loop.schedule(limit, this::overrun);
            failed.forEach(id -> resort(id, "could not be stopped"));
        }
    }

    private void stopNext(List<String> order, int index, End end, Runnable then) {
        if (index == order.size()) {
            then.run();
            return;
        }
        String id = order.get(index);
        end.end(id, outcome -> {
            stopped(id, outcome);
            stopNext(order, index + 1, end, then);
        });
    }

    private void stopped(String id, Outcome outcome) {
        running.remove(id);
        if (!outcome.isSuccess() && resources.tether(id) == Tether.LEASE) {
            leftToTheLease = true;
        } else if (!outcome.isSuccess()) {
            failed.add(id);
            if (leaseOver) {
                resort(id, "could not be stopped: " + outcome.reason());
            }
        }
    }

    private void overrun() {
        for (String id : List.copyOf(running)) {
            resort(id, "still runs " + limit.toMillis() + " ms after the end of the lease");
        }
    }

    /** Whether something could not be stopped that the end of the lease will end: until then it may still run. */
    boolean isLeftToTheLease() {
        return leftToTheLease;
    }

    /** Takes the last resort for what it ends, once. */
    boolean resort(Collection<String> ids, String why) {
        ids.forEach(id -> resort(id, why));
        return taken;
    }

    private void resort(String id, String why) {
        Tether tether = resources.tether(id);
        if (tether == Tether.LEASE || taken) {
            return;
        }
        if (lastResort.ends(tether)) {
            taken = true;
            lastResort.take(id + " " + why + ", and others start it elsewhere");
        } else {
            LOG.error("{} {} on node {}, nothing ends it, and others may start it elsewhere", id, why, node);
        }
    }

    /** Tries to stop again and again what could not be stopped, until nothing of it is left. */
    void persist(Set<String> ids, Runnable then) {
        persist(ids, FIRST_RETRY, then);
    }

    private void persist(Set<String> ids, Duration delay, Runnable then) {
        if (ids.isEmpty()) {
            then.run();
            return;
        }
        LOG.error(
                "node {} stays out of the cluster until {} is stopped; it is tried again in {} ms",
                node,
                String.join(", ", ids),
                delay.toMillis());
        Duration next = delay.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? delay.multipliedBy(2) : LONGEST_RETRY;
        timer = loop.schedule(delay, () -> {
            failed.clear();
            stopNext(List.copyOf(ids), 0, resources::stop, () -> persist(Set.copyOf(failed), next, then));
        });
    }

    void close() {
        timer.cancel();
    }
}
