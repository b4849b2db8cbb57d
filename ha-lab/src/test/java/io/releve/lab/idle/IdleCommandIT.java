package io.releve.lab.idle;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.examples.lab.JavaCommand;
import io.releve.lab.Lab;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleCommandIT {

    private static final long LIMIT_SECONDS = 60;
    private static final int NODES = 2;

    @TempDir
    private Path directory;

    private List<ProcessHandle> children = List.of();

    @AfterEach
    void leaveNothingOfAFailedTest() {
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsTerminated() throws Exception {
        Process lab = startAndAwaitNodes();

        lab.destroy();

        assertThat(lab.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        assertThat(lab.exitValue()).isEqualTo(128 + 15);
        assertThat(survivors()).isEmpty();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void shouldLeaveNoProcessBehindWhenItIsKilled() throws Exception {
        Process lab = startAndAwaitNodes();

        lab.destroyForcibly();

        assertThat(lab.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        assertThat(survivors()).isEmpty();
    }

    private Process startAndAwaitNodes() throws IOException {
        Process lab = new ProcessBuilder(JavaCommand.of(
                        Lab.class,
                        64,
                        List.of("java.io.tmpdir=" + directory),
                        List.of("idle", "--nodes", Integer.toString(NODES))))
                .redirectErrorStream(true)
                .start();
        List<String> said = new ArrayList<>();
        BufferedReader output = lab.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.startsWith(NODES + " nodes have joined")) {
            said.add(line);
            line = output.readLine();
        }
        children = lab.descendants().toList();
        assertThat(line).as(String.join("\n", said)).isNotNull();
        assertThat(children).as("the nodes and ZooKeeper").hasSize(NODES + 1);
        return lab;
    }

    /** Those of its processes that do not end. */
    private List<String> survivors() {
        CompletableFuture<Void> ended = CompletableFuture.allOf(
                children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        ended.completeOnTimeout(null, LIMIT_SECONDS, TimeUnit.SECONDS).join();
        return children.stream()
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info().commandLine().orElse("process " + process.pid()))
                .toList();
    }
}
