package io.releve.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.protocol.a.NativePacketPayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnixSocketPasswordTest {

    private static final byte[] SEED = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    private final UnixSocketPassword plugin = new UnixSocketPassword();

    @Test
    void shouldAnswerASeedWithADigestOfThePassword() {
        plugin.setAuthenticationParameters("ledger", "secret");

        byte[] answer = answerTo(Arrays.copyOf(SEED, SEED.length + 1)).get(0);

        assertThat(answer).hasSize(32).isEqualTo(answerTo(SEED).get(0));
        plugin.setAuthenticationParameters("ledger", "another");
        assertThat(answerTo(SEED).get(0)).isNotEqualTo(answer);
    }

    @Test
    void shouldGiveThePasswordItselfToAServerThatDoesNotRememberIt() {
        plugin.setAuthenticationParameters("ledger", "secret");

        assertThat(answerTo((byte) 4)).containsExactly("secret\0".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldSayNothingMoreToAServerThatRemembersIt() {
        plugin.setAuthenticationParameters("ledger", "secret");

        assertThat(answerTo((byte) 3)).isEmpty();
    }

    private List<byte[]> answerTo(byte... said) {
        List<NativePacketPayload> answers = new ArrayList<>();
        assertThat(plugin.nextAuthenticationStep(new NativePacketPayload(said), answers))
                .isTrue();
        return answers.stream().map(NativePacketPayload::getByteBuffer).toList();
    }
}
