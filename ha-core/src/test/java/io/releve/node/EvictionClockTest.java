package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EvictionClockTest {

    private final EvictionClock clock = new EvictionClock();

    @Test
    void shouldKnowNothingBeforeAnyNodeWasEvicted() {
        clock.observe(Map.of(), 5);

        assertThat(clock.lastSeen()).isEmpty();
    }

    @Test
    void shouldTellWhenTheLastEvictionWasSeen() {
        clock.observe(Map.of(), 5);
        clock.observe(Map.of("serv1", "a"), 10);
        clock.observe(Map.of("serv1", "a"), 20);
        assertThat(clock.lastSeen()).hasValue(10);

        clock.observe(Map.of("serv1", "b"), 30);
        assertThat(clock.lastSeen()).hasValue(30);
    }

    @Test
    void shouldCountWhatItFindsAtFirstAsSeenThen() {
        clock.observe(Map.of("serv1", "a"), 7);

        assertThat(clock.lastSeen()).hasValue(7);
    }
}
