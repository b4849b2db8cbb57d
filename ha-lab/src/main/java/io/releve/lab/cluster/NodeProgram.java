package io.releve.lab.cluster;

import io.releve.HaCluster;
import io.releve.examples.lab.Secrets;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.MySqlAgent;
import io.releve.mysql.server.MySqlAgentBuilder;
import io.releve.mysql.server.PrimaryControl;
import io.releve.mysql.server.RebuildPolicy;
import io.releve.vip.VirtualIpAgent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One node of the cluster on trial. Does what it reads; leaves the cluster at {@code leave}, or when its input ends. */
@Command(name = "node", description = "Runs one node of the laboratory's cluster.")
public final class NodeProgram implements Callable<Integer> {

    static final String LEAVE = "leave";
    /** With a node's name: the primary is wanted there; without: anywhere. */
    static final String MOVE = "move";
    /** {@code on} or {@code off}. */
    static final String STANDBY = "standby";

    static final String JOINED = "@joined";

    @Option(names = "--node", required = true)
    private String node = "";

    @Option(names = "--zookeeper", required = true)
    private String zooKeeper = "";

    @Option(names = "--topology", required = true)
    private Topology topology = Topology.PRIMARY;

    @Option(names = "--lease-millis", required = true)
    private long leaseMillis;

    @Option(names = "--server", required = true, description = "NODE=HOST:PORT, in the same order on every node")
    private Map<String, String> servers = Map.of();

    @Option(names = "--directory", required = true)
    private Path directory = Path.of("");

    @Option(names = "--daemon", required = true)
    private Path daemon = Path.of("");

    @Option(names = "--base")
    private @Nullable Path base;

    @Option(names = "--secrets", required = true)
    private Path secretsFile = Path.of("");

    @Option(names = "--virtual-ip", required = true)
    private String virtualIp = "";

    @Option(names = "--rebuild-all", description = "A server that has what the primary lacks is replaced in any case.")
    private boolean rebuildAll;

    private NodeProgram() {}

    /** Runs the node and ends the JVM when it has left. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new NodeProgram()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        MySqlServers all = topology.servers(servers);
        PrimaryControl primary = new PrimaryControl();
        try (HaCluster cluster = Declaration.declare(topology, List.copyOf(servers.keySet()), virtualIp)
                .node(node)
                .zooKeeper(zooKeeper)
                .lease(Duration.ofMillis(leaseMillis))
                .stopTimeout(Duration.ofSeconds(20))
                .agent("mysql", databaseAgent(all, primary).build())
                .agent("vip", VirtualIpAgent.factory())
                .build()) {
            cluster.start();
            System.out.println(JOINED);
            obey(new NodeCommands(cluster, primary));
        }
        return 0;
    }

    private MySqlAgentBuilder databaseAgent(MySqlServers all, PrimaryControl primary) {
        Secrets secrets = new Secrets(secretsFile);
        MySqlAgentBuilder agent = MySqlAgent.builder()
                .servers(all)
                .directory(directory.toAbsolutePath())
                .initialize(true)
                .administrator(Declaration.ADMINISTRATOR, secrets.password(Secrets.ADMINISTRATOR))
                .replication("replicator", secrets.password(Secrets.REPLICATION))
                .application(Declaration.SCHEMA, Declaration.USER, secrets.password(Secrets.APPLICATION))
                // Nobody else can listen on this network, and MariaDB 11.4 would make new keys for seconds at each
                // start.
                .tls(Tls.off())
                // Small: three of them share a machine, and their disks are a few hundred megabytes.
                .setting("innodb_buffer_pool_size", "32M")
                // Each make knows one of the two.
                .setting("loose_innodb_log_file_size", "16M")
                .setting("loose_innodb_redo_log_capacity", "32M")
                .setting("max_connections", "60")
                .server(daemon);
        if (topology == Topology.PRIMARY) {
            agent.control(primary).rebuild(rebuildAll ? RebuildPolicy.automatic() : RebuildPolicy.unacknowledged());
        }
        return base == null ? agent : agent.installation(base);
    }

    private static void obey(NodeCommands commands) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals(LEAVE)) {
                return;
            }
            commands.accept(line);
        }
    }
}
