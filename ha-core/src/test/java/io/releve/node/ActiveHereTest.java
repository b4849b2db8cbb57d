package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActiveHereTest {

    /** Results such as {@code start 0, monitor 7}. */
    private static List<OperationResult> history(String story) {
        List<OperationResult> results = new ArrayList<>();
        for (String each : story.split(", ", -1)) {
            String[] parts = each.split(" ", -1);
            results.add(new OperationResult(
                    "web",
                    parts[0],
                    Duration.ZERO,
                    results.size() + 1,
                    OperationResult.Status.DONE,
                    Integer.parseInt(parts[1]),
                    0,
                    Instant.EPOCH,
                    Duration.ZERO,
                    "",
                    ""));
        }
        return results;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"start 0", "monitor 0", "start 1", "start 0, stop 1", "monitor 7, start 1", "stop 0, start 5"})
    void shouldNotCallANodeEmptyOnWhichSomethingMayRun(String story) {
        assertThat(ActiveHere.mayBeActive(history(story))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"monitor 7", "start 0, stop 0", "start 1, stop 0", "start 1, monitor 7", "stop 1, stop 0"})
    void shouldCallANodeEmptyOnWhichEverythingIsSurelyStopped(String story) {
        assertThat(ActiveHere.mayBeActive(history(story))).isFalse();
    }

    @Test
    void shouldCallANodeEmptyOfWhichNothingIsKnown() {
        assertThat(ActiveHere.mayBeActive(List.of())).isFalse();
    }
}
