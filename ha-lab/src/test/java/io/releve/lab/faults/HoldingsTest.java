package io.releve.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldingsTest {

    private static final Set<Long> ACKNOWLEDGED = Set.of(1L, 2L, 3L);

    @Test
    void shouldFindTheAcknowledgedRowThatAServerLacks() {
        Holdings holdings = new Holdings(Map.of("n1", Set.of(1L, 3L), "n2", Set.of(1L, 2L, 3L)));

        assertThat(holdings.lacking(ACKNOWLEDGED, "n1")).containsExactly(2L);
        assertThat(holdings.lacking(ACKNOWLEDGED, "n2")).isEmpty();
        assertThat(holdings.areEqual()).isFalse();
        assertThat(holdings).hasToString("{n1=2, n2=3}");
    }

    @Test
    void shouldTellSetsOfTheSameSizeApart() {
        assertThat(new Holdings(Map.of("n1", Set.of(1L, 2L), "n2", Set.of(1L, 3L))).areEqual())
                .isFalse();
    }

    @Test
    void shouldNotMindARowThatNobodyWasToldOf() {
        assertThat(new Holdings(Map.of("n1", Set.of(1L, 2L, 3L, 4L))).lacking(ACKNOWLEDGED, "n1"))
                .isEmpty();
    }

    @Test
    void shouldTakeEverythingForLostOnAServerThatNobodyAsked() {
        assertThat(new Holdings(Map.of()).lacking(ACKNOWLEDGED, "n1")).isEqualTo(ACKNOWLEDGED);
    }
}
