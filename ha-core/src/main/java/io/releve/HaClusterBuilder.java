package io.releve;

import io.releve.agent.ResourceAgentFactory;
import io.releve.coordination.zookeeper.ZooKeeperSettings;
import io.releve.fencing.Fencer;
import io.releve.fencing.Fencing;
import io.releve.fencing.LastResort;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.ConfigProblem;
import io.releve.model.Constraint;
import io.releve.model.FencingLevel;
import io.releve.model.InvalidConfigurationException;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.node.Lives;
import io.releve.node.NodeSettings;
import io.releve.node.StateDirectory;
import io.releve.peer.PeerChannel;
import io.releve.runtime.Workers;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Collects the declarations of a cluster, the same on every node, and what this node brings along. Not thread-safe.
 */
public final class HaClusterBuilder {

    private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(60);

    private final List<ClusterNode> nodes = new ArrayList<>();
    private final List<Resource> resources = new ArrayList<>();
    private final List<Constraint> constraints = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> resourceDefaults = new LinkedHashMap<>();
    private final Map<String, String> operationDefaults = new LinkedHashMap<>();
    private final Map<String, ResourceAgentFactory> agents = new LinkedHashMap<>();
    private final Map<String, Fencer> fencers = new LinkedHashMap<>();
    private final List<FencingLevel> fencingLevels = new ArrayList<>();
    private LastResort lastResort = LastResort.haltJvm();
    private String name = "";
    private String node = "";
    private final Coordination zooKeeper = new Coordination();
    private Duration lease = NodeSettings.DEFAULT_LEASE;
    private Optional<Path> stateDirectory = Optional.empty();
    private Optional<Peers> peers = Optional.empty();
    private boolean adoptsConfig;
    private Duration startTimeout = DEFAULT_START_TIMEOUT;
    private Duration stopTimeout = DEFAULT_STOP_TIMEOUT;

    HaClusterBuilder() {}

    /** The cluster's name. Clusters of different names share a ZooKeeper without knowing of each other. */
    public HaClusterBuilder name(String cluster) {
        this.name = cluster;
        return this;
    }

    /** The name of this node; one of {@link #nodes}. */
    public HaClusterBuilder node(String self) {
        this.node = self;
        return this;
    }

    /** Adds nodes that may take part. */
    public HaClusterBuilder nodes(String... names) {
        for (String each : names) {
            nodes.add(ClusterNode.of(each));
        }
        return this;
    }

    /** Adds nodes that may take part, with attributes that location rules can refer to. */
    public HaClusterBuilder nodes(ClusterNode... declared) {
        nodes.addAll(List.of(declared));
        return this;
    }

    /** ZooKeeper's servers: {@code host:port} and more, separated by commas. */
    public HaClusterBuilder zooKeeper(String connectString) {
        zooKeeper.connectString(connectString);
        return this;
    }

    /** The path in ZooKeeper under which all clusters are. Default: {@code /releve}. */
    public HaClusterBuilder zooKeeperRoot(String path) {
        zooKeeper.root(path);
        return this;
    }

    /**
     * Identifies to ZooKeeper with its digest scheme, and closes what this cluster writes there to everybody else.
     * Default: no identification.
     *
     * @param password asked when the cluster starts; never logged
     */
    public HaClusterBuilder zooKeeperLogin(String user, Supplier<char[]> password) {
        zooKeeper.credentials(user, password);
        return this;
    }

    /**
     * How long this node may go on without a confirmed renewal before it gives up what it runs, and how long the others
     * wait before they take over. Default: 3 seconds; at least 500 milliseconds.
     */
    public HaClusterBuilder lease(Duration length) {
        this.lease = length;
        return this;
    }

    /**
     * After which ZooKeeper tidies up behind a node that it does not hear of. Has no part in how fast a failover is.
     * Default: 4 seconds; ZooKeeper keeps it between 2 and 20 of its ticks.
     */
    public HaClusterBuilder sessionTimeout(Duration timeout) {
        zooKeeper.sessionTimeout(timeout);
        return this;
    }

