package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorLogTest {

    @TempDir
    Path directory;

    @Test
    void shouldQuoteTheFirstErrorOfThisStartAndNameTheRemedy() throws Exception {
        Path log = directory.resolve("error.log");
        Files.writeString(log, "2026-01-01 [ERROR] an old error\n");
        long from = ErrorLog.length(log);
        Files.writeString(log, """
            2026-01-01 [ERROR] an old error
            2026-01-02 [Note] starting
            2026-01-02 0 [ERROR] InnoDB: Unable to lock ./ibdata1 error: 11
            2026-01-02 0 [ERROR] Aborting
            """);
        assertThat(ErrorLog.explain(log, from))
                .startsWith("\"InnoDB: Unable to lock ./ibdata1 error: 11\"")
                .contains("another server uses this data directory: stop it", log.toString())
                .doesNotContain("old error");
    }

    @Test
    void shouldSayThatTheLogNamesNoError() throws Exception {
        Path log = Files.writeString(directory.resolve("error.log"), "all is well\n");
        assertThat(ErrorLog.explain(log, 0)).contains("names no error", log.toString());
        assertThat(ErrorLog.explain(directory.resolve("missing"), 0)).contains("cannot be read");
        assertThat(ErrorLog.length(directory.resolve("missing"))).isZero();
    }

    @Test
    void shouldReadOnlyTheEndOfALongLog() throws Exception {
        Path log = directory.resolve("error.log");
        Files.writeString(log, "[ERROR] long ago\n" + "x".repeat(100_000) + "\nlast line\n");
        assertThat(ErrorLog.tail(log, 1)).isEqualTo("last line");
        assertThat(ErrorLog.explain(log, 0)).doesNotContain("long ago");
    }
}
