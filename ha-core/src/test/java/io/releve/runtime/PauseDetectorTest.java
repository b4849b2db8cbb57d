package io.releve.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PauseDetectorTest {

    private static final Duration THRESHOLD = Duration.ofMillis(200);

    private final VirtualTime time = VirtualTime.seeded(1);
    private final EventLoop loop = time.loop("node");
    private final PauseDetector detector = PauseDetector.around(loop, THRESHOLD);
    private final List<String> heard = new ArrayList<>();

    PauseDetectorTest() {
        detector.onPause(length -> heard.add("pause of " + length.toMillis()));
        time.advance(Duration.ofSeconds(1));
    }

    private void freezeFor(Duration duration) {
        time.freeze(loop);
        time.advance(duration);
        time.thaw(loop);
    }

    @Test
    void shouldNoticeNothingWhileAllIsWell() {
        time.advance(Duration.ofHours(1));

        assertThat(heard).isEmpty();
        assertThat(detector.pauses()).isEqualTo(Pauses.NONE);
    }

    @Test
    void shouldTellOfAPauseBeforeAnythingElseRuns() {
        time.freeze(loop);
        detector.execute(() -> heard.add("a task"));
        detector.schedule(Duration.ofMillis(10), () -> heard.add("a timer"));
        time.advance(Duration.ofSeconds(2));
        time.thaw(loop);
        time.advance(Duration.ZERO);

        assertThat(heard).hasSize(3).first().isEqualTo("pause of 1900");
        assertThat(detector.pauses().count()).isEqualTo(1);
        assertThat(detector.pauses().longest()).isBetween(Duration.ofMillis(1800), Duration.ofSeconds(2));
    }

    @Test
    void shouldOverlookWhatIsShorterThanTheThreshold() {
        freezeFor(Duration.ofMillis(200));
        time.advance(Duration.ofSeconds(1));

        assertThat(heard).isEmpty();
    }

    @Test
    void shouldCountEachPauseOnce() {
        freezeFor(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        freezeFor(Duration.ofSeconds(3));
        time.advance(Duration.ofSeconds(1));

        assertThat(heard).hasSize(2);
        assertThat(detector.pauses().total()).isBetween(Duration.ofMillis(3600), Duration.ofSeconds(4));
    }

    @Test
    void shouldSleepOnceItIsStopped() {
        detector.stop();
        freezeFor(Duration.ofSeconds(1));
        detector.execute(() -> heard.add("a task"));
        time.advance(Duration.ofSeconds(1));

        assertThat(heard).containsExactly("a task");
    }
}
