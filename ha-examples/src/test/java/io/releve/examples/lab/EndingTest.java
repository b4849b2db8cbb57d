package io.releve.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndingTest {

    private final List<String> undone = new ArrayList<>();

    @Test
    void shouldUndoTheLastThingFirstAndEachOnce() {
        Ending ending = Ending.atExit();
        ending.push(() -> undone.add("first"));
        ending.push(() -> undone.add("second"));

        ending.close();
        ending.close();

        assertThat(undone).containsExactly("second", "first");
    }

    @Test
    void shouldUndoTheRestWhenOneThingFails() {
        try (Ending ending = Ending.atExit()) {
            ending.push(() -> undone.add("first"));
            ending.push(() -> {
                throw new IllegalStateException("stuck");
            });
        }

        assertThat(undone).containsExactly("first");
    }

    @Test
    void shouldUndoAtOnceWhatComesTooLate() {
        Ending ending = Ending.atExit();
        ending.close();

        ending.push(() -> undone.add("late"));

        assertThat(undone).containsExactly("late");
    }
}
