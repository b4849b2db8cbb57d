package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteTokenTest {

    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

    private final LastWrite last = new LastWrite();

    @ParameterizedTest
    @ValueSource(strings = {UUID + ":23", UUID + ":orders:1", "3-2-9000000000", "4000000001-1-1"})
    void shouldReadTheIdOfOneTransaction(String text) {
        assertThat(new WriteToken(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3",
                "3-2",
                "3-2-1,4-2-1",
                UUID,
                UUID + ":1-5",
                UUID + ":1,2",
                UUID + ":9999999999999999999",
                "3-2-1', 0); DROP TABLE note; --",
                "-1-1-1"
            })
    void shouldRefuseEverythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new WriteToken(text));
    }

    @Test
    void shouldNotRepeatALongTextInItsMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WriteToken("x".repeat(10_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void shouldRememberTheLastCommitAndNotTheLastThatWasToldOf() {
        assertThat(last.token()).isEmpty();
        last.committed(7, UUID + ":9");
        last.committed(7, UUID + ":10");
        last.committed(7, UUID + ":8");

        assertThat(last.token()).hasToString(String.format(Locale.ROOT, "Optional[%s:10]", UUID));
    }

    @Test
    void shouldTakeTheEpochForMoreThanTheNumber() {
        last.committed(7, "7-1-500");
        last.committed(8, "8-2-1");
        last.committed(7, "7-1-501");

        assertThat(last.token()).contains(new WriteToken("8-2-1"));
    }

    @Test
    void shouldIgnoreWhatItDoesNotUnderstand() {
        last.committed(7, "something new");

        assertThat(last.token()).isEmpty();
    }
}
