package io.releve.lab.cluster;

import io.releve.ClusterObserver;
import io.releve.examples.lab.Host;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.LogTail;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.NamespaceHosts;
import io.releve.examples.lab.Secrets;
import io.releve.status.ClusterStatus;
import io.releve.status.ClusterStatus.NodeCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A running cluster of three hosts, to be broken. All of it is gone when it is closed. */
public final class TrialCluster implements AutoCloseable {

    /** The hosts of the cluster. */
    public static final List<String> NODES = List.of("n1", "n2", "n3");

    /** The host of the clients. */
    public static final String CLIENT = "client";

    private static final Duration START = Duration.ofSeconds(90);

    private final Surroundings surroundings;
    private final List<LabHost> hosts;
    private final Host clientHost;
    private final Queue<ManagedProcess> started;
    private final ClusterObserver observer;
    private final StatusWatch watch;
    private volatile boolean closed;

    /**
     * Starts everything, and waits until all of it runs. The node on the host whose ZooKeeper server leads is the first:
     * it becomes the controller, and the service starts there.
     *
     * @param network the hosts: the nodes' and the clients'
     * @param wires between them
     * @param directory where data and logs go; must not exist
     * @param topology how the database servers stand to each other
     * @param server the database server
     * @param lease the nodes' lease
     * @param ownClocks whether each host has a wall clock of its own
     */
    public static TrialCluster start(
            NamespaceHosts network,
            Wires wires,
            Path directory,
            Topology topology,
            ServerInUse server,
            Duration lease,
            boolean ownClocks)
            throws IOException, InterruptedException {
        TrialCluster cluster = new TrialCluster(network, wires, directory, topology, server, lease, ownClocks);
        try {
            cluster.bringUp();
            return cluster;
        } catch (InterruptedException | RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    private TrialCluster(
            NamespaceHosts network,
            Wires wires,
            Path directory,
            Topology topology,
            ServerInUse server,
            Duration lease,
            boolean ownClocks)
            throws IOException {
        Files.createDirectory(directory);
        this.started = new ConcurrentLinkedQueue<>();
        List<Host> members = NODES.stream().map(network::host).toList();
        this.clientHost = network.host(CLIENT);
        Map<String, String> servers = new LinkedHashMap<>();
        members.forEach(host -> servers.put(host.name(), host.address() + ":" + host.databasePort()));
        this.surroundings = new Surroundings(
                directory,
                topology,
                server,
                new Ensemble(members, lease),
                wires,
                servers,
                network.virtualIp().orElseThrow(),
                Secrets.create(directory.resolve("passwords")),
                lease,
                ownClocks,
                this::started);
        List<LabHost> made = new ArrayList<>();
        for (Host host : members) {
            made.add(new LabHost(host, surroundings));
        }
        this.hosts = List.copyOf(made);
        this.observer = ClusterObserver.connect(
                surroundings.ensemble().connectString(), Declaration.NAME, Declaration.watchersSession(lease));
        this.watch = new StatusWatch(observer, topology.followed());
    }

    private void started(ManagedProcess process) {
        started.add(process);
        if (closed) {
            process.close();
        }
    }

    private void bringUp() throws InterruptedException {
        hosts.forEach(LabHost::startZooKeeper);
        LabHost leader = Patience.until("a ZooKeeper server leads", START, () -> zooKeeperLeader());
        leader.startNode();
        watch.await("the first node is online", START, status -> online(status, List.of(leader)));
        hosts.forEach(LabHost::startNode);
        awaitConverged(START);
        try {
            SocketConnections.admitOnlooker(active().orElseThrow(), secrets());
        } catch (SQLException e) {
            throw new LabException("the servers admit no onlooker", e);
        }
    }

    private static boolean online(ClusterStatus status, List<LabHost> hosts) {
        return hosts.stream().allMatch(host -> status.nodes().get(host.name()) == NodeCondition.ONLINE);
    }

    /** Waits until every node is online, every resource runs as declared, and every replica acknowledges. */
    public void awaitConverged(Duration limit) throws InterruptedException {
        awaitConverged(limit, 0);
    }

    /** As {@link #awaitConverged(Duration)}, but that so many replicas follow nobody. */
    public void awaitConverged(Duration limit, int heldBack) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        watch.await("all nodes are online and everything runs", limit, this::isConverged);
        if (topology() == Topology.PRIMARY) {
            Patience.until(
                    heldBack == 0 ? "both replicas acknowledge" : "the other replica acknowledges",
                    Duration.ofNanos(end - System.nanoTime()),
                    // A connection that died without a word may still be counted beside its successor.
                    () -> acknowledgingReplicas() >= hosts.size() - 1 - heldBack
                            ? Optional.of(true)
                            : Optional.empty());
        }
    }

    private int acknowledgingReplicas() {
        return active().map(host -> {
                    try (Connection connection = SocketConnections.open(host, secrets());
                            Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS WHERE Variable_name IN"
                                    + " ('Rpl_semi_sync_master_clients', 'Rpl_semi_sync_source_clients')")) {
                        return row.next() ? row.getInt(2) : 0;
                    } catch (SQLException e) {
                        return 0;
                    }
                })
                .orElse(0);
    }

