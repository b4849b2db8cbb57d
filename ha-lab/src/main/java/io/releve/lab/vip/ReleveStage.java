package io.releve.lab.vip;

import io.releve.ClusterObserver;
import io.releve.examples.lab.Host;
import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.LogTail;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.Processes;
import io.releve.examples.lab.ZooKeeperProcess;
import io.releve.lab.cluster.Declaration;
import io.releve.lab.cluster.Ensemble;
import io.releve.lab.cluster.Patience;
import io.releve.lab.cluster.StatusWatch;
import io.releve.status.ClusterStatus;
import io.releve.status.ClusterStatus.NodeCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A ZooKeeper server and a node on each host; the cluster has nothing but the address. */
final class ReleveStage implements Stage {

    private static final int HEAP_MEGABYTES = 128;
    /** With this status a node ends its JVM when only that keeps it from doing harm. */
    private static final int ENDED_ITSELF = 75;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TRIES = 10;
    private static final int ROUNDS = 3;

    private final Segment segment;
    private final Path directory;
    private final Duration lease;
    private final Ensemble ensemble;
    private final Map<String, ZooKeeperProcess> servers = new ConcurrentHashMap<>();
    private final Map<String, ManagedProcess> nodes = new ConcurrentHashMap<>();
    private final ClusterObserver observer;
    private final StatusWatch watch;
    private volatile boolean closed;
    private boolean warm;

    /** Starts everything; nothing is waited for. */
    ReleveStage(Segment segment, Path directory, Duration lease) throws IOException {
        this.segment = segment;
        this.directory = Files.createDirectory(directory);
        this.lease = lease;
        this.ensemble = new Ensemble(Segment.HOSTS.stream().map(segment::host).toList(), lease);
        this.observer = ClusterObserver.connect(
                ensemble.connectString(), AddressNodeProgram.CLUSTER, Declaration.watchersSession(lease));
        this.watch = new StatusWatch(observer, AddressNodeProgram.RESOURCE);
        Segment.HOSTS.forEach(this::restart);
    }

    @Override
    public void restart(String host) {
        ZooKeeperProcess server = servers.get(host);
        if (server == null || !server.process().isAlive()) {
            try {
                servers.put(host, ensemble.launch(segment.host(host), logs(host)));
            } catch (IOException e) {
                throw new LabException("ZooKeeper on " + host + " cannot be started: " + e, e);
            }
        }
        startNode(host);
    }

    private Path logs(String host) throws IOException {
        return Files.createDirectories(directory.resolve(host));
    }

    private synchronized void startNode(String host) {
        ManagedProcess node = nodes.get(host);
        if (closed || (node != null && node.isAlive())) {
            return;
        }
        ManagedProcess started = ManagedProcess.start(host, nodeCommand(segment.host(host)), log(host), line -> {});
        nodes.put(host, started);
        started.onEnd(status -> {
            if (status == ENDED_ITSELF) {
                startNode(host); // as any service manager would
            }
        });
    }

    private Path log(String host) {
        return directory.resolve(host).resolve("node.log");
    }

    private List<String> nodeCommand(Host host) {
        List<String> arguments = new ArrayList<>(List.of(
                "--node", host.name(),
                "--zookeeper", ensemble.connectString(),
                "--lease-millis", Long.toString(lease.toMillis()),
                "--virtual-ip", segment.virtualIp()));
        Segment.HOSTS.forEach(member -> arguments.addAll(List.of("--member", member)));
        return host.command(JavaCommand.of(
                AddressNodeProgram.class,
                HEAP_MEGABYTES,
                List.of(
                        "org.slf4j.simpleLogger.showDateTime=true",
                        "org.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                        "org.slf4j.simpleLogger.log.io.releve=info",
                        "org.slf4j.simpleLogger.log.org.apache=error"),
                arguments));
    }

