package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

class ZnodeTextTest {

    @Test
    void shouldLeaveSmallTextsReadable() throws DataFormatException {
        String text = "{\"node\":\"é\"}";

        assertThat(ZnodeText.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(ZnodeText.decode(ZnodeText.encode(text))).isEqualTo(text);
        assertThat(ZnodeText.decode(ZnodeText.encode(""))).isEmpty();
    }

    @Test
    void shouldCompressLargeTexts() throws DataFormatException {
        String text = "{\"operation\":\"monitor\",\"node\":\"é\"},".repeat(10_000);

        byte[] data = ZnodeText.encode(text);

        assertThat(data.length).isLessThan(text.length() / 20);
        assertThat(ZnodeText.decode(data)).isEqualTo(text);
    }

    @Test
    void shouldTellATextThatBeginsLikeACompressedOneFromOne() throws DataFormatException {
        String text = "\0plain";

        assertThat(ZnodeText.decode(ZnodeText.encode(text))).isEqualTo(text);
    }

    @Test
    void shouldRefuseWhatIsDamaged() {
        byte[] data = ZnodeText.encode("x".repeat(100_000));
        byte[] cut = Arrays.copyOf(data, data.length / 2);
        byte[] garbage = {0, 1, 2, 3};

        assertThatThrownBy(() -> ZnodeText.decode(cut)).isInstanceOf(DataFormatException.class);
        assertThatThrownBy(() -> ZnodeText.decode(garbage)).isInstanceOf(DataFormatException.class);
    }

    @Test
    void shouldRefuseWhatWouldGrowBeyondAllBounds() {
        byte[] bomb = ZnodeText.encode("x".repeat(ZnodeText.READ_LIMIT + 1));

        assertThatThrownBy(() -> ZnodeText.decode(bomb))
                .isInstanceOf(DataFormatException.class)
                .hasMessageContaining(Integer.toString(ZnodeText.READ_LIMIT));
    }
}
