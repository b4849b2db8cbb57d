package io.releve.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.lab.bench.DataSourceBenchmark.Below;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static final Contest BORROW = new Contest(Below.STUB, "borrow", 8, 1.10);

    private static Standing standing(Contest contest, double failover, double failoverBytes) {
        Standing standing = new Standing(contest);
        for (int round = 0; round < 3; round++) {
            standing.add(Contender.HIKARICP, run(100, 48));
            standing.add(Contender.FAILOVER, run(failover, failoverBytes));
            standing.add(Contender.AWS_WRAPPER, run(1000, 400));
        }
        return standing;
    }

    private static Standing.Run run(double nanos, double bytes) {
        return new Standing.Run(List.of(nanos - 1, nanos, nanos + 1), bytes);
    }

    @Test
    void shouldMissNothingWithinItsBounds() {
        Standing standing = standing(BORROW, 110, 48.01 + Standing.PROXY_BYTES);

        assertThat(standing.times(Contender.FAILOVER)).isEqualTo(1.1);
        assertThat(standing.missed()).isEmpty();
    }

    @Test
    void shouldSayWhatIsMissedWithoutRoundingItAway() {
        assertThat(standing(BORROW, 110.01, 48 + Standing.PROXY_BYTES).missed())
                .containsExactly("borrow, stub driver, 8 threads: FailoverDataSource takes 1.1001 times as long as"
                        + " HikariCP, more than 1.10");
        assertThat(standing(BORROW, 100, 88 + Standing.PROXY_BYTES).missed())
                .singleElement()
                .asString()
                .contains("allocates 64.00 bytes more than HikariCP");
    }

    @Test
    void shouldNotJudgeTheMemoryOfStatements() {
        Contest select = new Contest(Below.SERVER, "select", 1, 1.02);

        assertThat(standing(select, 101, 9000).missed()).isEmpty();
        assertThat(standing(select, 103, 48).missed()).hasSize(1);
    }

    @Test
    void shouldMissWhatWasNotMeasured() {
        assertThat(new Standing(BORROW).missed()).isNotEmpty();
    }

    @Test
    void shouldPrintThreeLinesForEachWhoTookPart() {
        assertThat(standing(BORROW, 105, 72).measured().stream().map(Measured::line))
                .hasSize(9)
                .contains(
                        "DataSourceBenchmark.borrow\tbelow=STUB,contender=FAILOVER,threads=8\t72.000\tB/op\t0.000",
                        "DataSourceBenchmark.borrow\tbelow=STUB,contender=AWS_WRAPPER,threads=8\t10.000\tx\t0.000");
    }

    @Test
    void shouldSayWhoTakesNoPartAndWhy() {
        assertThat(standing(BORROW, 105, 72).text())
                .contains("borrow, stub driver, 8 threads", "1.0500", "Connector/J failover URL")
                .contains(
                        "takes no part: behind such a URL there are only connections that Connector/J has made itself");
    }
}
