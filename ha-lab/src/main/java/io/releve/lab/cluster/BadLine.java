package io.releve.lab.cluster;

import io.releve.examples.lab.Command;
import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A line that delays and loses, put between a host's cable and the bridge. A cut of the same host is out of its sight: the
 * two do not go together.
 */
public final class BadLine implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(10);
    private static final int HEAP_MEGABYTES = 64;
    /** The end that is the bridge's, and the one that the line's program has. */
    private static final String OUTER = "bad0";

    private static final String INNER = "bad1";

    /**
     * What it does to frames, each way.
     *
     * @param delay of each frame
     * @param jitter how much shorter or longer it may be
     * @param loss the share that is lost, from 0 to 1
     * @param seed of the choice of those that are lost
     */
    public record Quality(Duration delay, Duration jitter, double loss, long seed) {}

    private final String port;
    private final String bridge;
    private final ManagedProcess program;
    private boolean closed;

    private BadLine(String port, String bridge, ManagedProcess program) {
        this.port = port;
        this.bridge = bridge;
        this.program = program;
    }

    /**
     * Puts it in. One at a time.
     *
     * @param port the bridge's end of the host's cable
     * @param bridge where that was plugged in
     * @param log what its program says
     */
    static BadLine insert(String port, String bridge, Quality quality, Path log) throws InterruptedException {
        ip("link", "add", OUTER, "type", "veth", "peer", "name", INNER);
        ip("link", "set", OUTER, "master", bridge, "up");
        ManagedProcess program = null;
        try {
            CompletableFuture<Void> ready = new CompletableFuture<>();
            program = ManagedProcess.start("line", command(port, quality), log, line -> {
                if (line.equals(LineProgram.READY)) {
                    ready.complete(null);
                }
            });
            CompletableFuture.anyOf(ready, program.ended()).get(START.toSeconds(), TimeUnit.SECONDS);
            if (!ready.isDone()) {
                throw new LabException("the bad line of " + port + " cannot be made: see " + log);
            }
            // Without ARP this machine does not answer by itself for what only passes.
            ip("link", "set", port, "nomaster", "arp", "off");
            ip("link", "set", INNER, "arp", "off", "up");
            return new BadLine(port, bridge, program);
        } catch (ExecutionException | TimeoutException | LabException e) {
            if (program != null) {
                program.close();
            }
            Command.run(List.of("ip", "link", "del", OUTER));
            throw new LabException("the bad line of " + port + " does not begin: " + e.getMessage(), e);
        }
    }

    private static List<String> command(String port, Quality quality) {
        return JavaCommand.of(
                LineProgram.class,
                HEAP_MEGABYTES,
                List.of(),
                List.of(
                        "--interface",
                        port,
                        INNER,
                        "--delay-millis",
                        Long.toString(quality.delay().toMillis()),
                        "--jitter-millis",
                        Long.toString(quality.jitter().toMillis()),
                        "--loss",
                        Double.toString(quality.loss()),
                        "--seed",
                        Long.toString(quality.seed())));
    }

    /** Takes it out: the cable is plugged in where it was. A second time has no effect. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            program.close();
            ip("link", "set", port, "arp", "on", "master", bridge);
            ip("link", "del", OUTER);
        }
    }

    private static void ip(String... arguments) {
        Command.run(Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList())
                .orThrow();
    }
}