    /** A cluster that has just been started loads classes at its first moves: three rounds are made that nobody measures. */
    private void warmUp() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            for (String host : Segment.HOSTS) {
                moveTo(controller(), host);
            }
        }
        warm = true;
    }

    @Override
    public String prepare(Trial trial) throws InterruptedException {
        awaitWell();
        if (!warm) {
            warmUp();
            awaitWell();
        }
        for (int i = 0; i < TRIES; i++) {
            String holder = place();
            String controller = controller();
            String leader = leader();
            boolean fits = switch (trial.setup()) {
                case ANY -> true;
                case APART -> !holder.equals(controller) && !holder.equals(leader);
                case TOGETHER -> holder.equals(controller) && holder.equals(leader);
            };
            if (fits) {
                return holder;
            }
            if (trial.setup() == Trial.Setup.APART) {
                moveTo(
                        holder,
                        Segment.HOSTS.stream()
                                .filter(host -> !host.equals(controller) && !host.equals(leader))
                                .findFirst()
                                .orElseThrow());
            } else if (controller.equals(leader)) {
                moveTo(holder, leader);
            } else {
                // A node that leaves stands last in the line for the controller's office.
                tell(controller, AddressNodeProgram.LEAVE);
                ManagedProcess leaving = nodes.get(controller);
                if (leaving != null && !leaving.awaitEnd(PATIENCE)) {
                    throw new LabException("the node " + controller + " did not leave");
                }
                startNode(controller);
            }
            awaitWell();
        }
        throw new LabException("the hosts could not be made to play the parts wanted: " + trial.setup());
    }

    /** Every node online, every ZooKeeper server serving, the address where the cluster says it is, and nobody's wish left. */
    private void awaitWell() throws InterruptedException {
        watch.await("all nodes are online and the address is somewhere", PATIENCE, ReleveStage::isWell);
        Patience.until(
                "all ZooKeeper servers serve",
                PATIENCE,
                () -> Segment.HOSTS.stream()
                                .allMatch(host ->
                                        ensemble.mode(segment.host(host)).isPresent())
                        ? Optional.of(true)
                        : Optional.empty());
        tell(controller(), AddressNodeProgram.PREFER);
        String place = place();
        if (!segment.events().await(PATIENCE, holders -> holders.equals(java.util.Set.of(place)))) {
            throw new LabException("the address is not on " + place + " alone, where the cluster has it");
        }
    }

    private static boolean isWell(ClusterStatus status) {
        return status.inTouch()
                && status.controller().isPresent()
                && Segment.HOSTS.stream().allMatch(host -> status.nodes().get(host) == NodeCondition.ONLINE)
                && status.activeNode(AddressNodeProgram.RESOURCE).isPresent();
    }

    private String place() {
        return observer.status()
                .flatMap(status -> status.activeNode(AddressNodeProgram.RESOURCE))
                .orElseThrow(() -> new LabException("the address is nowhere"));
    }

    private String controller() {
        return observer.status()
                .flatMap(ClusterStatus::controller)
                .orElseThrow(() -> new LabException("there is no controller"));
    }

    private String leader() throws InterruptedException {
        return Patience.until("a ZooKeeper server leads", PATIENCE, () -> ensemble.leader())
                .name();
    }

    private void moveTo(String from, String to) throws InterruptedException {
        tell(from, AddressNodeProgram.PREFER + " " + to);
        watch.await(
                "the address is on " + to,
                PATIENCE,
                status -> status.activeNode(AddressNodeProgram.RESOURCE)
                        .filter(to::equals)
                        .isPresent());
    }

    @Override
    public void move(String from) {
        String to = Segment.HOSTS.get((Segment.HOSTS.indexOf(from) + 1) % Segment.HOSTS.size());
        tell(from, AddressNodeProgram.PREFER + " " + to);
    }

    private void tell(String host, String line) {
        ManagedProcess node = nodes.get(host);
        if (node == null || !node.send(line)) {
            throw new LabException("the node " + host + " does not run and cannot be told: " + line);
        }
    }

    @Override
    public List<ProcessHandle> keepers(String host) {
        return Optional.ofNullable(nodes.get(host)).map(ManagedProcess::handle).stream()
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    @Override
    public String lastWords() {
        StringBuilder all = new StringBuilder();
        for (String host : Segment.HOSTS) {
            all.append("--- ").append(log(host)).append('\n');
            all.append(LogTail.of(log(host), 15)).append('\n');
        }
        return all.toString();
    }

    @Override
    public void close() {
        closed = true;
        observer.close();
        for (String host : Segment.HOSTS) {
            Processes.kill(segment.everything(host));
            segment.takeAway(host);
        }
        nodes.values().forEach(ManagedProcess::close);
        servers.values().forEach(ZooKeeperProcess::close);
    }
}
