package io.releve.lab.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AddressResultTest {

    private static final AddressRow MOVE = new AddressRow("V1", Trial.MOVE, Contender.RELEVE);
    private static final AddressRow KILLED = new AddressRow("V2k", Trial.KILL, Contender.KEEPALIVED);

    private static AddressRun run(double silence, double gone, String... broken) {
        return new AddressRun(
                OptionalDouble.of(gone),
                OptionalDouble.of(0),
                OptionalDouble.of(silence),
                OptionalDouble.of(12.3456),
                OptionalDouble.empty(),
                OptionalDouble.of(0),
                OptionalDouble.of(1.1),
                List.of(broken));
    }

    @Test
    void shouldPrintOneLineWithAllColumns() {
        AddressResult result = new AddressResult(MOVE, List.of(run(10, 1), run(30, 3), run(20.5, 2)), Optional.empty());

        assertThat(result.line().split("\t", -1)).hasSameSizeAs(AddressResult.columns());
        assertThat(result.line())
                .startsWith("V1\tplanned move\tRelève\t3\t2.000\t1.000\t3.000\t")
                .contains("\t20.500\t10.000\t30.000\t12.346\t12.346\t12.346\t\t\t\t")
                .endsWith("\tok");
        assertThat(AddressTable.markdown(List.of(result))).contains("| 20.5 (10.0–30.0) | 12.3 | – | 0 | ok |");
    }

    @Test
    void shouldSayWhatIsLate() {
        assertThat(new AddressResult(MOVE, List.of(run(31, 1)), Optional.empty()).verdict())
                .isEqualTo("slow: unreachable: median above 30 ms");
    }

    @Test
    void shouldSayThatSomethingNeverCame() {
        AddressResult result =
                new AddressResult(KILLED, List.of(run(1, Double.POSITIVE_INFINITY), run(1, 7)), Optional.empty());

        assertThat(result.line()).contains("\tnever\t7.000\tnever\t");
        assertThat(AddressTable.markdown(List.of(result))).contains("| never (7.0–never) |");
    }

    @Test
    void shouldBlameItselfOnlyForItsOwn() {
        AddressResult others = new AddressResult(KILLED, List.of(run(1, 1, "two hosts"), run(1, 1)), Optional.empty());
        AddressResult own = new AddressResult(MOVE, List.of(run(1, 1, "two hosts")), Optional.empty());

        assertThat(others.isBroken()).isFalse();
        assertThat(others.verdict()).isEqualTo("two hosts (1 of 2)");
        assertThat(own.isBroken()).isTrue();
        assertThat(own.verdict()).isEqualTo("BROKEN: two hosts (1 of 1)");
    }

    @Test
    void shouldSayWhyARowWasNotRun() {
        AddressResult result = new AddressResult(KILLED, List.of(), Optional.of("skipped: not installed"));

        assertThat(result.verdict()).isEqualTo("skipped: not installed");
        assertThat(result.line().split("\t", -1)).hasSameSizeAs(AddressResult.columns());
        assertThat(result.isCutShort()).isFalse();
    }

    @Test
    void shouldHaveAPlaceForItsResultsInTheDocumentation() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "virtual-ip.md"), StandardCharsets.UTF_8);

        assertThat(AddressTable.update(page, "New.", List.of())).contains("New.", "| row | what | who |");
    }
}