    /**
     * A directory on this host in which this node's JVM leaves its name and holds a lock as long as it lives. A JVM that is
     * restarted after a crash then knows that the one before it is dead: it takes that one's place at once, instead of waiting
     * for the end of its lease, and leaves alone what still runs. It also keeps a second JVM from running the same node.
     * Must be on a local file system. Default: none; a restarted node waits until its earlier life is over.
     */
    public HaClusterBuilder stateDirectory(Path directory) {
        this.stateDirectory = Optional.of(directory);
        return this;
    }

    /**
     * Has this node go by the configuration of the running cluster where that differs from what is declared here, instead
     * of refusing to join: for clusters that are {@linkplain HaCluster#reconfigure reconfigured} while they run. Default: it
     * refuses, and names the differences.
     */
    public HaClusterBuilder adoptConfiguration() {
        this.adoptsConfig = true;
        return this;
    }

    /** How long {@link HaCluster#start()} waits for this node to become a member. Default: 30 seconds. */
    public HaClusterBuilder startTimeout(Duration timeout) {
        this.startTimeout = timeout;
        return this;
    }

    /** How long {@link HaCluster#close()} waits for resources to move away. Default: 60 seconds. */
    public HaClusterBuilder stopTimeout(Duration timeout) {
        this.stopTimeout = timeout;
        return this;
    }

    /** Registers an agent under the name that primitives give it. */
    public HaClusterBuilder agent(String agent, ResourceAgentFactory factory) {
        agents.put(agent, factory);
        return this;
    }

    /**
     * Registers a fencer under the name that {@linkplain #fencingLevel levels} give it. Every node registers the same, for
     * any node may have to fence another. There without being registered: {@value Fencing#LEASE}.
     */
    public HaClusterBuilder fencer(String fencer, Fencer how) {
        fencers.put(fencer, how);
        return this;
    }

    /**
     * Adds a level by which nodes are fenced. Levels are tried by rising index until one succeeds; a level succeeds when all
     * its fencers have. Default: a node for which no level is declared is fenced by the end of its lease alone.
     */
    public HaClusterBuilder fencingLevel(FencingLevel level) {
        fencingLevels.add(level);
        return this;
    }

    /** Adds a level for the node of this name. */
    public HaClusterBuilder fencingLevel(String target, int index, String... fencerNames) {
        return fencingLevel(FencingLevel.of(target, index, fencerNames));
    }

    /**
     * What this node does to itself when its lease has ended, or it is to be fenced, and it cannot stop in time what must
     * not run on. Default: {@link LastResort#haltJvm()}, which ends this JVM where that ends what runs on.
     */
    public HaClusterBuilder lastResort(LastResort how) {
        this.lastResort = how;
        return this;
    }

    /**
     * Opens a direct way between the nodes, which the option {@code no-quorum-policy=failsafe} needs: where each listens
     * (names are looked up when they are needed), the same on every node, and the secret by which they know each other. A node
     * that cannot be reached there promises nothing. Also needs a {@link #stateDirectory}. Default: none.
     *
     * @param addresses where each of the {@link #nodes} listens, by node
     * @param secret asked for each message, at least 16 characters, the same on every node; never logged
     */
    public HaClusterBuilder failsafe(Map<String, InetSocketAddress> addresses, Supplier<char[]> secret) {
        this.peers = Optional.of(new Peers(Map.copyOf(addresses), secret));
        return this;
    }

    /** Adds a resource. */
    public HaClusterBuilder resource(Resource resource) {
        resources.add(resource);
        return this;
    }

    /** Adds a constraint. */
    public HaClusterBuilder constraint(Constraint constraint) {
        constraints.add(constraint);
        return this;
    }

    /**
     * Sets an option of the cluster, in Pacemaker's names. Unless set, {@code stonith-enabled} is {@code true}: every node
     * can be fenced by the end of its lease. Set to {@code false}, the lease of a lost node is still waited for, but other
     * levels are not, and a resource whose stop has failed is blocked where it is instead of its node being fenced.
     */
    public HaClusterBuilder property(String option, String value) {
        properties.put(option, value);
        return this;
    }

