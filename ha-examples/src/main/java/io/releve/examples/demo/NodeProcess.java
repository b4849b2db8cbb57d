package io.releve.examples.demo;

import io.releve.examples.lab.Host;
import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.LogTail;
import io.releve.examples.lab.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One node, seen from outside: a host with a JVM and a database server on it, which can be started, asked to leave, and
 * cut from power. Used by one thread at a time.
 */
final class NodeProcess implements AutoCloseable {

    private static final int HEAP_MEGABYTES = 128;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Host host;
    private final Surroundings surroundings;
    private final StatusBoard board;
    private @Nullable ManagedProcess process;
    private volatile boolean wanted;

    NodeProcess(Host host, Surroundings surroundings, StatusBoard board) {
        this.host = host;
        this.surroundings = surroundings;
        this.board = board;
    }

    String name() {
        return host.name();
    }

    Host host() {
        return host;
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** The node's log. */
    Path log() {
        return surroundings.directory().resolve(host.name() + ".log");
    }

    private Path databaseDirectory() {
        return surroundings.directory().resolve(host.name());
    }

    /** Starts the JVM; returns at once. */
    void start() {
        if (isRunning()) {
            return;
        }
        board.forget(name());
        wanted = true;
        ManagedProcess started = ManagedProcess.start(
                name(),
                host.command(command()),
                log(),
                line -> StatusLine.decode(line).ifPresent(this::seen));
        process = started;
        surroundings.started().accept(started);
        started.onEnd(status -> ended(started, status));
    }

    private void seen(StatusLine status) {
        if (wanted) {
            board.put(name(), status);
        }
    }

    private void ended(ManagedProcess which, int status) {
        if (wanted && which.equals(process)) {
            board.fail(
                    name(),
                    "the node " + name() + " has ended by itself with status " + status + "; its last words:\n"
                            + LogTail.of(log(), 12));
        }
    }

    private List<String> command() {
        List<String> arguments = new ArrayList<>(List.of(
                "--node", name(),
                "--zookeeper", surroundings.zooKeeper(),
                "--lease-millis", Long.toString(surroundings.lease().toMillis()),
                "--directory", databaseDirectory().toString(),
                "--daemon", surroundings.binaries().daemon().toString(),
                "--secrets", surroundings.secrets().file().toString(),
                "--web-port", Integer.toString(host.webPort())));
        for (Host each : surroundings.hosts().all()) {
            arguments.add("--server");
            arguments.add(each.name() + "=" + each.address() + ":" + each.databasePort());
        }
        surroundings.binaries().baseDirectory().ifPresent(base -> arguments.addAll(List.of("--base", base.toString())));
        surroundings.hosts().virtualIp().ifPresent(ip -> arguments.addAll(List.of("--virtual-ip", ip)));
        return JavaCommand.of(
                NodeMain.class,
                HEAP_MEGABYTES,
                List.of(
                        "org.slf4j.simpleLogger.showDateTime=true",
                        "org.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                        "org.slf4j.simpleLogger.log.org.apache=warn",
                        "org.slf4j.simpleLogger.log.org.eclipse.jetty=warn",
                        "org.slf4j.simpleLogger.log.com.zaxxer=warn"),
                arguments);
    }

    /** Asks the node to leave the cluster in good order, and waits until it has. */
    void leave() throws InterruptedException {
        ManagedProcess running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        wanted = false;
        running.send(NodeMain.LEAVE);
        boolean left = running.awaitEnd(PATIENCE);
        board.forget(name());
        if (!left) {
            powerOff();
            throw new DemoFailure("the node " + name() + " did not leave within " + PATIENCE.toSeconds()
                    + " s and was killed; see " + log());
        }
    }

    /** Kills the JVM, the database server and whatever else runs on the host, at once (SIGKILL). */
    void powerOff() {
        wanted = false;
        List<ProcessHandle> known = Stream.concat(
                        Optional.ofNullable(process).map(ManagedProcess::handle).stream(), databaseServer().stream())
                .toList();
        surroundings.hosts().powerOff(host, known);
        board.forget(name());
    }

    /** The database server, which outlives the JVM that started it: by its pid file, and only if it really is one. */
    private Optional<ProcessHandle> databaseServer() {
        Path directory = databaseDirectory();
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".pid"))
                    .flatMap(file -> pid(file).stream())
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .filter(server -> server.info()
                            .commandLine()
                            .map(line -> line.contains(directory.toString()))
                            .orElse(false))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Long> pid(Path file) {
        try {
            return Optional.of(Long.parseLong(
                    Files.readString(file, StandardCharsets.UTF_8).strip()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // Being written, or gone with the server.
        }
    }

    @Override
    public void close() {
        powerOff();
    }
}
