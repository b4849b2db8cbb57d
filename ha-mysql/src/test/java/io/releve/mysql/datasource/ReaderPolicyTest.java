package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.releve.mysql.datasource.ReaderPolicy.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReaderPolicyTest {

    private static final Map<String, Duration> LAGS =
            Map.of("a", Duration.ofMillis(35), "b", Duration.ofMillis(2), "c", Duration.ofMillis(8));

    private static List<String> arranged(Choice choice, int turn) {
        List<String> candidates = new ArrayList<>(List.of("a", "b", "c"));
        choice.arrange(candidates, turn, LAGS::get);
        return candidates;
    }

    @Test
    void shouldTakeOneAfterTheOther() {
        assertThat(List.of(0, 1, 2, 3))
                .extracting(turn -> arranged(Choice.ROUND_ROBIN, turn).get(0))
                .containsExactly("a", "c", "b", "a");
        assertThat(arranged(Choice.ROUND_ROBIN, Integer.MIN_VALUE)).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldTakeThoseThatAreLeastBehindOneAfterTheOther() {
        assertThat(List.of(0, 1, 2))
                .extracting(turn -> arranged(Choice.LEAST_LAG, turn).get(0))
                .containsOnly("b", "c")
                .contains("b", "c");
        assertThat(arranged(Choice.LEAST_LAG, 7)).last().isEqualTo("a");
    }

    @Test
    void shouldChangeNothingButWhatItIsToldTo() {
        ReaderPolicy policy = ReaderPolicy.within(Duration.ofSeconds(2))
                .leastLag()
                .waitForWrites(Duration.ofMillis(5))
                .withoutPrimary();

        assertThat(policy)
                .isEqualTo(new ReaderPolicy(Duration.ofSeconds(2), Choice.LEAST_LAG, false, Duration.ofMillis(5)));
    }

    @Test
    void shouldRefuseAllThatCannotBeAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ReaderPolicy(Duration.ofMillis(99), Choice.ROUND_ROBIN, true, Duration.ofMillis(-1)))
                .withMessageContainingAll("maxLag: 99 ms is less than 100 ms", "writeWait: -1 ms is less than 0");
    }
}
