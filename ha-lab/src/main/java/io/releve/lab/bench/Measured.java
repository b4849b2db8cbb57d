package io.releve.lab.bench;

import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * One result.
 *
 * @param benchmark what was measured
 * @param parameters {@code name=value}, separated by commas
 * @param score the mean
 * @param unit its unit
 * @param error half the width of the 99.9 % confidence interval
 */
record Measured(String benchmark, String parameters, double score, String unit, double error) {

    static Measured of(RunResult run) {
        BenchmarkParams params = run.getParams();
        Result<?> result = run.getPrimaryResult();
        String name = params.getBenchmark();
        String values = params.getParamsKeys().stream()
                .sorted()
                .map(key -> key + "=" + params.getParam(key))
                .collect(Collectors.joining(","));
        return new Measured(
                name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                values,
                result.getScore(),
                result.getScoreUnit(),
                result.getScoreError());
    }

    /** The fields, separated by tabs. */
    String line() {
        return String.format(Locale.ROOT, "%s\t%s\t%.3f\t%s\t%.3f", benchmark, parameters, score, unit, error);
    }

    /** The same for people. */
    String text() {
        return String.format(Locale.ROOT, "%-26s %-28s %10.3f ± %8.3f %s", benchmark, parameters, score, error, unit);
    }
}
