package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnacknowledgedTailTest {

    private static final String REFUSAL = "2026-11-29 13:12:34 0 [ERROR] Found 3 prepared transactions! It means that"
            + " server was not shut down properly last time and critical recovery information (last binlog or tc.log file)"
            + " was manually deleted after a crash. You have to start server with --tc-heuristic-recover switch\n";

    @TempDir
    Path directory;

    private InstanceFiles files;
    private UnacknowledgedTail tail;

    @BeforeEach
    void setUp() throws IOException {
        files = new InstanceFiles(directory, directory.resolve("data"));
        tail = new UnacknowledgedTail(files);
        Files.createDirectories(files.data().resolve("mysql"));
    }

    @Test
    void shouldBeInDoubtOnlyWhenThisStartWasRefusedForPreparedTransactions() throws IOException {
        Files.writeString(files.errorLog(), REFUSAL);

        assertThat(tail.isInDoubt(0)).isTrue();
        assertThat(tail.isInDoubt(ErrorLog.length(files.errorLog()))).isFalse();
    }

    @Test
    void shouldMarkTheLastLogAsInUseAndChangeNothingElse() throws IOException {
        byte[] log = new byte[64];
        Arrays.fill(log, (byte) 0x40);
        Files.write(files.data().resolve("binlog.000001"), log);
        Files.write(files.data().resolve("binlog.000002"), log);

        tail.reopen();

        assertThat(files.data().resolve("binlog.000001")).hasBinaryContent(log);
        log[21] = 0x41;
        assertThat(files.data().resolve("binlog.000002")).hasBinaryContent(log);
    }

    @Test
    void shouldSayThatThereIsNoLog() {
        assertThatThrownBy(tail::reopen).isInstanceOf(IOException.class).hasMessageContaining("no binary log");
    }
}
