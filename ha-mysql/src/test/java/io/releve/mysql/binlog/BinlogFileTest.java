package io.releve.mysql.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinlogFileTest {

    @TempDir
    Path directory;

    private static byte[] event(int type, byte[] body) {
        return ByteBuffer.allocate(19 + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1_800_000_000)
                .put((byte) type)
                .putInt(7)
                .putInt(19 + body.length)
                .putInt(0)
                .putShort((short) 0)
                .put(body)
                .array();
    }

    /** A log without checksums, as far as it is looked at. */
    private static byte[] log(byte[]... events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0xfe, 'b', 'i', 'n'});
        bytes.writeBytes(event(EventType.FORMAT_DESCRIPTION, new byte[80]));
        for (byte[] event : events) {
            bytes.writeBytes(event);
        }
        return bytes.toByteArray();
    }

    /** MariaDB's: sequence, domain, flags. */
    private static byte[] gtid(long sequence) {
        return event(
                EventType.MARIADB_GTID,
                ByteBuffer.allocate(19)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(sequence)
                        .putInt(3)
                        .put((byte) 1)
                        .array());
    }

    private static byte[] query(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return event(
                EventType.QUERY,
                ByteBuffer.allocate(16 + text.length)
                        .put(new byte[8])
                        .put((byte) 2)
                        .put(new byte[4])
                        .put(new byte[] {'d', 'b', 0})
                        .put(text)
                        .array());
    }

    private List<BinlogTransaction> read(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("binlog.000001"), bytes);
        List<BinlogTransaction> found = new ArrayList<>();
        new BinlogFile(file, table -> List.of()).read(gtid -> !gtid.equals("3-7-1"), found::add);
        return found;
    }

    @Test
    void shouldGiveWhatIsWantedAndLeaveOutTheRest() throws Exception {
        byte[] log = log(gtid(1), query("DROP TABLE a"), gtid(2), query("DROP TABLE b"));
        assertThat(read(log)).singleElement().satisfies(transaction -> {
            assertThat(transaction.gtid()).isEqualTo("3-7-2");
            assertThat(transaction.statements()).containsExactly("DROP TABLE b");
            assertThat(transaction.file()).isEqualTo("binlog.000001");
            assertThat(transaction.time()).hasToString("2027-01-15T08:00:00Z");
        });
    }

    @Test
    void shouldLeaveOutWhatTheServerIsStillWriting() throws Exception {
        byte[] log = log(gtid(2), query("DROP TABLE b"), gtid(3), query("DROP TABLE c"));
        for (int cut = 1; cut < 20; cut++) {
            assertThat(read(Arrays.copyOf(log, log.length - cut))).hasSize(1);
        }
    }

    @Test
    void shouldRefuseWhatIsNoBinaryLog() {
        assertThatThrownBy(() -> read("relay".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a plain binary log");
    }

    @Test
    void shouldSurviveAnyDamage() throws Exception {
        byte[] log = log(gtid(2), query("DROP TABLE b"), gtid(3), query("BEGIN"), query("DROP TABLE c"));
        Random random = new Random(42);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = log.clone();
            for (int n = 0; n < 3; n++) {
                damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(damaged)).hasSizeLessThan(4);
            } catch (IOException said) {
                assertThat(said).hasMessageContaining("damaged");
            }
        }
    }
}
