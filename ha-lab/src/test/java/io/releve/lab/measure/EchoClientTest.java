package io.releve.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EchoClientTest {

    private static final byte[] ADDRESS = {10, 77, 0, 100};
    private static final String TO = "0200000000aa0200000000bb0800";
    private static final String HEADER = "4500001c00000000400100000a4d00040a4d0064";
    private static final String BACK = "4500001c00000000400100000a4d00640a4d0004";

    private static byte[] frame(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void shouldTellWhereAQuestionGoes() {
        assertThat(EchoClient.read(frame(TO + HEADER + "0800f7ff00000000"), ADDRESS))
                .contains(new Frame(0, true, "02:00:00:00:00:aa"));
    }

    @Test
    void shouldTellWhereAnAnswerComesFrom() {
        assertThat(EchoClient.read(frame(TO + BACK + "0000f7ff00000000"), ADDRESS))
                .contains(new Frame(0, false, "02:00:00:00:00:bb"));
    }

    @Test
    void shouldPassOverWhatIsNeither() {
        assertThat(EchoClient.read(frame(TO + BACK + "0800f7ff00000000"), ADDRESS))
                .isEmpty();
        assertThat(EchoClient.read(frame(TO + HEADER.replace("4001", "4011") + "0800f7ff00000000"), ADDRESS))
                .isEmpty();
        assertThat(EchoClient.read(frame(TO.replace("0800", "0806") + HEADER + "0800f7ff00000000"), ADDRESS))
                .isEmpty();
    }

    @Test
    void shouldAskWithARightChecksum() {
        for (int number : new int[] {0, 1, 255, 65_535, 70_000}) {
            byte[] message = EchoClient.echo(number);
            int sum = 0;
            for (int i = 0; i < message.length; i += 2) {
                sum += (message[i] & 0xFF) << 8 | (message[i + 1] & 0xFF);
            }
            while (sum >>> 16 != 0) {
                sum = (sum & 0xFFFF) + (sum >>> 16);
            }
            assertThat(sum).as("number %s", number).isEqualTo(0xFFFF);
        }
    }
}
