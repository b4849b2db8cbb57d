package io.releve.lab.cluster;

import io.releve.examples.lab.Command;
import io.releve.examples.lab.Host;
import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.Processes;
import io.releve.examples.lab.ZooKeeperProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of the three hosts, with what runs on it: a ZooKeeper server, a node's JVM, and the database server that the node
 * starts. Used by one thread at a time, which need not be the one that starts the node again.
 */
public final class LabHost {

    private static final int HEAP_MEGABYTES = 128;
    /** With this status a node ends its JVM when only that keeps it from doing harm. */
    private static final int ENDED_ITSELF = 75;

    private static final Path RUN = Path.of("/run");
    private static final Duration LEAVING = Duration.ofSeconds(90);

    private final Host host;
    private final Surroundings surroundings;
    private final Disk disk;
    private final Path logs;
    private final FakeClock clock;
    private volatile @Nullable ManagedProcess node;
    private @Nullable ZooKeeperProcess zooKeeper;
    private volatile boolean powered = true;

    LabHost(Host host, Surroundings surroundings) throws IOException {
        this.host = host;
        this.surroundings = surroundings;
        this.logs = Files.createDirectories(surroundings.directory().resolve(host.name()));
        this.clock = new FakeClock(logs.resolve("clock"), surroundings.ownClocks());
        // In memory, and gone with the namespaces whatever happens.
        this.disk = Disk.mount(RUN.resolve(host.name() + "-disk"), RUN.resolve(host.name() + ".img"));
    }

    /** Its name, which is also its node's. */
    public String name() {
        return host.name();
    }

    /** Its address and how to run something on it. */
    public Host host() {
        return host;
    }

    /** Its wall clock. */
    public FakeClock clock() {
        return clock;
    }

    /** The disk of its database server. */
    public Disk disk() {
        return disk;
    }

    /** Its node's log. */
    public Path log() {
        return logs.resolve("node.log");
    }

    /** The directory of its database server's instance. */
    public Path instance() {
        return disk.directory().resolve("db");
    }

    /** Whether it has power. */
    public boolean isPowered() {
        return powered;
    }

    /** Starts the ZooKeeper server, if it does not run. */
    public void startZooKeeper() {
        if (zooKeeper == null || !zooKeeper.process().isAlive()) {
            try {
                zooKeeper = surroundings.ensemble().launch(byOwnClock(), logs.resolve("zookeeper"));
                surroundings.started().accept(zooKeeper.process());
            } catch (IOException e) {
                throw new LabException("ZooKeeper on " + name() + " cannot be started: " + e, e);
            }
        }
    }

    /**
     * Starts the node, if it does not run. As any service manager would, it starts it again when it has ended itself because
     * it could not keep its word otherwise.
     */
    public synchronized void startNode() {
        if (node == null || !node.isAlive()) {
            ManagedProcess started =
                    ManagedProcess.start(name(), byOwnClock().command(nodeCommand(instance())), log(), line -> {});
            node = started;
            surroundings.started().accept(started);
            started.onEnd(status -> {
                if (status == ENDED_ITSELF && powered) {
                    startNode();
                }
            });
        }
    }

    /** This host, whose commands are run by its own clock. */
    private Host byOwnClock() {
        return new Host(name(), host.address(), host.databasePort(), host.webPort(), host.command(clock.prefix()));
    }

    /** What runs here and is not run by this host's own clock. */
    public List<Part> withoutOwnClock() {
        return Stream.of(Part.values())
                .filter(part ->
                        process(part).filter(process -> !clock.runs(process)).isPresent())
                .toList();
    }

    /** Starts another node of this host's name on another host, with a directory of its own. */
    public ManagedProcess startImpostor(Host elsewhere) {
        ManagedProcess impostor = ManagedProcess.start(
                name() + "-impostor",
                elsewhere.command(nodeCommand(logs.resolve("impostor"))),
                logs.resolve("impostor.log"),
                line -> {});
        surroundings.started().accept(impostor);
        return impostor;
    }

    private List<String> nodeCommand(Path instance) {
        List<String> arguments = new ArrayList<>(List.of(
                "--node", name(),
                "--zookeeper", surroundings.ensemble().connectString(),
                "--topology", surroundings.topology().name(),
                "--lease-millis", Long.toString(surroundings.lease().toMillis()),
                "--directory", instance.toString(),
                "--daemon", surroundings.server().binaries().daemon().toString(),
                "--secrets", surroundings.secrets().file().toString(),
                "--virtual-ip", surroundings.virtualIp()));
        if (!surroundings.server().isMariaDb()) {
            // MySQL's GTIDs do not tell what nobody has acknowledged from what somebody has written by hand.
            arguments.add("--rebuild-all");
        }
        surroundings.servers().forEach((name, address) -> arguments.addAll(List.of("--server", name + "=" + address)));
        surroundings
                .server()
                .binaries()
                .baseDirectory()
                .ifPresent(base -> arguments.addAll(List.of("--base", base.toString())));
        return JavaCommand.of(
                NodeProgram.class,
                HEAP_MEGABYTES,
                List.of(
                        "org.slf4j.simpleLogger.showDateTime=true",
                        "org.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                        "org.slf4j.simpleLogger.log.io.releve=info",
                        "org.slf4j.simpleLogger.log.org.apache=error",
                        "org.slf4j.simpleLogger.log.com.zaxxer=warn"),
                arguments);
    }

