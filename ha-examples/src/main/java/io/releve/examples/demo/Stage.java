package io.releve.examples.demo;

import io.releve.examples.lab.BundledMariaDb;
import io.releve.examples.lab.DatabaseBinaries;
import io.releve.examples.lab.Ending;
import io.releve.examples.lab.Host;
import io.releve.examples.lab.Hosts;
import io.releve.examples.lab.LoopbackHosts;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.Secrets;
import io.releve.examples.lab.ZooKeeperProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Everything that runs during a demonstration; all of it is killed when the ending comes. */
final class Stage {

    private static final int ZOOKEEPER_PORT = 2181;

    private final Hosts hosts;
    private final DatabaseBinaries binaries;
    private final Secrets secrets;
    private final StatusBoard board = new StatusBoard();
    private final Map<String, NodeProcess> nodes = new LinkedHashMap<>();
    private final Queue<ManagedProcess> started = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /**
     * Starts ZooKeeper; the nodes are ready to be started.
     *
     * @param directory where everything is written
     * @param cache where the database server is unpacked
     * @param hosts where the nodes run
     * @param lease the nodes' lease
     * @param ending takes down what was started
     */
    Stage(Path directory, Path cache, Hosts hosts, Duration lease, Ending ending)
            throws IOException, InterruptedException {
        this.hosts = hosts;
        this.binaries = new BundledMariaDb(cache).find();
        this.secrets = Secrets.create(directory.resolve("passwords"));
        ZooKeeperProcess zooKeeper = ZooKeeperProcess.start(
                directory.resolve("zookeeper"),
                hosts.outside(),
                hosts instanceof LoopbackHosts ? LoopbackHosts.freePort() : ZOOKEEPER_PORT);
        ending.push(zooKeeper);
        ending.push(this::kill);
        Surroundings surroundings =
                new Surroundings(directory, hosts, binaries, zooKeeper.address(), secrets, lease, this::started);
        for (Host host : hosts.all()) {
            nodes.put(host.name(), new NodeProcess(host, surroundings, board));
        }
    }

    private void started(ManagedProcess process) {
        started.add(process);
        if (closed) {
            process.close();
        }
    }

    Hosts hosts() {
        return hosts;
    }

    DatabaseBinaries binaries() {
        return binaries;
    }

    StatusBoard board() {
        return board;
    }

    List<NodeProcess> nodes() {
        return List.copyOf(nodes.values());
    }

    NodeProcess node(String name) {
        NodeProcess node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("there is no node " + name + "; there are " + nodes.keySet());
        }
        return node;
    }

    DatabaseView database(String node) {
        return new DatabaseView(hosts.host(node), secrets);
    }

    /** Where the web application may be reached: at the virtual IP, or without one on each host. */
    List<URI> entrances() {
        return hosts.virtualIp()
                .map(ip -> List.of(
                        URI.create("http://" + ip + ":" + hosts.all().get(0).webPort() + "/")))
                .orElseGet(() -> hosts.all().stream()
                        .map(host -> URI.create("http://" + host.address() + ":" + host.webPort() + "/"))
                        .toList());
    }

    private void kill() {
        closed = true;
        nodes.values().forEach(NodeProcess::powerOff);
        started.forEach(ManagedProcess::close);
    }
}
