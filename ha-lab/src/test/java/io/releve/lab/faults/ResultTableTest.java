package io.releve.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultTableTest {

    private static final Row ROW = Matrix.all().get(0);

    @Test
    void shouldPrintOneLineWithAllColumns() {
        RowResult result = result(List.of(run(300), run(100), run(200)), Optional.of(Duration.ofMillis(400)));

        assertThat(result.line().split("\t", -1)).hasSameSizeAs(RowResult.COLUMNS);
        assertThat(result.line()).contains("\t3\t200\t100\t300\t30\t0\t0\t0\t3\tok");
    }

    @Test
    void shouldCallARowSlowWhoseMedianIsAboveItsLimit() {
        RowResult result = result(List.of(run(300), run(100), run(500)), Optional.of(Duration.ofMillis(299)));

        assertThat(result.verdict()).isEqualTo("slow: median above 299 ms");
        assertThat(result.isBroken()).isFalse();
    }

    @Test
    void shouldSayWhatIsBrokenBeforeAnythingElse() {
        RunResult bad = new RunResult(
                Duration.ofMillis(10), 10, 2, 3.5, 0, 1, List.of("2 acknowledged writes are lost", "two\twriters"));
        RowResult result = result(List.of(run(300), bad), Optional.of(Duration.ofMillis(1)));

        assertThat(result.isBroken()).isTrue();
        assertThat(result.verdict()).isEqualTo("BROKEN: 2 acknowledged writes are lost; two writers");
        assertThat(result.values().get(8)).isEqualTo("3.50");
    }

    @Test
    void shouldSayWhyARowWasNotRun() {
        RowResult result = new RowResult(ROW, List.of(), Optional.empty(), Optional.of("skipped: no loop devices"));

        assertThat(result.verdict()).isEqualTo("skipped: no loop devices");
        assertThat(result.line().split("\t", -1)).hasSameSizeAs(RowResult.COLUMNS);
    }

    @Test
    void shouldReplaceTheLinesOfTheRowsThatWereRunAndKeepTheOthers() {
        String page = """
                # Faults
                <!-- results: written by bin/lab faults -->
                Old.
                | F3 | old three |
                | F1 | old one |
                <!-- end of results -->
                The rest.
                """;

        String updated = ResultTable.update(
                page, "New.", List.of(result(List.of(run(300)), Optional.of(Duration.ofMillis(400)))));

        assertThat(updated)
                .contains("# Faults", "The rest.", "New.", "| F3 | old three |", "| F1 | database server killed | 1 |")
                .doesNotContain("Old.", "old one");
        assertThat(updated.indexOf("| F1 |")).isLessThan(updated.indexOf("| F3 |"));
    }

    @Test
    void shouldRefuseAPageWithoutAPlaceForResults() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResultTable.update("# Faults", "", List.of()))
                .withMessageContaining("lacks the lines");
    }

    private static RowResult result(List<RunResult> runs, Optional<Duration> limit) {
        return new RowResult(ROW, runs, limit, Optional.empty());
    }

    private static RunResult run(long millis) {
        return new RunResult(Duration.ofMillis(millis), 10, 0, 0, 0, 1, List.of());
    }
}