    /** Sets a meta attribute for all resources that do not give their own. */
    public HaClusterBuilder resourceDefault(String meta, String value) {
        resourceDefaults.put(meta, value);
        return this;
    }

    /** Sets a setting for all operations that do not give their own. */
    public HaClusterBuilder operationDefault(String setting, String value) {
        operationDefaults.put(setting, value);
        return this;
    }

    /**
     * Checks everything, and makes a cluster object that has not started. No connection is made.
     *
     * @throws InvalidConfigurationException if there are mistakes; it names every one with its path
     */
    public HaCluster build() {
        List<ConfigProblem> problems = new ArrayList<>();
        ClusterConfig config = config(problems);
        ZooKeeperSettings service = zooKeeper.settings(name, problems);
        check(problems);
        Peers.check(peers, config, stateDirectory.isPresent(), problems);
        if (config == null || service == null || !problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
        return new HaCluster(new ClusterSettings(
                config,
                node,
                lease,
                startTimeout,
                stopTimeout,
                agents,
                fencers,
                lastResort,
                stateDirectory
                        .<Lives>map(directory -> new StateDirectory(directory, name, node))
                        .orElseGet(Lives::unremembered),
                adoptsConfig,
                peers.<Function<Workers, PeerChannel>>map(given -> workers -> given.channel(node, lease, workers)),
                service.toString(),
                loop -> Coordination.coordinator(service)));
    }

    /**
     * What all nodes declare, without what this node brings along: for {@link HaCluster#reconfigure}.
     *
     * @throws InvalidConfigurationException if there are mistakes in it; it names every one with its path
     */
    public ClusterConfig declarations() {
        List<ConfigProblem> problems = new ArrayList<>();
        ClusterConfig config = config(problems);
        if (config == null) {
            throw new InvalidConfigurationException(problems);
        }
        return config;
    }

    private @org.jspecify.annotations.Nullable ClusterConfig config(List<ConfigProblem> problems) {
        ClusterConfig.Builder builder = ClusterConfig.builder(name);
        nodes.forEach(builder::node);
        resources.forEach(builder::resource);
        constraints.forEach(builder::constraint);
        fencingLevels.forEach(builder::fencingLevel);
        builder.property("stonith-enabled", properties.getOrDefault("stonith-enabled", "true"));
        properties.forEach(builder::property);
        resourceDefaults.forEach(builder::resourceDefault);
        operationDefaults.forEach(builder::operationDefault);
        try {
            return builder.build();
        } catch (InvalidConfigurationException mistakes) {
            problems.addAll(mistakes.problems());
            return null;
        }
    }

    private void check(List<ConfigProblem> problems) {
        if (nodes.stream().noneMatch(declared -> declared.name().equals(node))) {
            problems.add(new ConfigProblem(
                    "node",
                    node.isEmpty()
                            ? "this node has no name: say which of the nodes it is"
                            : "this node, '" + node + "', is not one of the nodes "
                                    + nodes.stream().map(ClusterNode::name).toList()));
        }
        atLeast(problems, "lease", lease, NodeSettings.SHORTEST_LEASE);
        atLeast(problems, "startTimeout", startTimeout, Duration.ofMillis(1));
        atLeast(problems, "stopTimeout", stopTimeout, Duration.ofMillis(1));
        new FencerRules(fencers, fencingLevels).check(problems);
        for (Resource resource : resources) {
            for (Primitive primitive : primitives(resource)) {
                if (!agents.containsKey(primitive.agent())) {
                    problems.add(new ConfigProblem(
                            "resources/" + primitive.id() + "/agent",
                            "there is no agent '" + primitive.agent() + "': register it with agent(…); registered are "
                                    + new TreeSet<>(agents.keySet())));
                }
            }
        }
    }

    private static void atLeast(List<ConfigProblem> problems, String setting, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            problems.add(new ConfigProblem(
                    setting, value.toMillis() + " ms is too short: use at least " + least.toMillis() + " ms"));
        }
    }

    private static List<Primitive> primitives(Resource resource) {
        return new ClusterConfig("x", List.of(), List.of(resource), List.of(), List.of(), List.of(), List.of())
                .primitives();
    }
}
