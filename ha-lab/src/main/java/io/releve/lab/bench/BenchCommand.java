package io.releve.lab.bench;

import io.releve.examples.lab.LabException;
import io.releve.lab.bench.DataSourceBenchmark.Below;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lab bench}: runs a family of benchmarks. */
@Command(
        name = "bench",
        description = "Runs benchmarks and prints what they measured.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 if all was measured, and FailoverDataSource was within its bounds; 1 if not; 2 if it was used"
                    + " wrongly or could not run."
        })
public final class BenchCommand implements Callable<Integer> {

    private static final int IMPOSSIBLE = 2;

    /** What can be measured. */
    enum Family {
        SCHEDULER,
        DATASOURCE
    }

    /** How results are printed. */
    enum Format {
        TEXT,
        TSV
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FAMILY", description = "What to measure: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // required
    private Family family;

    @Option(
            names = "--format",
            description = "${COMPLETION-CANDIDATES}; TSV: one line per result with benchmark, parameters, score, unit, "
                    + "error. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.TEXT;

    @Option(names = "--quick", description = "Fewer and shorter runs: for a look, not for the record.")
    private boolean quick;

    @Option(
            names = "--size",
            split = ",",
            paramLabel = "NODESxRESOURCES",
            description = "SCHEDULER: only these sizes; default: all, from 10x100 to 1000x10000.")
    private List<String> sizes = List.of();

    @Option(names = "--from", split = ",", description = "SCHEDULER: only these beginnings: COLD, WARM; default: both.")
    private List<SchedulerBenchmark.Start> from = List.of();

    @Option(names = "--heap", description = "SCHEDULER: the heap that a benchmark gets; default: ${DEFAULT-VALUE}.")
    private String heap = "1g";

    @Option(
            names = "--below",
            split = ",",
            description = "DATASOURCE: only over these: STUB (a driver without a server), SERVER; default: both.")
    private List<Below> below = List.of();

    /** Made by picocli. */
    public BenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        return family == Family.SCHEDULER ? schedulers() : dataSources();
    }

    private void say(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    private int schedulers() {
        boolean complete = true;
        // One at a time: each result is there as soon as it is known, and a plan that fails leaves the others.
        for (String size : sizes.isEmpty() ? SchedulerBenchmark.SIZES : sizes) {
            for (SchedulerBenchmark.Start start : from.isEmpty() ? List.of(SchedulerBenchmark.Start.values()) : from) {
                try {
                    for (RunResult result : new Runner(options(size, start)).run()) {
                        Measured measured = Measured.of(result);
                        print(format == Format.TSV ? measured.line() : measured.text());
                    }
                } catch (RunnerException failed) {
                    complete = false;
                    say(size + " " + start + ": " + failed.getMessage()
                            + "; with --format text the benchmark says why");
                }
            }
        }
        return complete ? 0 : 1;
    }

    private org.openjdk.jmh.runner.options.Options options(String size, SchedulerBenchmark.Start start) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(SchedulerBenchmark.class.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .threads(1)
                .warmupIterations(quick ? 2 : 5)
                .warmupTime(TimeValue.seconds(quick ? 1 : 2))
                .measurementIterations(quick ? 3 : 5)
                .measurementTime(TimeValue.seconds(quick ? 1 : 2))
                .jvmArgs("-Xmx" + heap, "-XX:+UseParallelGC")
                .shouldFailOnError(true)
                .verbosity(verbosity());
        return options.param("size", size).param("from", start.name()).build();
    }

    private VerboseMode verbosity() {
        return format == Format.TSV ? VerboseMode.SILENT : VerboseMode.NORMAL;
    }

    private int dataSources() throws IOException, InterruptedException {
        List<Contest> contests = Contest.ALL.stream()
                .filter(contest -> below.isEmpty() || below.contains(contest.below()))
                .toList();
        List<String> missed = new ArrayList<>();
        try {
            // What JMH says of each of the many runs is of interest only if one fails.
            new DataSourceComparison(quick, VerboseMode.SILENT).run(contests, cache(), standing -> {
                missed.addAll(standing.missed());
                if (format == Format.TSV) {
                    standing.measured().forEach(measured -> print(measured.line()));
                } else {
                    print(standing.text());
                }
            });
        } catch (RunnerException | LabException failed) {
            say("The DataSources cannot be measured: " + reasons(failed));
            return IMPOSSIBLE;
        }
        missed.forEach(this::say);
        return missed.isEmpty() ? 0 : 1;
    }

    private static String reasons(Throwable failure) {
        StringBuilder reasons = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            reasons.append("; ").append(cause);
        }
        return reasons.toString();
    }

    private static Path cache() {
        return Path.of(System.getProperty("releve.checkout", ""))
                .toAbsolutePath()
                .resolve("ha-examples/target/cache");
    }
}
