package io.releve.lab.vip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What came of all runs of a row.
 *
 * @param row the row
 * @param runs the runs that came to an end
 * @param obstacle why it was not run, or not to its end; empty if it was
 */
public record AddressResult(AddressRow row, List<AddressRun> runs, Optional<String> obstacle) {

    /** How a failure of the laboratory itself begins. */
    static final String ERROR = "ERROR: ";

    /** A time that is measured in each run. */
    private record Column(String name, Function<AddressRun, OptionalDouble> value) {}

    private static final List<Column> TIMES = List.of(
            new Column("gone_ms", AddressRun::gone),
            new Column("nobody_ms", AddressRun::nobody),
            new Column("no_answer_ms", AddressRun::silence),
            new Column("new_mac_ms", AddressRun::turned),
            new Column("new_mac_after_gone_ms", AddressRun::turnedSinceGone),
            new Column("two_holders_ms", AddressRun::twoHolders),
            new Column("client_pause_ms", AddressRun::pause));

    public AddressResult {
        runs = List.copyOf(runs);
    }

    /** The columns of {@link #line}. */
    public static List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("row", "fault", "who", "runs"));
        for (Column time : TIMES) {
            columns.addAll(List.of(time.name() + "_median", time.name() + "_min", time.name() + "_max"));
        }
        columns.add("verdict");
        return List.copyOf(columns);
    }

    /** The values, separated by tabs, one for each of {@link #columns()}. */
    public String line() {
        List<String> values = new ArrayList<>(List.of(row.id(), row.text(), row.who(), Integer.toString(runs.size())));
        for (Column time : TIMES) {
            values.addAll(spread(time.value()).map(Spread::values).orElse(List.of("", "", "")));
        }
        values.add(verdict().replace('\t', ' ').replace('\n', ' '));
        return String.join("\t", values);
    }

    Optional<Spread> spread(Function<AddressRun, OptionalDouble> value) {
        return Spread.of(runs.stream()
                .map(value)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList());
    }

    /** Whether something happened with ours that never may. */
    public boolean isBroken() {
        return row.contender().isOurs()
                && runs.stream().anyMatch(run -> !run.broken().isEmpty());
    }

    /** Whether the laboratory itself failed, so that nothing can be said. */
    public boolean isCutShort() {
        return obstacle.filter(text -> text.startsWith(ERROR)).isPresent();
    }

    /** {@code ok}, or what is not. */
    public String verdict() {
        String broken = runs.stream()
                .flatMap(run -> run.broken().stream())
                .distinct()
                .map(sentence -> sentence + " (" + count(sentence) + " of " + runs.size() + ")")
                .collect(Collectors.joining("; "));
        if (!broken.isEmpty()) {
            return row.contender().isOurs() ? "BROKEN: " + broken : broken;
        }
        return obstacle.or(() -> late("unreachable", row.unreachableLimit(), AddressRun::silence))
                .or(() -> late("the client's turn", row.neighbourLimit(), AddressRun::turnedSinceGone))
                .orElse("ok");
    }

    private long count(String sentence) {
        return runs.stream().filter(run -> run.broken().contains(sentence)).count();
    }

    private Optional<String> late(String what, Optional<Duration> limit, Function<AddressRun, OptionalDouble> value) {
        return limit.filter(longest -> spread(value)
                        .filter(times -> times.median() > longest.toMillis())
                        .isPresent())
                .map(longest -> "slow: " + what + ": median above " + longest.toMillis() + " ms");
    }
}
