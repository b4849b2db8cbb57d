package io.releve.lab.bench;

import java.io.PrintWriter;
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
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {

    /** What can be measured. */
    enum Family {
        SCHEDULER(SchedulerBenchmark.class);

        private final Class<?> benchmark;

        Family(Class<?> benchmark) {
            this.benchmark = benchmark;
        }
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
            description = "Only these sizes; default: all, from 10x100 to 1000x10000.")
    private List<String> sizes = List.of();

    @Option(names = "--from", split = ",", description = "Only these beginnings: COLD, WARM; default: both.")
    private List<SchedulerBenchmark.Start> from = List.of();

    @Option(names = "--heap", description = "The heap that a benchmark gets; default: ${DEFAULT-VALUE}.")
    private String heap = "1g";

    /** Made by picocli. */
    public BenchCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        boolean complete = true;
        // One at a time: each result is there as soon as it is known, and a plan that fails leaves the others.
        for (String size : sizes.isEmpty() ? SchedulerBenchmark.SIZES : sizes) {
            for (SchedulerBenchmark.Start start : from.isEmpty() ? List.of(SchedulerBenchmark.Start.values()) : from) {
                try {
                    for (RunResult result : new Runner(options(size, start)).run()) {
                        Measured measured = Measured.of(result);
                        out.println(format == Format.TSV ? measured.line() : measured.text());
                        out.flush();
                    }
                } catch (RunnerException failed) {
                    complete = false;
                    spec.commandLine()
                            .getErr()
                            .println(size + " " + start + ": " + failed.getMessage()
                                    + "; with --format text the benchmark says why");
                }
            }
        }
        return complete ? 0 : 1;
    }

    private org.openjdk.jmh.runner.options.Options options(String size, SchedulerBenchmark.Start start) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(family.benchmark.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .threads(1)
                .warmupIterations(quick ? 2 : 5)
                .warmupTime(TimeValue.seconds(quick ? 1 : 2))
                .measurementIterations(quick ? 3 : 5)
                .measurementTime(TimeValue.seconds(quick ? 1 : 2))
                .jvmArgs("-Xmx" + heap, "-XX:+UseParallelGC")
                .shouldFailOnError(true)
                .verbosity(format == Format.TSV ? VerboseMode.SILENT : VerboseMode.NORMAL);
        return options.param("size", size).param("from", start.name()).build();
    }
}
