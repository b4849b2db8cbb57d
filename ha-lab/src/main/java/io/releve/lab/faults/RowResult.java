package io.releve.lab.faults;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What came of all runs of a row.
 *
 * @param row the row
 * @param runs the runs that came to an end
 * @param limit the longest median outage that is allowed, if there is a limit
 * @param obstacle why it was not run, or not to its end; empty if it was
 */
record RowResult(Row row, List<RunResult> runs, Optional<Duration> limit, Optional<String> obstacle) {

    /** The columns of {@link #line}. */
    static final List<String> COLUMNS = List.of(
            "row",
            "fault",
            "runs",
            "outage_ms_median",
            "outage_ms_min",
            "outage_ms_max",
            "acked",
            "lost",
            "two_writers_ms",
            "two_holders_ms",
            "app_errors",
            "verdict");

    /** How a failure of the laboratory itself begins. */
    static final String ERROR = "ERROR: ";

    RowResult {
        runs = List.copyOf(runs);
    }

    /** Whether something happened that never may. */
    boolean isBroken() {
        return runs.stream().anyMatch(run -> !run.broken().isEmpty());
    }

    /** Whether the laboratory itself failed, so that nothing can be said. */
    boolean isCutShort() {
        return obstacle.filter(text -> text.startsWith(ERROR)).isPresent();
    }

    /** The median of the outages. */
    long medianMillis() {
        List<Long> sorted = sorted();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    private List<Long> sorted() {
        return runs.stream().map(run -> run.outage().toMillis()).sorted().toList();
    }

    /** The values, one for each of {@link #COLUMNS}. */
    List<String> values() {
        List<Long> outages = sorted();
        boolean none = outages.isEmpty();
        return List.of(
                row.id(),
                row.text(),
                Integer.toString(runs.size()),
                none ? "" : Long.toString(medianMillis()),
                none ? "" : Long.toString(outages.get(0)),
                none ? "" : Long.toString(outages.get(outages.size() - 1)),
                Long.toString(runs.stream().mapToLong(RunResult::acknowledged).sum()),
                Long.toString(runs.stream().mapToLong(RunResult::lost).sum()),
                millis(runs.stream().mapToDouble(RunResult::twoWritersMillis).sum()),
                millis(runs.stream().mapToDouble(RunResult::twoHoldersMillis).sum()),
                Long.toString(runs.stream().mapToLong(RunResult::failures).sum()),
                verdict());
    }

    private static String millis(double value) {
        // A hundredth of a millisecond of two writers is not none.
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.2f", value);
    }

    /** {@code ok}, or what is not. */
    String verdict() {
        if (isBroken()) {
            return "BROKEN: "
                    + runs.stream()
                            .flatMap(run -> run.broken().stream())
                            .distinct()
                            .collect(Collectors.joining("; "))
                            .replace('\t', ' ')
                            .replace('\n', ' ');
        }
        if (obstacle.isPresent()) {
            return obstacle.get().replace('\t', ' ').replace('\n', ' ');
        }
        return limit.filter(longest -> medianMillis() > longest.toMillis())
                .map(longest -> "slow: median above " + longest.toMillis() + " ms")
                .orElse("ok");
    }

    /** The values, separated by tabs. */
    String line() {
        return String.join("\t", values());
    }
}
