package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.examples.lab.NamespaceHosts;
import io.releve.lab.cluster.ServerInUse;
import io.releve.lab.cluster.Topology;
import io.releve.lab.cluster.TrialCluster;
import io.releve.lab.cluster.Wires;
import io.releve.lab.measure.LedgerClient;
import io.releve.lab.measure.Sampler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs rows, one after the other, on a cluster that is built anew whenever the last scenario has left it unwell. */
final class Campaign implements AutoCloseable {

    private final Path directory;
    private final Topology topology;
    private final ServerInUse server;
    private final Duration lease;
    private final Duration pace;
    private final Consumer<String> progress;
    private final NamespaceHosts network;
    private final Wires wires;
    private @Nullable Setting setting;
    private int clusters;
    private int runs;

    /** A cluster with those who watch it. */
    private record Setting(TrialCluster cluster, Sampler sampler, LedgerClient client) {

        void close() throws IOException {
            client.close();
            sampler.close();
            cluster.close();
        }
    }

    /**
     * @param directory where data and logs go
     * @param topology how the database servers stand to each other
     * @param server the database server
     * @param lease the nodes' lease
     * @param pace the time between two writes of a thread
     * @param progress told what happens, line by line
     */
    Campaign(
            Path directory,
            Topology topology,
            ServerInUse server,
            Duration lease,
            Duration pace,
            Consumer<String> progress) {
        this.directory = directory;
        this.topology = topology;
        this.server = server;
        this.lease = lease;
        this.pace = pace;
        this.progress = progress;
        this.network = new NamespaceHosts(Stream.concat(TrialCluster.NODES.stream(), Stream.of(TrialCluster.CLIENT))
                .toList());
        this.wires = Wires.of(network);
    }

    /** Runs a row so many times. */
    RowResult run(Row row, int times) throws IOException, InterruptedException {
        progress.accept(row.id() + " " + row.text() + ": " + row.script());
        List<RunResult> results = new ArrayList<>();
        Optional<String> obstacle = Optional.empty();
        for (int i = 0; i < times && obstacle.isEmpty(); i++) {
            try {
                obstacle = once(row, results);
            } catch (LabException failed) {
                progress.accept("  " + failed.getMessage());
                obstacle = Optional.of(RowResult.ERROR
                        + String.valueOf(failed.getMessage())
                                .lines()
                                .findFirst()
                                .orElse(""));
                tearDown();
            }
        }
        RowResult result = new RowResult(row, results, row.expectation().limit(lease), obstacle);
        progress.accept("  " + result.verdict());
        return result;
    }

    /** One run; returns why it is impossible here, if it is. */
    private Optional<String> once(Row row, List<RunResult> results) throws IOException, InterruptedException {
        boolean ownClocks = row.faults().stream().anyMatch(StepClock.class::isInstance);
        Setting ready = prepare(row.setup(), ownClocks);
        Optional<String> impossible = row.faults().stream()
                .flatMap(fault -> fault.obstacle(ready.cluster()).stream())
                .findFirst();
        if (impossible.isPresent()) {
            return Optional.of("skipped: " + impossible.get());
        }
        RunResult result = new RowRunner(ready.cluster(), ready.sampler(), ready.client(), row).run(++runs);
        results.add(result);
        progress.accept("  outage " + result.outage().toMillis() + " ms, " + result.acknowledged() + " acknowledged, "
                + result.lost() + " lost, " + result.failures() + " errors, two writers "
                + result.twoWritersMillis() + " ms, two holders " + result.twoHoldersMillis() + " ms, "
                + ready.sampler().samples() + " samples");
        if (!result.broken().isEmpty()) {
            result.broken().forEach(sentence -> progress.accept("  BROKEN: " + sentence));
            progress.accept(ready.cluster().lastWords());
            tearDown();
        } else if (row.expectation().heldBack()) {
            tearDown();
        }
        return Optional.empty();
    }

    private Setting prepare(Row.Setup setup, boolean ownClocks) throws IOException, InterruptedException {
        if (setting != null && setting.cluster().ownClocks() != ownClocks) {
            tearDown();
        }
        if (setting == null) {
            setting = build(ownClocks);
        }
        if (!new Arranger(setting.cluster()).arrange(setup)) {
            tearDown();
            setting = build(ownClocks);
            if (!new Arranger(setting.cluster()).arrange(setup)) {
                throw new LabException("the hosts could not be made to play the parts wanted: " + setup);
            }
        }
        return setting;
    }

    private Setting build(boolean ownClocks) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Path place = directory.resolve("cluster" + ++clusters);
        TrialCluster cluster = TrialCluster.start(network, wires, place, topology, server, lease, ownClocks);
        Setting built = new Setting(cluster, new Sampler(cluster), new LedgerClient(cluster, pace));
        progress.accept(
                "A new cluster in " + place + " after " + (System.nanoTime() - begin) / 1_000_000 + " ms: " + topology);
        return built;
    }

    private void tearDown() throws IOException {
        Setting old = setting;
        setting = null;
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() throws IOException {
        tearDown();
    }
}
