package io.releve.lab.idle;

import io.releve.examples.lab.Ending;
import io.releve.examples.lab.FileTree;
import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.LogTail;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.ZooKeeperProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs some nodes that have nothing to do, and measures what they cost. */
@Command(
        name = "idle",
        description = "Measures what nodes cost while nothing happens: processor, memory, ZooKeeper's writes.",
        mixinStandardHelpOptions = true)
public final class IdleCommand implements Callable<Integer> {

    private static final Duration START = Duration.ofSeconds(60);

    /** For the compiler and the collector to settle. */
    private static final Duration SETTLE = Duration.ofSeconds(90);

    private static final double MOST_PROCESSOR = 0.005;
    private static final double MOST_WRITES = 2; // a second, of each node
    private static final long MOST_KILOBYTES = 150 * 1024;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--nodes", description = "How many nodes (default: ${DEFAULT-VALUE}).")
    private int nodes = 3;

    @Option(names = "--lease", description = "The lease in milliseconds (default: ${DEFAULT-VALUE}).")
    private long lease = 3000;

    @Option(names = "--seconds", description = "How long to measure (default: ${DEFAULT-VALUE}).")
    private int seconds = 60;

    @Override
    public Integer call() throws IOException, InterruptedException {
        // Also when it is told to end: the processes below would go on without it.
        try (Ending ending = Ending.atExit()) {
            Path directory = Files.createTempDirectory("releve-idle-");
            ending.push(() -> FileTree.delete(directory));
            ZooKeeperProcess zooKeeper =
                    ZooKeeperProcess.start(directory.resolve("zookeeper"), "127.0.0.1", freePort());
            ending.push(zooKeeper);
            List<ManagedProcess> running = new ArrayList<>();
            CountDownLatch joined = new CountDownLatch(nodes);
            for (int i = 1; i <= nodes; i++) {
                ManagedProcess node = start(i, zooKeeper.address(), directory, joined);
                ending.push(node);
                running.add(node);
            }
            if (!joined.await(START.toSeconds(), TimeUnit.SECONDS)) {
                say("The nodes did not join within " + START.toSeconds() + " s");
                running.forEach(node -> say(node.name() + ": " + LogTail.of(log(directory, node.name()), 10)));
                return 2;
            }
            say(running.size() + " nodes have joined; they settle for " + SETTLE.toSeconds()
                    + " s, and are measured for " + seconds + " s");
            pass(SETTLE);
            return measure(running, zooKeeper.address()) ? 0 : 1;
        }
    }

    private void say(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    private static Path log(Path directory, String node) {
        return directory.resolve(node + ".log");
    }

    private ManagedProcess start(int number, String zooKeeper, Path directory, CountDownLatch joined)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(zooKeeper, "node" + number, Long.toString(lease)));
        for (int i = 1; i <= nodes; i++) {
            arguments.add("node" + i);
        }
        String name = "node" + number;
        return ManagedProcess.start(
                name, JavaCommand.of(IdleNode.class, 64, List.of(), arguments), log(directory, name), line -> {
                    if (line.equals(IdleNode.JOINED)) {
                        joined.countDown();
                    }
                });
    }

    private boolean measure(List<ManagedProcess> running, String zooKeeper) throws IOException, InterruptedException {
        List<ProcessCost> before = costs(running);
        long writesBefore = writes(zooKeeper);
        long began = System.nanoTime();
        pass(Duration.ofSeconds(seconds));
        List<ProcessCost> after = costs(running);
        double took = (System.nanoTime() - began) / 1e9;
        double writes = (writes(zooKeeper) - writesBefore) / took / nodes;
        PrintWriter out = spec.commandLine().getOut();
        out.println("node\tcore_percent\trss_mb\tzookeeper_writes_per_s");
        boolean fine = writes <= MOST_WRITES;
        for (int i = 0; i < running.size(); i++) {
            double share = after.get(i).share(before.get(i), took);
            long resident = after.get(i).residentKilobytes();
            fine &= share < MOST_PROCESSOR && resident < MOST_KILOBYTES;
            out.printf(
                    Locale.ROOT,
                    "%s\t%.2f\t%.0f\t%.2f%n",
                    running.get(i).name(),
                    share * 100,
                    resident / 1024.0,
                    writes);
        }
        out.flush();
        return fine;
    }

    private static List<ProcessCost> costs(List<ManagedProcess> running) throws IOException {
        List<ProcessCost> all = new ArrayList<>();
        for (ManagedProcess process : running) {
            all.add(ProcessCost.of(process.handle().pid()));
        }
        return all;
    }

    /** How many transactions the server has seen: the lower half of its last one's number. */
    private static long writes(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.lines()
                    .filter(line -> line.startsWith("Zxid: 0x"))
                    .map(line -> Long.parseLong(line.substring("Zxid: 0x".length()), 16) & 0xffffffffL)
                    .findFirst()
                    .orElseThrow(() -> new IOException("ZooKeeper's answer to srvr has no Zxid: " + answer));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void pass(Duration time) throws InterruptedException {
        boolean ended = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        if (ended) {
            throw new IllegalStateException("nobody counts down");
        }
    }
}
