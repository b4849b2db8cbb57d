package io.releve.controller;

import io.releve.codec.FencingLog;
import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.codec.PlanId;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Reign;
import io.releve.fencing.Fencer;
import io.releve.fencing.Fencing;
import io.releve.fencing.LeaseTable.Life;
import io.releve.model.ClusterConfig;
import io.releve.node.NodeRuntime;
import io.releve.node.Progress;
import io.releve.node.Sight;
import io.releve.runtime.EventLoop;
import io.releve.runtime.Workers;
import io.releve.scheduler.Action;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Carries out the fences of the controller's present plan, and records what came of them. A node's fencing goes on when
 * the plan is made anew; it ends when no plan asks for it any more, or the reign is over.
 *
 * <p>A fence is released, so that the steps after it may begin, only while its plan is the present one: the controller
 * makes a new plan on the ground that nothing begins behind a fence that is not released.
 *
 * <p>All methods are called on the loop.
 */
final class FencingDesk {

    private final String self;
    private final Map<String, Fencer> fencers;
    private final EventLoop loop;
    private final Workers workers;
    private final NodeRuntime node;
    private final Sight sight;
    private final FencingLogWriter log;
    private final Runnable onFenced;

    private final Map<Life, FencingRun> runs = new HashMap<>();
    private final Set<Life> done = new HashSet<>();
    private final Set<Life> noted = new HashSet<>();
    private final Set<Integer> released = new HashSet<>();
    private PlanId of = PlanId.NONE;

    /**
     * A desk without a reign.
     *
     * @param onFenced called when a node has been fenced and that is recorded
     */
    FencingDesk(
            String self,
            Map<String, Fencer> fencers,
            Coordinator coordinator,
            EventLoop loop,
            Workers workers,
            NodeRuntime node,
            Sight sight,
            Runnable onFenced) {
        this.self = self;
        this.fencers = new HashMap<>(fencers);
        this.fencers.put(Fencing.LEASE, Fencing.lease());
        this.loop = loop;
        this.workers = workers;
        this.node = node;
        this.sight = sight;
        this.onFenced = onFenced;
        this.log = new FencingLogWriter(coordinator, loop, sight);
    }

    /** A reign begins or ends. */
    void under(Optional<Reign> reign) {
        runs.values().forEach(FencingRun::cancel);
        runs.clear();
        done.clear();
        noted.clear();
        released.clear();
        of = PlanId.NONE;
        log.under(reign);
    }

    /** The fences of the present plan that have been carried out, whether or not a report shows it yet. */
    Set<Integer> released() {
        return released;
    }

    /** Begins what may begin, and ends what is over. */
    void look(ClusterConfig config, Plan plan) {
        if (!plan.id().equals(of)) {
            of = plan.id();
            released.clear();
        }
        Observed seen = Observed.of(config, sight);
        Set<Life> wanted = new HashSet<>();
        for (Action fence : fences(plan)) {
            life(fence, plan, seen).ifPresent(wanted::add);
        }
        drop(life -> isPast(life, seen) || (!plan.halt() && !wanted.contains(life)), seen);
        if (!plan.halt()) {
            Progress progress = Progress.of(plan, seen.reports().values(), released);
            for (Action fence : progress.readyFences()) {
                life(fence, plan, seen).ifPresent(life -> step(fence, life, plan, seen));
            }
        }
        List.copyOf(runs.values()).forEach(FencingRun::look);
        noteLeases(seen);
    }

    private static List<Action> fences(Plan plan) {
        return plan.actions().stream()
                .filter(action -> action.kind() == Action.Kind.FENCE)
                .toList();
    }

    /** The life that a fence is meant for: the one that acted on the plan, otherwise the one that is lost. */
    private static Optional<Life> life(Action fence, Plan plan, Observed seen) {
        String target = fence.node().orElse("");
        String incarnation = plan.incarnations().get(target);
        NodeReport report = seen.reports().get(target);
        return Optional.ofNullable(incarnation)
                .or(() -> Optional.ofNullable(report).map(NodeReport::incarnation))
                .map(found -> new Life(target, found));
    }

    private void drop(Predicate<Life> unwanted, Observed seen) {
        for (Life life : List.copyOf(runs.keySet())) {
            if (unwanted.test(life)) {
                Objects.requireNonNull(runs.remove(life)).cancel();
            }
        }
        seen.fencing().open().forEach((target, open) -> {
            Life life = new Life(target, open.incarnation());
            if (!runs.containsKey(life) && unwanted.test(life) && noted.add(life)) {
                log.write(old -> old.without(target, open.incarnation()), Optional.empty(), () -> noted.remove(life));
            }
        });
    }

