package io.releve.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.model.FencingLevel;
import io.releve.scheduler.Action;
import io.releve.scheduler.Action.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepsTest {

    private final List<Action> actions = new ArrayList<>();

    @Test
    void shouldNumberStepsAfterThoseTheyWaitFor() {
        add(Kind.OPERATION, "start", "web", 1);
        add(Kind.OPERATION, "stop", "web");

        assertThat(new Steps(actions).lines()).containsExactly("1  stop web on n1", "2  start web on n1  after 1");
    }

    @Test
    void shouldLookThroughBarriers() {
        add(Kind.OPERATION, "stop", "a");
        add(Kind.OPERATION, "stop", "b");
        add(Kind.BARRIER, "stopped", "group", 0, 1);
        add(Kind.OPERATION, "start", "c", 2);

        assertThat(new Steps(actions).lines()).last().isEqualTo("3  start c on n1  after 1, 2");
    }

    @Test
    void shouldLeaveOutWhatGoesWithoutSaying() {
        add(Kind.OPERATION, "stop", "a");
        add(Kind.OPERATION, "stop", "b", 0);
        add(Kind.OPERATION, "start", "b", 0, 1);

        assertThat(new Steps(actions).lines()).last().isEqualTo("3  start b on n1  after 2");
    }

    @Test
    void shouldMakeOneStepOfTheProbesOfANode() {
        for (String resource : List.of("a", "b", "c", "d", "e")) {
            add(Kind.OPERATION, "monitor", resource);
        }
        add(Kind.OPERATION, "start", "a", 0);

        assertThat(new Steps(actions).lines())
                .containsExactly(
                        "1  look for a, b, c and 2 more on n1", "2  start a on n1                      after 1");
    }

    @Test
    void shouldSayByWhichLevelsANodeIsFenced() {
        actions.add(new Action(
                0,
                Kind.FENCE,
                "off",
                "",
                Optional.of("n1"),
                Duration.ZERO,
                Duration.ofSeconds(60),
                0,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(FencingLevel.of("n1", 1, "ipmi"), FencingLevel.of("n1", 2, "pdu1", "pdu2"))));

        assertThat(new Steps(actions).lines())
                .containsExactly("1  fence n1 (off) by level 1: ipmi, else level 2: pdu1 and pdu2");
    }

    @Test
    void shouldNotWaitForeverForACycle() {
        add(Kind.OPERATION, "start", "a", 1);
        add(Kind.OPERATION, "start", "b", 0);

        assertThatThrownBy(() -> new Steps(actions)).hasMessageContaining("2 of 2 actions wait for each other");
    }

    private void add(Kind kind, String operation, String resource, Integer... after) {
        actions.add(new Action(
                actions.size(),
                kind,
                operation,
                resource,
                kind == Kind.BARRIER ? Optional.empty() : Optional.of("n1"),
                Duration.ZERO,
                Duration.ofSeconds(20),
                0,
                Map.of(),
                Map.of(),
                Arrays.asList(after)));
    }
}
