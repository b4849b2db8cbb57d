package io.releve.controller;

import io.releve.codec.FencingLog;
import io.releve.fencing.FenceAction;
import io.releve.fencing.FenceRequest;
import io.releve.fencing.FenceResult;
import io.releve.fencing.Fencer;
import io.releve.fencing.LeaseTable;
import io.releve.model.FencingLevel;
import io.releve.runtime.EventLoop;
import io.releve.runtime.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fencing of one life of a node by its levels: one level after another until one succeeds, all of them again after a
 * pause, until it is certain or has failed too often. All methods are called on the loop.
 */
final class FencingRun {

    private static final Logger LOG = LoggerFactory.getLogger(FencingRun.class);

    /** How long a fencer that was interrupted may take to end. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** What the run learns from its surroundings, and whom it tells. */
    interface Host {
        /** How long the life may still hold its lease; zero if it does not. */
        Duration leaseRemaining();

        /** Whether somebody has waited for the end of the lease, or has ended the life otherwise. */
        boolean hasNoLease();

        /** How often the life has renewed, as long as it is a member. */
        Optional<Integer> renewals();

        /** What the life is known to have left behind. */
        List<String> leftBehind();

        /** News of an attempt. */
        void attempted(FencingLog.Open news);

        /** The node is fenced. */
        void fenced(FencingLog.Done done);
    }

    /**
     * What is to be done.
     *
     * @param life whose life it is
     * @param lease the length of its lease
     * @param action {@code off} or {@code reboot}
     * @param by the controller
     * @param reason why
     * @param levels by rising index
     * @param timeout how long one fencer may take
     * @param attempts how often all levels may fail
     */
    record Order(
            LeaseTable.Life life,
            Duration lease,
            String action,
            String by,
            String reason,
            List<FencingLevel> levels,
            Duration timeout,
            int attempts) {}

    private final Order order;
    private final Map<String, Fencer> fencers;
    private final EventLoop loop;
    private final Workers workers;
    private final Host host;
    private final Instant since;
    private final long sinceNanos;

    private final List<String> evidence = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int level;
    private int device;
    private int failedAttempts;
    private boolean waitsForLease;
    private boolean ended;
    /** Tells the answers of a fencer that was given up from those that are waited for. */
    private int calls;

    private Workers.@Nullable Task task;
    private EventLoop.Timer timer = () -> {};

    FencingRun(Order order, Map<String, Fencer> fencers, EventLoop loop, Workers workers, Host host) {
        this.order = order;
        this.fencers = fencers;
        this.loop = loop;
        this.workers = workers;
        this.host = host;
        this.since = loop.now();
        this.sinceNanos = loop.nanoTime();
    }

    /** Begins. */
    void begin() {
        LOG.warn("fencing {} of node {}: {}", order.action, order.life, order.reason);
        tell("", Optional.empty());
        fence();
    }

    /** Something has changed that a fencer may be waiting for. */
    void look() {
        if (waitsForLease && host.hasNoLease()) {
            waitsForLease = false;
            timer.cancel();
            fence();
        }
    }

    /** Nobody needs the result any more. */
    void cancel() {
        ended = true;
        calls++;
        timer.cancel();
        interrupt();
    }

    private void interrupt() {
        Workers.Task running = task;
        if (running != null) {
            task = null;
            running.interrupt();
            // Whoever does not heed it keeps a thread, but no place among those that may run.
            loop.schedule(GRACE, running::abandon);
        }
    }

    private FencingLevel level() {
        return order.levels.get(level);
    }

    private void fence() {
        String name = level().devices().get(device);
        Fencer fencer = fencers.get(name);
        if (fencer == null) {
            failed(
                    name,
                    FenceResult.failed(
                            "node " + order.by + " has no fencer of this name",
                            "register it on every node with HaCluster.builder().fencer(…)"));
            return;
        }
        int call = ++calls;
        if (fencer.waitsForLease() && !host.hasNoLease()) {
            waitsForLease = true;
            Duration limit = order.timeout.plus(order.lease);
            timer = loop.schedule(limit, () -> {
                waitsForLease = false;
                failed(
                        name,
                        FenceResult.failed(
                                "the node still renews its lease after " + limit.toMillis() + " ms",
                                "look why it does not give up, or end its JVM"));
            });
            return;
        }
        FenceRequest request = new FenceRequest(
                order.life.node(),
                order.life.incarnation(),
                FenceAction.of(order.action),
                order.reason,
                order.timeout,
                host.hasNoLease() ? Duration.ZERO : host.leaseRemaining(),
                host.leftBehind());
        timer = loop.schedule(order.timeout, () -> overrun(call, name));
        task = workers.start("fence " + order.life.node() + " by " + name, () -> {
            FenceResult result = call(fencer, request);
            loop.execute(() -> answered(call, name, fencer, result));
        });
    }