    /** Whether there is a primary that can be moved. */
    public boolean hasPrimary() {
        return surroundings.topology() == Topology.PRIMARY;
    }

    /** Asks the node to move the primary to another one. */
    public void move(LabHost target) {
        tell(NodeProgram.MOVE + " " + target.name());
    }

    /** Takes the wish back to have the primary on a certain node. */
    public void moveNowhere() {
        tell(NodeProgram.MOVE);
    }

    /** Has this node run nothing, or no longer so. */
    public void standby(boolean on) {
        tell(NodeProgram.STANDBY + " " + (on ? "on" : "off"));
    }

    private void tell(String command) {
        ManagedProcess running = node;
        if (running == null || !running.send(command)) {
            throw new LabException("the node " + name() + " does not run and cannot be told: " + command);
        }
    }

    /** Kills the database server and starts it again at once, as a supervisor that the cluster knows nothing of does. */
    public void superviseDatabase() {
        database().ifPresent(server -> {
            List<String> command = CommandLines.of(server);
            Processes.kill(List.of(server));
            surroundings
                    .started()
                    .accept(ManagedProcess.start(
                            name() + "-supervised", host.command(command), logs.resolve("supervised.log"), line -> {}));
        });
    }

    /** Asks the node to leave the cluster in good order. */
    public void beginToLeave() {
        ManagedProcess running = node;
        if (running != null) {
            running.send(NodeProgram.LEAVE);
        }
    }

    /** Asks the node to leave, if nobody has, and waits until it has left. */
    public void leave() throws InterruptedException {
        ManagedProcess running = node;
        if (running == null || !running.isAlive()) {
            return;
        }
        running.send(NodeProgram.LEAVE);
        if (!running.awaitEnd(LEAVING)) {
            throw new LabException("the node " + name() + " did not leave within " + LEAVING.toSeconds() + " s");
        }
    }

    /** The process of a kind, if it runs. */
    public Optional<ProcessHandle> process(Part part) {
        return switch (part) {
            case NODE -> Optional.ofNullable(node).map(ManagedProcess::handle).filter(ProcessHandle::isAlive);
            case ZOOKEEPER ->
                Optional.ofNullable(zooKeeper)
                        .map(server -> server.process().handle())
                        .filter(ProcessHandle::isAlive);
            case DATABASE -> database();
        };
    }

    /** The database server outlives the JVM that started it: by its pid file, and only if it really is one. */
    private Optional<ProcessHandle> database() {
        try {
            long pid = Long.parseLong(Files.readString(instance().resolve("mysqld.pid"), StandardCharsets.UTF_8)
                    .strip());
            return ProcessHandle.of(pid)
                    .filter(server -> server.info()
                            .commandLine()
                            .map(line -> line.contains(instance().toString()))
                            .orElse(false));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // Not started yet, being written, or gone with the server.
        }
    }

    /** Everything that runs on this host. */
    public List<ProcessHandle> everything() {
        return Command.run(List.of("ip", "netns", "pids", name()))
                .orThrow()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .toList();
    }

    /** What runs here and is neither the node, nor ZooKeeper, nor the database server. */
    public List<String> strangers() {
        List<Long> known = Stream.of(Part.values())
                .flatMap(part -> process(part).stream())
                .map(ProcessHandle::pid)
                .toList();
        return everything().stream()
                .filter(process -> !known.contains(process.pid()))
                .map(process -> process.pid() + " "
                        + process.info()
                                .commandLine()
                                .or(() -> process.info().command())
                                .map(line -> line.substring(0, Math.min(80, line.length())))
                                .orElse("(gone)"))
                .filter(text -> !text.endsWith("(gone)"))
                .collect(Collectors.toList());
    }

    /** Takes the power away: the network first, so that no dying process says goodbye, then everything that runs. */
    public void powerOff() {
        List<ProcessHandle> all = everything();
        powered = false;
        surroundings.wires().unplug(host);
        all.forEach(ProcessHandle::destroyForcibly);
        // A kernel without power holds no address.
        Command.run(List.of("ip", "-n", name(), "address", "del", surroundings.virtualIp() + "/32", "dev", "eth0"));
        Processes.kill(all);
        Processes.kill(everything());
    }

    /** Gives the power back; nothing is started. */
    public void powerOn() {
        surroundings.wires().plugIn(host);
        powered = true;
    }

    /** Kills what runs, and takes the disk away; what the database server said stays, beside the node's log. */
    void destroy() throws IOException {
        disk.resume();
        Processes.kill(everything());
        Path said = instance().resolve("error.log");
        if (Files.isRegularFile(said)) {
            Files.copy(said, logs.resolve("database.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        disk.close();
    }
}
