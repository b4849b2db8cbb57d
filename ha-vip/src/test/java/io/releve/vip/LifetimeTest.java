package io.releve.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifetimeTest {

    @ParameterizedTest
    @CsvSource({"1350, 1", "1999, 1", "2349, 1", "2350, 2", "9990, 9", "3600000, 3599"})
    void shouldEndBeforeTheLeaseDoes(long remainingMillis, String seconds) {
        assertThat(Lifetime.within(Duration.ofMillis(remainingMillis))).contains(new Lifetime(seconds));
    }

    @ParameterizedTest
    @CsvSource({"1349", "350", "0"})
    void shouldNotExistWhenTheLeaseEndsTooSoon(long remainingMillis) {
        assertThat(Lifetime.within(Duration.ofMillis(remainingMillis))).isEmpty();
    }

    @Test
    void shouldNeverBecomeForeverByAccident() {
        assertThat(Lifetime.within(Duration.ofDays(365_000))).contains(new Lifetime("4294967294"));
    }

    @Test
    void shouldFitLeasesThatTheKernelCanCount() {
        assertThat(Lifetime.fits(Duration.ofSeconds(1))).isFalse();
        assertThat(Lifetime.fits(Duration.ofSeconds(2))).isTrue();
    }
}
