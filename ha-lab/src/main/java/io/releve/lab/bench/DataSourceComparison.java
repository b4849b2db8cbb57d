package io.releve.lab.bench;

import io.releve.examples.lab.Ending;
import io.releve.lab.bench.DataSourceBenchmark.Below;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link DataSourceBenchmark} for all contenders in turn, round after round, each time in a new JVM: what changes in the
 * machine meanwhile changes for all of them, and no JVM's luck with its compiler decides.
 */
final class DataSourceComparison {

    /** What the profiler calls the bytes that each operation allocates. */
    private static final String BYTES = "gc.alloc.rate.norm";

    /** Of those of whom nothing is required: the run should not take longer than it must. */
    private static final int ROUNDS_OF_OTHERS = 2;

    private final boolean quick;
    private final VerboseMode verbosity;

    DataSourceComparison(boolean quick, VerboseMode verbosity) {
        this.quick = quick;
        this.verbosity = verbosity;
    }

    /**
     * Runs contests.
     *
     * @param contests which
     * @param cache where a database server may be unpacked
     * @param done called with each when all its rounds are over
     * @throws RunnerException if a benchmark fails
     */
    void run(List<Contest> contests, Path cache, Consumer<Standing> done)
            throws RunnerException, IOException, InterruptedException {
        // Also when it is told to end: the server would go on without it.
        try (Ending ending = Ending.atExit()) {
            Optional<TrialAddress> server = Optional.empty();
            for (Contest contest : contests) {
                if (server.isEmpty() && contest.below() == Below.SERVER) {
                    server = Optional.of(TrialDatabase.start(cache, ending));
                }
                done.accept(run(contest, server));
            }
        }
    }

    private Standing run(Contest contest, Optional<TrialAddress> server) throws RunnerException {
        Standing standing = new Standing(contest);
        List<Contender> order = new ArrayList<>(contest.contenders());
        for (int round = 0; round < (quick ? 1 : contest.rounds()); round++) {
            for (Contender contender : order) {
                if (round >= ROUNDS_OF_OTHERS && !contender.isJudged()) {
                    continue;
                }
                for (RunResult result : new Runner(options(contest, contender, server)).run()) {
                    standing.add(contender, run(result));
                }
            }
            // Whoever was first is last: neither place is of use.
            Collections.reverse(order);
        }
        return standing;
    }

    private static Standing.Run run(RunResult result) {
        List<Double> nanos = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                Result<?> mean = iteration.getPrimaryResult();
                nanos.add(mean.getScore());
            }
        }
        Result<?> bytes = result.getSecondaryResults().get(BYTES);
        if (bytes == null) {
            throw new IllegalStateException("JMH's profiler does not say " + BYTES);
        }
        return new Standing.Run(nanos, bytes.getScore());
    }

    private Options options(Contest contest, Contender contender, Optional<TrialAddress> server) {
        List<String> jvm = new ArrayList<>(List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC"));
        server.ifPresent(address -> jvm.addAll(address.asOptions()));
        return new OptionsBuilder()
                .include(DataSourceBenchmark.class.getName().replace(".", "\\.") + "\\." + contest.operation() + "$")
                .param("contender", contender.name())
                .param("below", contest.below().name())
                .forks(1)
                .threads(contest.threads())
                .warmupIterations(2)
                .warmupTime(TimeValue.milliseconds(quick ? 500 : 1000))
                .measurementIterations(quick ? 2 : 3)
                .measurementTime(TimeValue.milliseconds(quick ? 500 : 1000))
                .jvmArgs(jvm.toArray(String[]::new))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(verbosity)
                .build();
    }
}
