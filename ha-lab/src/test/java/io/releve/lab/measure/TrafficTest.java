package io.releve.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {

    private static final String OLD = "02:00:00:00:00:01";
    private static final String NEW = "02:00:00:00:00:0a";

    private static Frame question(long nanos, String mac) {
        return new Frame(nanos, true, mac);
    }

    private static Frame answer(long nanos, String mac) {
        return new Frame(nanos, false, mac);
    }

    @Test
    void shouldTellTheLongestTimeWithoutAnAnswer() {
        Traffic traffic = new Traffic(
                List.of(
                        question(9, OLD),
                        answer(10, OLD),
                        question(19, OLD),
                        answer(20, OLD),
                        question(30, OLD),
                        question(60, NEW),
                        answer(61, NEW)),
                List.of());

        assertThat(traffic.longestSilence(15, 70)).isEqualTo(41);
        assertThat(traffic.firstNotTo(OLD, 15)).hasValue(60);
        assertThat(traffic.firstNotTo(NEW, 15)).hasValue(19);
    }

    @Test
    void shouldCountASilenceThatDoesNotEnd() {
        Traffic traffic = new Traffic(List.of(answer(10, OLD)), List.of());

        assertThat(traffic.longestSilence(15, 100)).isEqualTo(90);
        assertThat(new Traffic(List.of(), List.of()).longestSilence(15, 100)).isEqualTo(85);
    }

    @Test
    void shouldLeaveOutWhatWasOverBefore() {
        Traffic traffic = new Traffic(List.of(answer(10, OLD), answer(60, OLD), answer(70, OLD)), List.of());

        assertThat(traffic.longestSilence(65, 75)).isEqualTo(10);
    }

    @Test
    void shouldTellHowLongTheClientItselfPaused() {
        Traffic traffic = new Traffic(List.of(), List.of(10L, 11L, 15L, 16L));

        assertThat(traffic.longestPause(10, 16)).isEqualTo(4);
    }
}