    private boolean isConverged(ClusterStatus status) {
        return status.inTouch()
                && status.controller().isPresent()
                && online(status, hosts)
                && status.activeNodes(Declaration.DATABASES).size() == hosts.size()
                && status.activeNode(topology().followed()).isPresent()
                && status.activeNode(Declaration.SERVICE).isPresent();
    }

    /** The cluster as last seen from outside. */
    public Optional<ClusterStatus> status() {
        return observer.status();
    }

    /** Waits for a status. */
    public StatusWatch watch() {
        return watch;
    }

    /** The three hosts. */
    public List<LabHost> hosts() {
        return hosts;
    }

    /** The host of a name. */
    public LabHost host(String name) {
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no host " + name));
    }

    /** The clients' host. */
    public Host clientHost() {
        return clientHost;
    }

    /** The network. */
    public Wires wires() {
        return surroundings.wires();
    }

    /** The passwords. */
    public Secrets secrets() {
        return surroundings.secrets();
    }

    /** ZooKeeper's servers, for a client. */
    public String zooKeeper() {
        return surroundings.ensemble().connectString();
    }

    /** Each node's database server, {@code HOST:PORT}. */
    public Map<String, String> servers() {
        return surroundings.servers();
    }

    /** The address that moves. */
    public String virtualIp() {
        return surroundings.virtualIp();
    }

    /** Where everything is written. */
    public Path directory() {
        return surroundings.directory();
    }

    /** How the database servers stand to each other. */
    public Topology topology() {
        return surroundings.topology();
    }

    /** Whether each host has a wall clock of its own. */
    public boolean ownClocks() {
        return surroundings.ownClocks();
    }

    /** Whether the database servers are MariaDB's. */
    public boolean isMariaDb() {
        return surroundings.server().isMariaDb();
    }

    /** The nodes' lease. */
    public Duration lease() {
        return surroundings.lease();
    }

    /** The host where the DataSource leads, as last seen. */
    public Optional<LabHost> active() {
        return status().flatMap(status -> status.activeNode(topology().followed()))
                .map(this::host);
    }

    /** The host of the controller, as last seen. */
    public Optional<LabHost> controller() {
        return status().flatMap(ClusterStatus::controller).map(this::host);
    }

    /** The host whose ZooKeeper server leads. */
    public Optional<LabHost> zooKeeperLeader() {
        return surroundings.ensemble().leader().map(host -> host(host.name()));
    }

    /** Whether each ZooKeeper server serves. */
    public boolean zooKeeperIsWhole() {
        return hosts.stream()
                .allMatch(host -> surroundings.ensemble().mode(host.host()).isPresent());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        observer.close();
        for (LabHost host : hosts) {
            host.destroy();
        }
        started.forEach(ManagedProcess::close);
        for (LabHost host : hosts) {
            wires().heal(host.host());
        }
    }

    /** The ends of the nodes' logs. */
    public String lastWords() {
        StringBuilder all = new StringBuilder();
        for (LabHost host : hosts) {
            all.append("--- ").append(host.log()).append('\n');
            all.append(LogTail.of(host.log(), 15)).append('\n');
        }
        return all.toString();
    }
}
