package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MariaDbGtidSetTest {

    private static MariaDbGtidSet set(String text) {
        return MariaDbGtidSet.parse(text);
    }

    @Test
    void shouldReadWhatTheServerWrites() {
        assertThat(set("2-2-7,1-1-5")).hasToString("1-1-5,2-2-7");
        assertThat(set("").isEmpty()).isTrue();
        assertThat(set(",1-1-5,"))
                .as("joined from an empty and a full position")
                .hasToString("1-1-5");
        assertThat(set("1-1-18446744073709551615")).hasToString("1-1-18446744073709551615");
    }

    @Test
    void shouldTakeTheLastOfADomain() {
        assertThat(set("1-1-5,1-2-9,1-1-7")).hasToString("1-2-9");
    }

    @Test
    void shouldContainWhatCameBeforeInEachDomain() {
        assertThat(set("1-1-5,2-2-7").contains(set("1-1-4"))).isTrue();
        assertThat(set("1-1-5,2-2-7").contains(set("1-1-5,2-2-8"))).isFalse();
        assertThat(set("1-1-5").contains(set("2-2-1"))).isFalse();
        assertThat(set("1-1-5").contains(set(""))).isTrue();
        assertThat(set("1-1-18446744073709551615").contains(set("1-1-5"))).isTrue();
    }

    @Test
    void shouldUniteAndSubtract() {
        assertThat(set("1-1-5,2-2-7").union(set("1-1-6,3-3-1"))).hasToString("1-1-6,2-2-7,3-3-1");
        assertThat(set("1-1-6,2-2-7,3-3-1").minus(set("1-1-5,2-2-7"))).hasToString("1-1-6,3-3-1");
    }

    @Test
    void shouldPickADomain() {
        assertThat(set("1-1-6,2-2-7").domain(2)).hasToString("2-2-7");
        assertThat(set("1-1-6,2-2-7").domain(3).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-1", "1-1-1-1", "a-b-c", "1-1--5", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1"})
    void shouldRefuseWhatIsNoPosition(String text) {
        assertThatThrownBy(() -> set(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
