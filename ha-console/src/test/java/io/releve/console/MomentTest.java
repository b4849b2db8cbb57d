package io.releve.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentTest {

    @ParameterizedTest
    @CsvSource({
        "2026-01-20T12:30:00Z,          2026-01-20T12:30:00Z",
        "2026-01-20T12:30:00+02:00,     2026-01-20T10:30:00Z",
        "2026-01-20 12:30,              2026-01-20T12:30:00Z",
        "2026-01-20,                    2026-01-20T00:00:00Z",
        "2026-020T12:30,                2026-01-20T12:30:00Z",
        "2026-W04-2T12:30,              2026-01-20T12:30:00Z",
        "1768912200,                    2026-01-20T12:30:00Z",
    })
    void shouldReadATimeAsPeopleWriteIt(String text, Instant expected) {
        assertThat(Moment.parse(text)).isEqualTo(expected);
    }

    @Test
    void shouldSayHowATimeIsWritten() {
        assertThatThrownBy(() -> Moment.parse("yesterday"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'yesterday' is not a time")
                .hasMessageContaining("2026-01-31T12:00:00Z");
    }
}