    /** Whether a life need not be fenced any more: it is over, or a later one of its node has joined. */
    private static boolean isPast(Life life, Observed seen) {
        Member member = seen.view().members().get(life.node());
        if (member != null && !member.info().incarnation().equals(life.incarnation())) {
            return true;
        }
        NodeReport report = seen.reports().get(life.node());
        return report == null || !report.incarnation().equals(life.incarnation()) || Standing.isOver(report, seen);
    }

    private void step(Action fence, Life life, Plan plan, Observed seen) {
        if (life.node().equals(self)) {
            return; // It gives up by itself, and another controller sees to the rest.
        }
        NodeReport report = seen.reports().get(life.node());
        boolean over =
                report != null && report.incarnation().equals(life.incarnation()) && Standing.isOver(report, seen);
        if (over || done.contains(life)) {
            if (node.stepDone(plan.id(), fence.id())) {
                released.add(fence.id());
            }
            return;
        }
        if (isPast(life, seen)) {
            return; // A later life has joined: a new plan is to look at what it finds there.
        }
        if (!runs.containsKey(life)) {
            FencingRun run = new FencingRun(order(fence, life, seen), fencers, loop, workers, new Surroundings(life));
            runs.put(life, run);
            run.begin();
        }
    }

    private FencingRun.Order order(Action fence, Life life, Observed seen) {
        return new FencingRun.Order(
                life,
                lease(life, seen),
                fence.operation(),
                self,
                fence.meta().getOrDefault("reason", "the cluster has lost trust in it"),
                FencingPolicy.levels(seen.config(), life.node()),
                FencingPolicy.timeout(seen.config()),
                FencingPolicy.attempts(seen.config()));
    }

    private static Duration lease(Life life, Observed seen) {
        NodeReport report = seen.reports().get(life.node());
        return Duration.ofMillis(report == null ? 0 : report.leaseMillis());
    }

    /** Writes down who was fenced by nothing but the end of its lease: that needs no plan. */
    private void noteLeases(Observed seen) {
        seen.view().evictions().forEach((target, incarnation) -> {
            NodeReport report = seen.reports().get(target);
            Life life = new Life(target, incarnation);
            boolean lost = report != null
                    && report.incarnation().equals(incarnation)
                    && !report.left()
                    && !seen.fencing().isFenced(target, incarnation)
                    && FencingPolicy.isEnabled(seen.config())
                    && Standing.isOver(report, seen);
            if (lost && !runs.containsKey(life) && done.add(life)) {
                FencingLog.Done entry = new FencingLog.Done(
                        target,
                        incarnation,
                        "off",
                        self,
                        "the node is lost",
                        FencingPolicy.levels(seen.config(), target).get(0).toString(),
                        "its lease has run out",
                        loop.now(),
                        lease(life, seen),
                        0);
                log.write(old -> old.with(entry), Optional.empty(), () -> {});
            }
        });
    }

    private final class Surroundings implements FencingRun.Host {
        private final Life life;

        private Surroundings(Life life) {
            this.life = life;
        }

        private Optional<NodeReport> report() {
            return Optional.ofNullable(sight.reports().get(life.node()))
                    .filter(report -> report.incarnation().equals(life.incarnation()));
        }

        @Override
        public Duration leaseRemaining() {
            return node.leaseOf(life.node(), life.incarnation());
        }

        @Override
        public boolean hasNoLease() {
            return life.incarnation().equals(sight.view().evictions().get(life.node()));
        }

        @Override
        public Optional<Integer> renewals() {
            return Optional.ofNullable(sight.view().members().get(life.node()))
                    .filter(member -> member.info().incarnation().equals(life.incarnation()))
                    .map(Member::renewals);
        }

        @Override
        public List<String> leftBehind() {
            return report().map(report -> List.copyOf(report.leftBehind())).orElse(List.of());
        }

        @Override
        public void attempted(FencingLog.Open news) {
            log.write(old -> old.with(life.node(), news), Optional.empty(), () -> {});
        }

        @Override
        public void fenced(FencingLog.Done entry) {
            Duration lease = report().map(report -> Duration.ofMillis(report.leaseMillis()))
                    .orElse(Duration.ZERO);
            MemberInfo ended = new MemberInfo(life.node(), life.incarnation(), lease);
            log.write(old -> old.with(entry), Optional.of(ended), () -> {
                done.add(life);
                runs.remove(life);
                onFenced.run();
            });
        }
    }
}
