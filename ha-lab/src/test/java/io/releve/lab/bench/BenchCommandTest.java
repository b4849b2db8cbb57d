package io.releve.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {

    private static CommandLine.ParseResult parse(String... arguments) {
        return new CommandLine(new BenchCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments);
    }

    @Test
    void shouldTakeFamiliesAndWhatIsBelowInSmallLetters() {
        CommandLine.ParseResult parsed = parse("datasource", "--quick", "--below", "stub,server", "--format", "tsv");

        BenchCommand.Family family = parsed.matchedPositionalValue(0, BenchCommand.Family.SCHEDULER);
        List<DataSourceBenchmark.Below> below = parsed.matchedOptionValue("--below", List.of());
        BenchCommand.Format format = parsed.matchedOptionValue("--format", BenchCommand.Format.TEXT);
        assertThat(family).isEqualTo(BenchCommand.Family.DATASOURCE);
        assertThat(below).containsExactly(DataSourceBenchmark.Below.STUB, DataSourceBenchmark.Below.SERVER);
        assertThat(format).isEqualTo(BenchCommand.Format.TSV);
    }

    @Test
    void shouldRefuseWhatItCannotMeasure() {
        assertThatThrownBy(() -> parse("coffee")).hasMessageContainingAll("coffee", "SCHEDULER", "DATASOURCE");
        assertThatThrownBy(() -> parse("datasource", "--below", "paper")).hasMessageContaining("paper");
    }
}
