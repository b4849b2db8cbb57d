package io.releve.examples.demo;

import io.releve.ClusterStartException;
import io.releve.HaCluster;
import io.releve.examples.expenses.WebApplicationAgent;
import io.releve.examples.lab.Secrets;
import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.server.MySqlAgent;
import io.releve.mysql.server.MySqlAgentBuilder;
import io.releve.vip.VirtualIpAgent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One node of the demonstration: the expense-report application with the cluster inside it. Prints the cluster's status
 * whenever it changes; leaves the cluster when it reads {@code leave} or its input ends.
 */
@Command(name = "node", description = "Runs one node of the expense-report cluster.")
final class NodeMain implements Callable<Integer> {

    static final String LEAVE = "leave";

    private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

    @Option(names = "--node", required = true)
    private String node = "";

    @Option(names = "--zookeeper", required = true)
    private String zooKeeper = "";

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

    @Option(names = "--virtual-ip")
    private @Nullable String virtualIp;

    @Option(names = "--web-port", required = true)
    private int webPort;

    private NodeMain() {}

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new NodeMain());
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            boolean explained =
                    failure instanceof InvalidConfigurationException || failure instanceof ClusterStartException;
            if (explained) {
                System.err.println(failure.getMessage());
            } else {
                LOG.error("The node failed", failure);
            }
            return 1;
        });
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Secrets secrets = new Secrets(secretsFile);
        MySqlServers ring = ring();
        AtomicReference<DataSource> database = new AtomicReference<>();
        try (HaCluster cluster = Intralab.declare(Optional.ofNullable(virtualIp))
                        .node(node)
                        .zooKeeper(zooKeeper)
                        .lease(Duration.ofMillis(leaseMillis))
                        .stopTimeout(Duration.ofSeconds(20))
                        .agent("mysql", databaseAgent(ring, secrets).build())
                        .agent("vip", VirtualIpAgent.factory())
                        .agent("web", context -> new WebApplicationAgent(context, database::get, webPort))
                        .build();
                FailoverDataSource source = FailoverDataSource.builder()
                        .cluster(cluster)
                        .follow(Intralab.GROUP)
                        .servers(ring)
                        .database(Intralab.SCHEMA)
                        .user(Intralab.APPLICATION_USER)
                        .password(secrets.password(Secrets.APPLICATION))
                        .tls(Tls.off())
                        .build()) {
            database.set(source);
            cluster.start();
            AutoCloseable subscription = cluster.onStatus(
                    status -> System.out.println(StatusLine.of(status).encode()));
            awaitLeave();
            subscription.close();
        }
        return 0;
    }

    private MySqlServers ring() {
        MySqlServers.Builder ring = MySqlServers.builder();
        servers.forEach((name, address) -> {
            int colon = address.lastIndexOf(':');
            ring.server(name, address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        });
        return ring.build();
    }

    private MySqlAgentBuilder databaseAgent(MySqlServers ring, Secrets secrets) {
        MySqlAgentBuilder agent = MySqlAgent.builder()
                .servers(ring)
                .directory(directory.toAbsolutePath())
                .initialize(true)
                .administrator("releve", secrets.password(Secrets.ADMINISTRATOR))
                .replication("replicator", secrets.password(Secrets.REPLICATION))
                .application(Intralab.SCHEMA, Intralab.APPLICATION_USER, secrets.password(Secrets.APPLICATION))
                // Nobody else can listen on this network, and MariaDB 11.4 would make new keys for seconds at each
                // start.
                .tls(Tls.off())
                .setting("innodb_buffer_pool_size", "32M")
                .server(daemon);
        return base == null ? agent : agent.installation(base);
    }

    private static void awaitLeave() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals(LEAVE)) {
                return;
            }
        }
    }
}
