package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.zookeeper.Ensemble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes, each in a JVM of its own, and three real ZooKeeper servers: what goes on by promises alone. */
@Timeout(180)
class FailsafeIT {

    private static final Duration LEASE = Duration.ofSeconds(3);

    private final Ensemble ensemble = new Ensemble(3, Map.of());
    private final BlockingQueue<String> switched = new LinkedBlockingQueue<>();
    private final Map<String, Process> nodes = new HashMap<>();

    @TempDir
    private Path directory;

    private String ports = "";

    @BeforeEach
    void start() throws IOException {
        List<ServerSocket> free = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            free.add(socket);
            numbers.add(Integer.toString(socket.getLocalPort()));
        }
        for (ServerSocket socket : free) {
            socket.close();
        }
        ports = String.join(",", numbers);
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Process::destroyForcibly);
        ensemble.close();
    }

    private void start(String node) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FailsafeNode.class.getName(),
                ensemble.addresses(),
                node,
                Long.toString(LEASE.toMillis()),
                ports,
                directory.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(directory.resolve(node + ".log").toFile())
                .start();
        nodes.put(node, process);
        BlockingQueue<String> up = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> process.inputReader(StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> {
                    if (line.equals("up " + node)) {
                        up.add(line);
                    } else {
                        switched.add(line);
                    }
                }));
        reader.setDaemon(true);
        reader.start();
        assertThat(up.poll(40, TimeUnit.SECONDS)).isNotNull();
    }

    private void assertThatNothingIsSwitchedFor(Duration time) throws InterruptedException {
        assertThat(switched.poll(time.toMillis(), TimeUnit.MILLISECONDS)).isNull();
    }

    private void startAll() throws IOException, InterruptedException {
        start("serv1");
        start("serv2");
        start("serv3");
        assertThat(switched.poll(30, TimeUnit.SECONDS)).isEqualTo("on serv1");
        // Some renewals later, whom each knows is written down and counts.
        assertThatNothingIsSwitchedFor(LEASE);
    }

    @Test
    void shouldGoOnWithoutAMajorityAndBeBouncedByNothingWhenItIsBack() throws IOException, InterruptedException {
        startAll();

        ensemble.kill(1);
        ensemble.kill(2);
        assertThatNothingIsSwitchedFor(LEASE.multipliedBy(4));
        ensemble.start(1);
        ensemble.start(2);

        assertThatNothingIsSwitchedFor(LEASE.multipliedBy(5));
        // And the cluster decides again.
        nodes.get("serv1").destroyForcibly();
        assertThat(switched.poll(30, TimeUnit.SECONDS)).startsWith("on serv");
    }

    @Test
    void shouldStopAtTheEndOfTheLeaseWhenAnotherNodeIsLostToo() throws IOException, InterruptedException {
        startAll();
        ensemble.kill(1);
        ensemble.kill(2);
        assertThatNothingIsSwitchedFor(LEASE.multipliedBy(2));

        assertThat(nodes.get("serv3").destroyForcibly().waitFor(5, TimeUnit.SECONDS))
                .isTrue();

        assertThat(switched.poll(LEASE.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS))
                .isEqualTo("off serv1");
    }
}
