package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.datasource.Freshness.Measured;
import io.releve.mysql.datasource.Freshness.Unfit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreshnessTest {

    private static final Duration BOUND = Duration.ofMillis(500);
    private static final long MILLI = 1_000_000;

    @Test
    void shouldGrowOldByItself() {
        Freshness measured = new Measured(1_000 * MILLI, Duration.ofMillis(3));

        assertThat(measured.isWithin(BOUND, 1_500 * MILLI)).isTrue();
        assertThat(measured.isWithin(BOUND, 1_501 * MILLI)).isFalse();
        assertThat(measured.describe(1_501 * MILLI)).contains("501 ms");
    }

    @Test
    void shouldGrowOldAcrossTheEndOfTheClocksRange() {
        Freshness measured = new Measured(Long.MAX_VALUE, Duration.ZERO);

        assertThat(measured.isWithin(BOUND, Long.MAX_VALUE + 500 * MILLI)).isTrue();
        assertThat(measured.isWithin(BOUND, Long.MAX_VALUE + 501 * MILLI)).isFalse();
    }

    @Test
    void shouldNeverBeWithinABoundUnmeasured() {
        assertThat(new Unfit("does not answer").isWithin(Duration.ofDays(1), 0)).isFalse();
    }
}
