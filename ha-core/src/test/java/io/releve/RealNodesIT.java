package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.status.ActiveNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in JVMs of their own, which are killed, frozen and starved. This JVM is the node serv1, the other serv2. */
@Timeout(120)
class RealNodesIT {

    @TempDir
    Path directory;

    private final List<Process> jvms = new ArrayList<>();
    private final BlockingQueue<Optional<String>> places = new LinkedBlockingQueue<>();
    private Path zooKeeperPlace;
    private TestingServer zooKeeper;
    private HaCluster serv1;

    @BeforeEach
    void startZooKeeper() throws Exception {
        // In memory where that is possible: a disk that others keep busy is not what is tested here.
        Path memory = Path.of("/dev/shm");
        zooKeeperPlace = Files.createTempDirectory(
                Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir")), "releve-");
        zooKeeper = new TestingServer(-1, zooKeeperPlace.resolve("data").toFile());
    }

    @AfterEach
    void endAll() throws Exception {
        jvms.forEach(Process::destroyForcibly);
        if (serv1 != null) {
            serv1.close();
        }
        workers().forEach(ProcessHandle::destroyForcibly);
        zooKeeper.close();
        try (Stream<Path> files = Files.walk(zooKeeperPlace)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private List<String> starts() throws IOException {
        return Files.readAllLines(directory.resolve("starts"));
    }

    /** The processes that are the resource, wherever they run. */
    private Stream<ProcessHandle> workers() {
        return Stream.of("serv1", "serv2")
                .map(node -> directory.resolve(node).resolve("worker.pid"))
                .filter(Files::exists)
                .flatMap(file -> ProcessHandle.of(pid(file)).stream())
                .filter(ProcessHandle::isAlive);
    }

    private static long pid(Path file) {
        try {
            return Long.parseLong(Files.readString(file).split(" ", -1)[2]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long pid() {
        return pid(directory.resolve("serv2").resolve("worker.pid"));
    }

    private Process startServ2(Duration lease, String remember) throws IOException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProgram.class.getName(),
                        zooKeeper.getConnectString(),
                        "serv2",
                        Long.toString(lease.toMillis()),
                        directory.toString(),
                        remember)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        jvms.add(jvm);
        return jvm;
    }

    private Path log() {
        return directory.resolve("serv2.log");
    }

    private String serv2Says() {
        try (Stream<String> lines = Files.lines(log())) {
            return String.join(
                    System.lineSeparator(),
                    lines.filter(line -> line.contains("WARN") || line.contains("ERROR"))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startServ1(Duration lease) {
        serv1 = NodeProgram.declared(zooKeeper.getConnectString(), "serv1", lease, directory)
                .startTimeout(Duration.ofSeconds(30))
                .build();
        serv1.start();
        serv1.follow("worker", place -> places.add(place.map(ActiveNode::node)));
    }

    private void awaitPlace(String node) throws InterruptedException {
        Optional<String> last = Optional.empty();
        while (!last.equals(Optional.of(node))) {
            last = places.poll(60, TimeUnit.SECONDS);
            assertThat(last).as("the worker should come to %s", node).isNotNull();
        }
    }

    private static void signal(Process jvm, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(jvm.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void pass(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS))
                .isFalse();
    }

    @Test
    void shouldTakeOnTheProcessOfAJvmThatWasKilledAndRestartedWithinItsLease() throws Exception {
        Duration lease = Duration.ofSeconds(15);
        Process first = startServ2(lease, "remember");
        startServ1(lease);
        awaitPlace("serv2");
        long pid = pid();
        List<String> starts = starts();

        first.destroyForcibly().waitFor();
        CountDownLatch reported = new CountDownLatch(2);
        try (AutoCloseable follow = serv1.onStatus(status -> reported.countDown())) {
            startServ2(lease, "remember");
            assertThat(reported.await(12, TimeUnit.SECONDS))
                    .as("long before the lease is over")
                    .isTrue();
        }
        pass(Duration.ofSeconds(4));

        assertThat(serv1.find("worker").map(ActiveNode::node)).contains("serv2");
        assertThat(pid()).isEqualTo(pid);
        assertThat(workers().map(ProcessHandle::pid)).containsExactly(pid);
        assertThat(starts()).isEqualTo(starts);
        assertThat(log()).content().contains("takes the place of its earlier life");
        assertThat(serv1.status().failures()).isEmpty();
    }

    @Test
    void shouldRefuseASecondJvmOfTheSameNode() throws Exception {
        Duration lease = Duration.ofSeconds(3);
        startServ2(lease, "remember");
        startServ1(lease);
        awaitPlace("serv2");

        Process second = startServ2(lease, "remember");

        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isNotZero();
        assertThat(log()).content().contains("already running in another JVM");
        assertThat(serv1.find("worker").map(ActiveNode::node)).contains("serv2");
    }

    @Test
    void shouldNoticeThatItWasFrozenAndGoOnWithinTheLease() throws Exception {
        Duration lease = Duration.ofSeconds(6);
        Process jvm = startServ2(lease, "forget");
        startServ1(lease);
        awaitPlace("serv2");
        long pid = pid();

        signal(jvm, "STOP");
        pass(Duration.ofMillis(2500));
        signal(jvm, "CONT");
        pass(Duration.ofSeconds(4));

        assertThat(log()).content().contains("node serv2 stood still for ");
        assertThat(serv1.find("worker").map(ActiveNode::node)).contains("serv2");
        assertThat(workers().map(ProcessHandle::pid)).containsExactly(pid);
        assertThat(serv1.status().failures()).isEmpty();
    }

    @Test
    void shouldGiveUpWhenItWasFrozenForLongerThanItsLease() throws Exception {
        Duration lease = Duration.ofSeconds(1);
        Process jvm = startServ2(lease, "forget");
        startServ1(lease);
        awaitPlace("serv2");

        signal(jvm, "STOP");
        awaitPlace("serv1");
        signal(jvm, "CONT");
        awaitPlace("serv2");

        assertThat(log()).content().contains("gives up what it runs");
    }

    @Test
    void shouldKeepAShortLeaseUnderFullLoad() throws Exception {
        Duration lease = Duration.ofSeconds(1);
        startServ2(lease, "forget");
        startServ1(lease);
        awaitPlace("serv2");

        List<String> starts = starts();
        CountDownLatch enough = new CountDownLatch(1);
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            Thread busy = new Thread(() -> {
                long number = 1;
                while (enough.getCount() > 0) {
                    number = number * 6364136223846793005L + 1442695040888963407L;
                }
                assertThat(number).isNotZero();
            });
            busy.setDaemon(true);
            busy.start();
            load.add(busy);
        }
        pass(Duration.ofSeconds(30));
        enough.countDown();
        for (Thread busy : load) {
            busy.join();
        }

        assertThat(places).as(() -> "nothing moved; " + serv2Says()).isEmpty();
        assertThat(starts()).isEqualTo(starts);
    }

    @Test
    void shouldRunWithTheShortestLease() throws Exception {
        Duration lease = Duration.ofMillis(500);
        Process jvm = startServ2(lease, "forget");
        startServ1(lease);
        awaitPlace("serv2");
        pass(Duration.ofSeconds(5));
        assertThat(places).as("nothing moved").isEmpty();

        long killed = System.nanoTime();
        jvm.destroyForcibly();
        awaitPlace("serv1");

        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(3));
    }
}
