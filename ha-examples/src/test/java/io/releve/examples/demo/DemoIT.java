package io.releve.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.releve.examples.lab.BundledMariaDb;
import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.TestCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsADatabaseServer() {
        String reason = "";
        try {
            new BundledMariaDb(TestCache.directory()).find();
        } catch (LabException e) {
            reason = e.getMessage();
        }
        assumeThat(reason).as(reason).isEmpty();
    }

    @Test
    void shouldSurviveTheDeathOfServ1AndLeaveNothingBehind() throws Exception {
        Path log = directory.resolve("demo.log");
        try (ManagedProcess demo = demo(log, line -> {})) {
            assertThat(demo.awaitEnd(LIMIT)).as("ended in time").isTrue();
            String output = Files.readString(log, StandardCharsets.UTF_8);
            assertThat(demo.ended().join()).as(output).isZero();
            assertThat(output)
                    .contains("Resource Group: servIntralab")
                    .contains("Clone Set: cServiceMySQL [serviceMySQL]")
                    .containsPattern("Acknowledged reports lost +: 0");
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsTerminatedInTheMiddle() throws Exception {
        Path log = directory.resolve("demo.log");
        CompletableFuture<String> clientRuns = new CompletableFuture<>();
        try (ManagedProcess demo = demo(log, line -> {
            if (line.contains("serv1 is stopped")) {
                clientRuns.complete(line);
            }
        })) {
            CompletableFuture.anyOf(clientRuns, demo.ended()).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(demo.isAlive())
                    .as(() -> io.releve.examples.lab.LogTail.of(log, 50))
                    .isTrue();

            demo.handle().destroy();

            assertThat(demo.awaitEnd(Duration.ofSeconds(30))).isTrue();
            assertThat(demo.ended().join()).isEqualTo(128 + 15);
        }
        assertNothingIsLeft();
    }

    private ManagedProcess demo(Path log, java.util.function.Consumer<String> lines) {
        List<String> command = JavaCommand.of(
                Demo.class,
                96,
                List.of("java.io.tmpdir=" + directory),
                List.of("--cache", TestCache.directory().toString()));
        return ManagedProcess.start("demo", command, log, lines);
    }

    private void assertNothingIsLeft() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("demo.log");
        }
        assertThat(ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .filter(line -> line.contains(directory.toString())))
                .as("processes that name the demonstration's directory")
                .isEmpty();
    }
}
