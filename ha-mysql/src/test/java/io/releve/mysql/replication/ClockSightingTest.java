package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockSightingTest {

    private static final long MS = 1_000_000;
    private static final long NOON = 1_800_000_000_000_000L;

    /** At noon by the server's clock, when this JVM's stood at 500 ms; the answer took 2 ms. */
    private final ClockSighting earlier = new ClockSighting(NOON, 499 * MS, 501 * MS);

    /** 300 ms later by this JVM's clock. */
    private static ClockSighting later(long server) {
        return new ClockSighting(server, 799 * MS, 801 * MS);
    }

    private static long afterNoon(long millis) {
        return NOON + millis * 1000;
    }

    @Test
    void shouldSeeAClockThatWasSetForwardPastTheEnd() {
        assertThat(later(afterNoon(60_300)).wasSetForwardPast(afterNoon(900), earlier))
                .isTrue();
    }

    @Test
    void shouldSeeNothingInTimeThatPasses() {
        assertThat(later(afterNoon(300)).wasSetForwardPast(afterNoon(900), earlier))
                .isFalse();
    }

    @Test
    void shouldNotBlameAStepThatDoesNotReachTheEnd() {
        assertThat(later(afterNoon(800)).wasSetForwardPast(afterNoon(900), earlier))
                .isFalse();
    }

    @Test
    void shouldNotBlameAStepForAnEndThatHasComeAnyway() {
        assertThat(later(afterNoon(60_300)).wasSetForwardPast(afterNoon(250), earlier))
                .isFalse();
        // As much as 302 ms may have passed.
        assertThat(later(afterNoon(60_300)).wasSetForwardPast(afterNoon(302), earlier))
                .isFalse();
        assertThat(later(afterNoon(60_300)).wasSetForwardPast(afterNoon(303), earlier))
                .isTrue();
    }

    @Test
    void shouldNotTakeAJvmThatStoodStillForAClockThatWasSet() {
        ClockSighting thawed = new ClockSighting(afterNoon(20_000), 799 * MS, 20_501 * MS);

        assertThat(thawed.wasSetForwardPast(afterNoon(900), earlier)).isFalse();
    }

    @Test
    void shouldNotTakeAClockThatWasSetBackForOneThatWasSetForward() {
        assertThat(later(afterNoon(-60_000)).wasSetForwardPast(afterNoon(900), earlier))
                .isFalse();
    }

    @Test
    void shouldBearThatNoEndWasTold() {
        assertThat(later(afterNoon(60_300)).wasSetForwardPast(0, earlier)).isFalse();
    }
}
