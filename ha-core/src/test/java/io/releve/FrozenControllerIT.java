package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.fencing.LastResort;
import io.releve.status.ClusterStatus.NodeCondition;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A controller that is a real process, frozen in the middle of a plan, on a real ZooKeeper. */
@Timeout(120)
class FrozenControllerIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    private TestingServer zooKeeper;
    private Path file;
    private Process serv1;
    private HaCluster serv2;

    @BeforeEach
    void startZooKeeper() throws Exception {
        zooKeeper = new TestingServer();
        file = Files.createFile(directory.resolve("done"));
    }

    @AfterEach
    void stopAll() throws Exception {
        if (serv1 != null) {
            serv1.destroyForcibly();
        }
        if (serv2 != null) {
            serv2.close();
        }
        zooKeeper.close();
    }

    private void start(String fenceProgram) throws Exception {
        serv1 = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeMain.class.getName(),
                        zooKeeper.getConnectString(),
                        "serv1",
                        file.toString(),
                        fenceProgram)
                .redirectErrorStream(true)
                .redirectOutput(new File(directory.toFile(), "serv1.log"))
                .start();
    }

    private void startSecond(String fenceProgram) {
        serv2 = new NodeMain.Setup(zooKeeper.getConnectString(), file, fenceProgram, Long.toString(serv1.pid()))
                .node("serv2")
                .lastResort(LastResort.none())
                .build();
        serv2.start();
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(serv1.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    /** Waits until the file says so; woken by each change of it. */
    private void awaitLines(Predicate<List<String>> wanted) throws IOException, InterruptedException {
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_MODIFY);
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!wanted.test(lines())) {
                WatchKey key = watch.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(key).as(() -> "in time: " + directory).isNotNull();
                key.pollEvents();
                key.reset();
            }
        }
    }

    private void awaitStatus(Predicate<io.releve.status.ClusterStatus> wanted) throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        try (AutoCloseable subscription = serv2.onStatus(status -> {
            if (wanted.test(status)) {
                seen.complete(null);
            }
        })) {
            assertThat(seen).as(() -> serv2.status().toString()).succeedsWithin(LIMIT);
        }
    }

    @Test
    void shouldBeginNothingOfItsOldPlanWhenAControllerThaws() throws Exception {
        start("");
        awaitLines(lines -> lines.contains("begin first serv1"));
        signal("STOP"); // While the first start runs; the second one is to follow.
        startSecond("");
        awaitLines(lines -> lines.contains("start second serv2"));
        assertThat(serv2.status().controller()).contains("serv2");
        int before = lines().size();

        signal("CONT");
        awaitStatus(status -> status.nodes().get("serv1") == NodeCondition.ONLINE);
        awaitStatus(status -> status.activeNodes("second").equals(List.of("serv2")));

        // The start that was under way was interrupted, or ended and was stopped; nothing else of the plan was begun.
        assertThat(lines().subList(before, lines().size()))
                .isSubsetOf("start first serv1", "stop first serv1")
                .doesNotContain("begin second serv1");
        assertThat(serv2.status().controller()).contains("serv2");
    }

    @Test
    void shouldStartNothingElsewhereBeforeAFenceAgentHasKilledTheFrozenNode() throws Exception {
        Path asked = directory.resolve("asked");
        Path agent = directory.resolve("fence_kill");
        Files.writeString(
                agent,
                "#!/bin/sh\n" + "plug=0\n"
                        + "while IFS='=' read -r key value; do\n"
                        + "  echo \"$key=$value\" >> " + asked + "\n"
                        + "  [ \"$key\" = plug ] && plug=$value\n"
                        + "done\n"
                        + "kill -KILL \"$plug\" && echo \"fenced serv1\" >> " + file + " && echo killed $plug\n");
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
        start(agent.toString());
        awaitLines(lines -> lines.contains("start second serv1"));
        startSecond(agent.toString());

        signal("STOP");
        awaitLines(lines -> lines.contains("start second serv2"));

        assertThat(serv1.waitFor(10, TimeUnit.SECONDS)).isTrue();
        List<String> lines = lines();
        assertThat(lines.indexOf("fenced serv1")).isPositive().isLessThan(lines.indexOf("begin first serv2"));
        assertThat(Files.readAllLines(asked))
                .containsExactlyInAnyOrder("plug=" + serv1.pid(), "action=reboot", "nodename=serv1");
        assertThat(serv2.status().fencing())
                .filteredOn(one -> one.isDone())
                .first()
                .satisfies(done -> {
                    assertThat(done.node()).isEqualTo("serv1");
                    assertThat(done.text()).contains("killed " + serv1.pid()).contains("level 1: kill");
                });
    }
}
