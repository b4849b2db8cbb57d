package io.releve.lab.vip;

import io.releve.HaCluster;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.Constraint.Location;
import io.releve.model.Primitive;
import io.releve.model.Score;
import io.releve.vip.VirtualIpAgent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One node of a cluster that has nothing but an address. Does what it reads; leaves at {@code leave}, or when its input ends. */
@Command(name = "address-node", description = "Runs one node of a cluster that has nothing but an address.")
public final class AddressNodeProgram implements Callable<Integer> {

    /** The cluster's name. */
    static final String CLUSTER = "lab";

    /** The resource. */
    static final String RESOURCE = "address";

    static final String LEAVE = "leave";

    /** With a node's name: the address is wanted there; without: it stays where it is. */
    static final String PREFER = "prefer";

    private static final Logger LOG = LoggerFactory.getLogger(AddressNodeProgram.class);
    private static final String WISH = "operators-wish";

    @Option(names = "--node", required = true)
    private String node = "";

    @Option(names = "--member", required = true, description = "Each node, in the same order on every node.")
    private List<String> members = List.of();

    @Option(names = "--zookeeper", required = true)
    private String zooKeeper = "";

    @Option(names = "--lease-millis", required = true)
    private long leaseMillis;

    @Option(names = "--virtual-ip", required = true)
    private String virtualIp = "";

    private AddressNodeProgram() {}

    /** Runs the node and ends the JVM when it has left. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new AddressNodeProgram()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        try (HaCluster cluster = HaCluster.builder()
                .name(CLUSTER)
                .nodes(members.toArray(String[]::new))
                // It moves because something failed, not because something came back.
                .resourceDefault("resource-stickiness", "100")
                .resource(
                        Primitive.of(RESOURCE, "vip").parameter("ip", virtualIp).monitor(Duration.ofSeconds(1)))
                .node(node)
                .zooKeeper(zooKeeper)
                .lease(Duration.ofMillis(leaseMillis))
                .agent("vip", VirtualIpAgent.factory())
                .build()) {
            cluster.start();
            obey(cluster);
        }
        return 0;
    }

    private static void obey(HaCluster cluster) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case LEAVE -> {
                    return;
                }
                case PREFER -> {
                    Optional<String> where = words.length > 1 ? Optional.of(words[1]) : Optional.empty();
                    String said = line;
                    CompletionStage<Void> unused = cluster.reconfigure(config -> wish(config, where))
                            .whenComplete((done, failure) -> {
                                if (failure != null) {
                                    LOG.warn("not done: {}", said, failure);
                                }
                            });
                }
                default -> LOG.warn("nobody understands {}", line);
            }
        }
    }

    /** As the operator's word is written down by other cluster managers: a location, which stands until it is taken back. */
    private static ClusterConfig wish(ClusterConfig config, Optional<String> where) {
        Stream<Constraint> others = config.constraints().stream()
                .filter(constraint -> !constraint.id().equals(WISH));
        Stream<Constraint> wish = where.stream()
                .map(target -> Location.onNode(RESOURCE, target, Score.INFINITY).id(WISH));
        return new ClusterConfig(
                config.name(),
                config.nodes(),
                config.resources(),
                Stream.concat(others, wish).toList(),
                config.properties(),
                config.resourceDefaults(),
                config.operationDefaults(),
                config.fencingTopology());
    }
}
