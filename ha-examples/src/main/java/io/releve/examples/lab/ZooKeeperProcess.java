package io.releve.examples.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A ZooKeeper server in a process of its own. */
public final class ZooKeeperProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HEAP_MEGABYTES = 64;

    private final ManagedProcess process;
    private final String address;

    private ZooKeeperProcess(ManagedProcess process, String address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts one and waits until it serves.
     *
     * @param directory for its data and its log
     * @param host the address to listen on
     * @param port the port to listen on
     * @throws LabException if it does not serve in time; the message names its log
     */
    public static ZooKeeperProcess start(Path directory, String host, int port)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path log = directory.resolve("zookeeper.log");
        CompletableFuture<Void> serving = new CompletableFuture<>();
        List<String> command = JavaCommand.of(
                ZooKeeperMain.class,
                HEAP_MEGABYTES,
                List.of("zookeeper.jmx.log4j.disable=true"),
                List.of(directory.toString(), host, Integer.toString(port)));
        ManagedProcess process = ManagedProcess.start("ZooKeeper", command, log, line -> {
            if (line.equals(ZooKeeperMain.SERVING)) {
                serving.complete(null);
            }
        });
        String problem;
        try {
            CompletableFuture.anyOf(serving, process.ended()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (serving.isDone()) {
                return new ZooKeeperProcess(process, host + ":" + port);
            }
            problem = "ended before it served";
        } catch (TimeoutException e) {
            problem = "did not serve within " + PATIENCE.toSeconds() + " s";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        process.close();
        throw new LabException(
                "ZooKeeper on " + host + ":" + port + " " + problem + "; its last words: " + LogTail.of(log, 3));
    }

    /** Where clients connect, {@code host:port}. */
    public String address() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
