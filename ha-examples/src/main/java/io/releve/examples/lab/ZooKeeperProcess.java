package io.releve.examples.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A ZooKeeper server in a process of its own. */
public final class ZooKeeperProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HEAP_MEGABYTES = 64;

    private final ManagedProcess process;
    private final CompletableFuture<Void> serving;
    private final String address;
    private final Path log;

    private ZooKeeperProcess(ManagedProcess process, CompletableFuture<Void> serving, String address, Path log) {
        this.process = process;
        this.serving = serving;
        this.address = address;
        this.log = log;
    }

    /**
     * Starts one that stands alone, in this process's network, and waits until it serves.
     *
     * @param directory for its data and its log
     * @param host the address to listen on
     * @param port the port to listen on
     * @throws LabException if it does not serve in time; the message names its log
     */
    public static ZooKeeperProcess start(Path directory, String host, int port)
            throws IOException, InterruptedException {
        ZooKeeperProcess started = launch(directory, host, port, List.of(), Map.of(), List.of());
        started.awaitServing();
        return started;
    }

    /**
     * Starts one of an ensemble on a host; it serves once a majority of them runs.
     *
     * @param directory for its data and its log
     * @param host where it runs
     * @param port the port for clients
     * @param number its number in the ensemble, from 1
     * @param settings further settings of {@code zoo.cfg}: each {@code server.N}, the ticks
     * @param properties system properties, each {@code name=value}
     */
    public static ZooKeeperProcess launchMember(
            Path directory, Host host, int port, int number, Map<String, String> settings, List<String> properties)
            throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("myid"), number + "\n", StandardCharsets.US_ASCII);
        return launch(directory, host.address(), port, host.prefix(), settings, properties);
    }

    private static ZooKeeperProcess launch(
            Path directory,
            String host,
            int port,
            List<String> prefix,
            Map<String, String> settings,
            List<String> properties)
            throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve("zookeeper.log");
        CompletableFuture<Void> serving = new CompletableFuture<>();
        List<String> arguments = new ArrayList<>(List.of(directory.toString(), host, Integer.toString(port)));
        new TreeMap<>(settings).forEach((name, value) -> arguments.add(name + "=" + value));
        List<String> allProperties = new ArrayList<>(properties);
        allProperties.add("zookeeper.jmx.log4j.disable=true");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(JavaCommand.of(ZooKeeperMain.class, HEAP_MEGABYTES, allProperties, arguments));
        ManagedProcess process = ManagedProcess.start("ZooKeeper", command, log, line -> {
            if (line.equals(ZooKeeperMain.SERVING)) {
                serving.complete(null);
            }
        });
        return new ZooKeeperProcess(process, serving, host + ":" + port, log);
    }

    private void awaitServing() throws InterruptedException {
        String problem;
        try {
            CompletableFuture.anyOf(serving, process.ended()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (serving.isDone()) {
                return;
            }
            problem = "ended before it served";
        } catch (TimeoutException e) {
            problem = "did not serve within " + PATIENCE.toSeconds() + " s";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        process.close();
        throw new LabException("ZooKeeper on " + address + " " + problem + "; its last words: " + LogTail.of(log, 3));
    }

    /** Where clients connect, {@code host:port}. */
    public String address() {
        return address;
    }

    /** The process. */
    public ManagedProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
