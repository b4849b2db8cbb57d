package io.releve.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SlowLineTest {

    private static final long MS = 1_000_000;

    @Test
    void shouldDelayEachFrameByAsMuchAsItsJitterAllows() {
        SlowLine line = new SlowLine(Duration.ofMillis(30), Duration.ofMillis(5), 0, 1);

        assertThat(LongStream.range(0, 1_000)
                        .map(i -> line.arrival(i * 100 * MS) - i * 100 * MS)
                        .boxed()
                        .toList())
                .allSatisfy(delay -> assertThat(delay).isBetween(25 * MS, 35 * MS))
                .anySatisfy(delay -> assertThat(delay).isLessThan(27 * MS))
                .anySatisfy(delay -> assertThat(delay).isGreaterThan(33 * MS));
    }

    @Test
    void shouldLetNoFrameOvertakeAnother() {
        SlowLine line = new SlowLine(Duration.ofMillis(30), Duration.ofMillis(29), 0, 1);

        assertThat(LongStream.range(0, 1_000).map(line::arrival).boxed().toList())
                .isSorted();
    }

    @Test
    void shouldLoseTheSameFramesForTheSameSeed() {
        assertThat(losses(7)).isEqualTo(losses(7)).isNotEqualTo(losses(8));
    }

    @Test
    void shouldLoseTheShareThatItIsToLose() {
        assertThat(losses(33).stream().filter(lost -> lost).count()).isBetween(150L, 250L);
        assertThat(new SlowLine(Duration.ZERO, Duration.ZERO, 0, 1).loses()).isFalse();
    }

    private static List<Boolean> losses(long seed) {
        SlowLine line = new SlowLine(Duration.ofMillis(30), Duration.ofMillis(5), 0.02, seed);
        return IntStream.range(0, 10_000).mapToObj(i -> line.loses()).toList();
    }
}
