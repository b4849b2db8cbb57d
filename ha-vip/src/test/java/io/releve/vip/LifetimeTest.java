package io.releve.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifetimeTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource({"1350, 1", "1999, 1", "2349, 1", "2350, 2", "9990, 9", "3600000, 3599"})
    void shouldEndBeforeTheLeaseDoes(long remainingMillis, String seconds) {
        assertThat(Lifetime.within(Duration.ofMillis(remainingMillis), LONG)).contains(new Lifetime(seconds));
    }

    @ParameterizedTest
    @CsvSource({"1349", "350", "0"})
    void shouldNotExistWhenTheLeaseEndsTooSoon(long remainingMillis) {
        assertThat(Lifetime.within(Duration.ofMillis(remainingMillis), LONG)).isEmpty();
    }

    @Test
    void shouldNeverBecomeForeverByAccident() {
        assertThat(Lifetime.within(Duration.ofDays(365_000), LONG)).contains(new Lifetime("4294967294"));
    }

    @ParameterizedTest
    @CsvSource({"500, 450, 900", "1000, 900, 450", "1499, 1350, 0.9", "1500, 1350, 0", "3000, 1350, 0"})
    void shouldOutliveOnlyLeasesTooShortForAWholeSecond(long lease, long leastRemaining, double overrunMillis) {
        Duration length = Duration.ofMillis(lease);
        assertThat(Lifetime.overrun(length).toNanos()).isEqualTo((long) (overrunMillis * 1e6));
        assertThat(Lifetime.within(Duration.ofMillis(leastRemaining), length)).contains(new Lifetime("1"));
        assertThat(Lifetime.within(Duration.ofMillis(leastRemaining - 1), length))
                .isEmpty();
    }
}
