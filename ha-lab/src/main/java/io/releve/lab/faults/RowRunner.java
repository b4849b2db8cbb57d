package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Patience;
import io.releve.lab.cluster.TrialCluster;
import io.releve.lab.measure.Ledger;
import io.releve.lab.measure.LedgerClient;
import io.releve.lab.measure.Sampler;
import io.releve.status.ClusterStatus.NodeCondition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs one row once, on a cluster that is well. */
final class RowRunner {

    private static final int WARM = 100;
    private static final int AS_BEFORE = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CONVERGENCE = Duration.ofMinutes(2);

    private final TrialCluster cluster;
    private final Sampler sampler;
    private final LedgerClient client;
    private final Row row;
    private final Audit audit;
    private final Deque<Healing> healings = new ArrayDeque<>();
    private final List<Healing> healed = new ArrayList<>();
    private int movesBefore;
    private Optional<LabHost> first = Optional.empty();
    private long broken = System.nanoTime();

    RowRunner(TrialCluster cluster, Sampler sampler, LedgerClient client, Row row) {
        this.cluster = cluster;
        this.sampler = sampler;
        this.client = client;
        this.row = row;
        this.audit = new Audit(cluster, sampler);
    }

    /**
     * Runs it.
     *
     * @param number of the run, never used before with this cluster
     */
    RunResult run(int number) throws InterruptedException {
        Ledger ledger = client.begin(number);
        try {
            if (!ledger.awaitSentAfter(System.nanoTime(), WARM, PATIENCE)) {
                throw new LabException("no writes before the fault: " + ledger);
            }
            sampler.restart();
            movesBefore = cluster.watch().moves();
            broken = System.nanoTime();
            for (Step step : row.steps()) {
                take(step, ledger);
            }
            healAll();
            boolean converged = converge();
            long end = System.nanoTime();
            if (!ledger.awaitSentAfter(end, AS_BEFORE, PATIENCE)) {
                audit.complain("no writes after everything was healed: " + ledger);
            }
            client.end(ledger);
            return result(ledger, end, cluster.watch().moves() - movesBefore, converged);
        } finally {
            healAll();
        }
    }

    private boolean converge() throws InterruptedException {
        try {
            cluster.awaitConverged(CONVERGENCE, row.expectation().heldBack() ? 1 : 0);
            return true;
        } catch (LabException late) {
            audit.complain(String.valueOf(late.getMessage()));
            return false;
        }
    }

    private RunResult result(Ledger ledger, long end, int moves, boolean converged) throws InterruptedException {
        boolean manyWriters = cluster.topology().manyWriters();
        Seen seen = new Seen(
                moves,
                manyWriters ? 0 : sampler.twoWritersMillis(),
                sampler.twoHoldersMillis(),
                manyWriters ? 0 : ledger.stale(),
                ledger.failures(),
                ledger.firstFailure().orElse(""));
        seen.broken(row.expectation()).forEach(audit::complain);
        long lost = 0;
        if (converged) {
            lost = audit.lost(ledger, first.filter(host -> row.expectation().heldBack()));
            audit.places();
            audit.leftovers();
            for (Healing healing : healed) {
                healing.verify().ifPresent(audit::complain);
            }
        }
        return new RunResult(
                ledger.longestGap(broken, end),
                ledger.ids().size(),
                lost,
                seen.twoWritersMillis(),
                seen.twoHoldersMillis(),
                seen.errors(),
                audit.broken());
    }

    private void take(Step step, Ledger ledger) throws InterruptedException {
        if (step instanceof Step.Break one) {
            LabHost host = find(one.where());
            first = first.or(() -> Optional.of(host));
            push(one.fault().inject(cluster, host));
        } else if (step instanceof Step.BreakAll all) {
            for (LabHost host : cluster.hosts()) {
                push(all.fault().inject(cluster, host));
            }
        } else if (step instanceof Step.Hold hold) {
            hold(hold.time());
        } else if (step instanceof Step.AwaitWrites) {
            if (!ledger.awaitSentAfter(System.nanoTime(), 1, PATIENCE)) {
                audit.complain("no write was acknowledged within " + PATIENCE.toSeconds() + " s of the fault");
            }
        } else if (step instanceof Step.Heal) {
            healAll();
        } else if (step instanceof Step.HealFirst && !healings.isEmpty()) {
            healings.removeLast().heal();
        } else if (step instanceof Step.AwaitConverged) {
            converge();
        } else if (step instanceof Step.AwaitMove) {
            if (!cluster.watch().withinMoves(PATIENCE, movesBefore)) {
                audit.complain("nothing had moved " + PATIENCE.toSeconds() + " s after the fault");
            }
        } else if (step instanceof Step.AwaitGivenUp) {
            if (!cluster.watch().within(PATIENCE, status -> status.nodes().containsValue(NodeCondition.OFFLINE))) {
                audit.complain("no node had been given up " + PATIENCE.toSeconds() + " s after the fault");
            }
        }
    }

    private void push(Healing healing) {
        healings.push(healing);
        healed.add(healing);
    }

    private static void hold(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void healAll() throws InterruptedException {
        while (!healings.isEmpty()) {
            healings.pop().heal();
        }
    }

    private LabHost find(Where where) throws InterruptedException {
        return switch (where) {
            case FIRST -> first.orElseThrow();
            case CONTROLLER -> ask("a controller is known", where);
            case ZOOKEEPER_LEADER -> ask("a ZooKeeper server leads", where);
            case ACTIVE -> ask("the service is active", where);
            case STANDBY -> standby(0);
            case OTHER_STANDBY -> standby(1);
        };
    }

    private LabHost ask(String what, Where where) throws InterruptedException {
        return Patience.until(what, PATIENCE, () -> {
            Optional<LabHost> host = switch (where) {
                case CONTROLLER -> cluster.controller();
                case ZOOKEEPER_LEADER -> cluster.zooKeeperLeader();
                default -> cluster.active();
            };
            return host.filter(LabHost::isPowered);
        });
    }

    private LabHost standby(int index) {
        Optional<LabHost> active = cluster.active();
        return cluster.hosts().stream()
                .filter(host -> !active.equals(Optional.of(host)))
                .skip(index)
                .findFirst()
                .orElseThrow();
    }
}