    private static FenceResult call(Fencer fencer, FenceRequest request) {
        try {
            return fencer.fence(request);
        } catch (InterruptedException interrupted) {
            return FenceResult.failed("it was interrupted", "");
        } catch (Exception failure) {
            LOG.warn("the fencer {} failed", fencer, failure);
            String message = failure.getMessage();
            return FenceResult.failed(message == null ? failure.toString() : message, "");
        }
    }

    private void overrun(int call, String name) {
        if (call == calls) {
            calls++;
            interrupt();
            failed(
                    name,
                    FenceResult.failed(
                            "it did not end within its time-out of " + order.timeout.toMillis() + " ms",
                            "try it by hand, or raise stonith-timeout"));
        }
    }

    private void answered(int call, String name, Fencer fencer, FenceResult result) {
        if (call != calls) {
            return;
        }
        timer.cancel();
        task = null;
        if (!(result instanceof FenceResult.Fenced fenced)) {
            failed(name, result);
            return;
        }
        evidence.add(level().devices().size() > 1 ? name + ": " + fenced.evidence() : fenced.evidence());
        if (device + 1 < level().devices().size()) {
            device++;
            fence();
        } else if (fencer.waitsForLease() || host.renewals().isEmpty()) {
            succeeded();
        } else {
            confirm(call, name);
        }
    }

    /**
     * A fencer that says it has fenced a member must be right: from now on that member may not renew its lease. It is
     * watched for the time of one renewal.
     */
    private void confirm(int call, String name) {
        Optional<Integer> before = host.renewals();
        Duration watch = order.lease.dividedBy(3).plus(LeaseTable.margin(order.lease));
        Duration silent = order.lease.plus(LeaseTable.margin(order.lease)).minus(host.leaseRemaining());
        Duration rest = watch.minus(silent);
        timer = loop.schedule(rest.isNegative() ? Duration.ZERO : rest, () -> {
            if (call != calls) {
                return;
            }
            Optional<Integer> after = host.renewals();
            if (after.isPresent() && !after.equals(before)) {
                failed(
                        name,
                        FenceResult.failed(
                                "it says that the node is fenced, but the node has renewed its lease since",
                                "check which outlet, machine or address stands for node " + order.life.node()));
            } else {
                succeeded();
            }
        });
    }

    private void succeeded() {
        ended = true;
        Duration took = Duration.ofNanos(loop.nanoTime() - sinceNanos);
        String said = String.join("; ", evidence);
        LOG.warn("node {} is fenced by {} after {} ms: {}", order.life, level(), took.toMillis(), said);
        host.fenced(new FencingLog.Done(
                order.life.node(),
                order.life.incarnation(),
                order.action,
                order.by,
                order.reason,
                level().toString(),
                said,
                loop.now(),
                took,
                failedAttempts));
    }

    private void failed(String name, FenceResult result) {
        String text = result instanceof FenceResult.Failed why
                ? why.reason() + (why.remedy().isEmpty() ? "" : "; " + why.remedy())
                : result.describe();
        LOG.error("fencing node {} by {} ({}) failed: {}", order.life, name, level(), text);
        failures.add(name + ": " + text);
        evidence.clear();
        device = 0;
        if (level + 1 < order.levels.size()) {
            level++;
            fence();
            return;
        }
        level = 0;
        failedAttempts++;
        String all = String.join("; ", failures);
        failures.clear();
        if (failedAttempts >= order.attempts) {
            LOG.error(
                    "fencing node {} is given up after {} attempts: what it ran stays where it is until it comes back",
                    order.life,
                    failedAttempts);
            tell(all, Optional.empty());
            return;
        }
        Duration pause = FencingPolicy.pause(failedAttempts);
        tell(all, Optional.of(loop.now().plus(pause)));
        timer = loop.schedule(pause, () -> {
            if (!ended) {
                fence();
            }
        });
    }

    private void tell(String failure, Optional<Instant> nextTry) {
        host.attempted(new FencingLog.Open(
                order.life.incarnation(),
                order.action,
                order.by,
                order.reason,
                since,
                failedAttempts,
                failure,
                nextTry));
    }
}
