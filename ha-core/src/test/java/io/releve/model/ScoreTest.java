package io.releve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreTest {

    @ParameterizedTest
    @CsvSource({
        "1, 2, 3",
        "INFINITY, -5, INFINITY",
        "INFINITY, INFINITY, INFINITY",
        "INFINITY, -INFINITY, -INFINITY",
        "-INFINITY, INFINITY, -INFINITY",
        "-INFINITY, 5, -INFINITY",
        "999999, 5, INFINITY",
        "-999999, -5, -INFINITY",
        "2000000, 0, INFINITY",
    })
    void shouldAddLikePacemaker(String a, String b, String sum) {
        assertThat(Score.parse(a).plus(Score.parse(b))).hasToString(sum);
    }

    @ParameterizedTest
    @CsvSource({
        "+infinity, INFINITY",
        "-Infinity, -INFINITY",
        "007, 7",
        "-0, 0",
        "99999999999999999999, INFINITY",
        "-99999999999999999999, -INFINITY",
        "' 12 ', 12"
    })
    void shouldReadWhatPacemakerWrites(String text, String score) {
        assertThat(Score.parse(text)).hasToString(score);
    }

    @ParameterizedTest
    @CsvSource({"''", "much", "1.5", "--1", "1 2"})
    void shouldRefuseWhatIsNoScore(String text) {
        assertThatThrownBy(() -> Score.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void shouldNegate() {
        assertThat(Score.INFINITY.negate()).isEqualTo(Score.MINUS_INFINITY);
        assertThat(Score.of(-3).negate()).isEqualTo(Score.of(3));
    }
}
