package io.releve.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.HaCluster;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.model.Primitive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user runs it. */
class ReleveIT {

    @TempDir
    private Path folder;

    @Test
    void shouldReadTheStandardInput() throws Exception {
        byte[] cib;
        try (InputStream office = Objects.requireNonNull(getClass().getResourceAsStream("/office.xml"))) {
            cib = office.readAllBytes();
        }

        Ended ended = run(cib, "simulate", "-", "--set-node-offline", "paris", "--format", "placement");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).contains("address\tStarted\tlyon\n");
    }

    @Test
    void shouldReadARunningCluster() throws Exception {
        try (TestingServer zooKeeper = new TestingServer();
                HaCluster cluster = HaCluster.builder()
                        .name("office")
                        .node("paris")
                        .nodes("paris", "lyon")
                        .zooKeeper(zooKeeper.getConnectString())
                        .agent("light", context -> new Light())
                        .resource(Primitive.of("lamp", "light"))
                        .build()) {
            CountDownLatch lit = new CountDownLatch(1);
            cluster.follow("lamp", place -> place.ifPresent(found -> lit.countDown()));
            cluster.start();
            assertThat(lit.await(30, TimeUnit.SECONDS)).isTrue();

            Ended ended = run(
                    new byte[0],
                    "simulate",
                    "--zookeeper",
                    zooKeeper.getConnectString(),
                    "--cluster",
                    "office",
                    "--standby",
                    "paris",
                    "--format",
                    "actions");

            assertThat(ended.out()).isEqualTo("Stop\tlamp\tparis\t-\n");
            assertThat(ended.status()).isZero();

            Ended elsewhere =
                    run(new byte[0], "simulate", "--zookeeper", zooKeeper.getConnectString(), "--cluster", "elsewhere");
            assertThat(elsewhere.status()).isEqualTo(1);
            assertThat(elsewhere.err()).contains("check the cluster's name").doesNotContain("\tat ");
        }
    }

    private static final class Light implements ResourceAgent {
        private boolean on;

        @Override
        public Outcome start(OperationContext operation) {
            on = true;
            return Outcome.ok();
        }

        @Override
        public Outcome stop(OperationContext operation) {
            on = false;
            return Outcome.ok();
        }

        @Override
        public Outcome monitor(OperationContext operation) {
            return on ? Outcome.ok() : Outcome.notRunning("off");
        }
    }

    @Test
    void shouldEndWith1IfTheInputCannotBeRead() throws Exception {
        Ended ended = run(new byte[0], "simulate", folder.resolve("none.xml").toString());

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).endsWith("none.xml: there is no such file\n").doesNotContain("\tat ");
    }

    @Test
    void shouldEndWith2AfterWrongUsage() throws Exception {
        Ended ended = run(new byte[0], "simulate", "--surprise");

        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("Unknown option: '--surprise'");
    }

    @Test
    void shouldKnowItsVersion() throws Exception {
        Ended ended = run(new byte[0], "--version");

        assertThat(ended.status()).isZero();
        assertThat(ended.out()).matches("releve \\d+\\.\\d+.*\n");
    }

    /** How a process ended. */
    private record Ended(int status, String out, String err) {}

    private Ended run(byte[] input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("releve.jar", "target/releve.jar")));
        command.addAll(List.of(arguments));
        Path in = Files.write(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
