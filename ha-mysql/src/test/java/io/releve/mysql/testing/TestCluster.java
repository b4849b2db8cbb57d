package io.releve.mysql.testing;

import io.releve.HaCluster;
import io.releve.HaClusterBuilder;
import io.releve.agent.Lease;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgentFactory;
import io.releve.agent.SharedRecord;
import io.releve.model.Role;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.datasource.FailoverDataSourceBuilder;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.MySqlAgent;
import io.releve.mysql.server.MySqlAgentBuilder;
import io.releve.mysql.server.PrimaryControl;
import io.releve.mysql.server.Supervision;
import io.releve.status.ClusterStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.curator.test.TestingServer;

/** A cluster of real nodes in this JVM, with a ZooKeeper server and a real database server for each. */
public final class TestCluster implements AutoCloseable {

    public static final String RESOURCE = "mysql";
    public static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration CATCH_UP = Duration.ofSeconds(20);
    /** A statement that was ended by KILL QUERY. */
    private static final int INTERRUPTED = 1317;

    private final MySqlServers servers;
    private final TestingServer zooKeeper;
    private final Path directory;
    private final BiFunction<String, MySqlAgentBuilder, MySqlAgentBuilder> customize;
    private final UnaryOperator<HaClusterBuilder> customizeCluster;
    private final Map<String, HaCluster> nodes = new TreeMap<>();
    private final PrimaryControl control = new PrimaryControl();
    private Optional<AttachedServers> attached = Optional.empty();
    private final Map<String, WatchedContext> contexts = new ConcurrentHashMap<>();
    private final Map<String, WatchedAgent> agents = new ConcurrentHashMap<>();

    /** A cluster of so many nodes; nothing runs yet. */
    public TestCluster(Path directory, int size, UnaryOperator<MySqlAgentBuilder> customize) throws Exception {
        this(directory, size, customize, cluster -> cluster);
    }

    public TestCluster(
            Path directory,
            int size,
            UnaryOperator<MySqlAgentBuilder> customize,
            UnaryOperator<HaClusterBuilder> customizeCluster)
            throws Exception {
        this(directory, size, (node, agent) -> customize.apply(agent), customizeCluster);
    }

    private TestCluster(
            Path directory,
            int size,
            BiFunction<String, MySqlAgentBuilder, MySqlAgentBuilder> customize,
            UnaryOperator<HaClusterBuilder> customizeCluster)
            throws Exception {
        this.directory = directory;
        this.customize = customize;
        this.customizeCluster = customizeCluster;
        this.zooKeeper = new TestingServer();
        MySqlServers.Builder all = MySqlServers.primaryAndReplicas();
        List<Integer> ports = TestRing.freePorts(size);
        for (int i = 1; i <= size; i++) {
            all.server("serv" + i, "127.0.0.1", ports.get(i - 1));
        }
        servers = all.build();
    }

    public MySqlServers servers() {
        return servers;
    }

    /** The same with something else for each node's agent. */
    public static TestCluster each(
            Path directory, int size, BiFunction<String, MySqlAgentBuilder, MySqlAgentBuilder> customize)
            throws Exception {
        return new TestCluster(directory, size, customize, cluster -> cluster);
    }

    /** The same with servers that the test runs, and the agents only attach to. */
    public static TestCluster attached(Path directory, int size, UnaryOperator<MySqlAgentBuilder> customize)
            throws Exception {
        return attached(directory, size, customize, servers -> {});
    }

    /** The same with something done before the servers are started. */
    public static TestCluster attached(
            Path directory, int size, UnaryOperator<MySqlAgentBuilder> customize, Consumer<AttachedServers> prepare)
            throws Exception {
        TestCluster cluster = new TestCluster(directory, size, customize);
        AttachedServers running = new AttachedServers(cluster.servers, directory);
        prepare.accept(running);
        cluster.attached = Optional.of(running);
        for (MySqlServer server : cluster.servers.all()) {
            running.start(server.node());
        }
        return cluster;
    }

    /** Starts a server that the test runs. */
    public void startServer(String node) {
        attached.orElseThrow().start(node);
    }

    public String zooKeeper() {
        return zooKeeper.getConnectString();
    }

    /** Starts all nodes, and waits until one server is Promoted and the others are Unpromoted. */
    public TestCluster start() throws Exception {
        return start(servers.all().stream().map(MySqlServer::node).toList());
    }

    /** The same with these nodes in this JVM; the others are somewhere else. */
    public TestCluster start(List<String> here) throws Exception {
        try {
            here.forEach(this::startNode);
            await(
                    "one primary and its replicas",
                    status -> primary(status).isPresent() && running(status) == servers.size());
            return this;
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    public void startNode(String node) {
        MySqlAgentBuilder agent = agent(servers, directoryOf(node)).control(control);
        if (attached.isPresent()) {
            agent.directory(AttachedServers.agentsDirectory(directoryOf(node))).supervision(Supervision.attached());
        } else {
            agent.initialize(true)
                    .setting("innodb_buffer_pool_size", "32M")
                    .setting("loose_innodb_log_file_size", "16M");
        }
        ResourceAgentFactory factory = customize.apply(node, agent).build();
        HaCluster cluster = customizeCluster
                .apply(HaCluster.builder()
                        .name("intralab")
                        .node(node)
                        .nodes(servers.all().stream().map(MySqlServer::node).toArray(String[]::new))
                        .zooKeeper(zooKeeper.getConnectString())
                        .lease(Duration.ofSeconds(1))
                        .stopTimeout(Duration.ofSeconds(20))
                        .agent("mysql", context -> {
                            WatchedContext watched = new WatchedContext(context);
                            contexts.put(node, watched);
                            WatchedAgent running = new WatchedAgent(factory.create(watched));
                            agents.put(node, running);
                            return running;
                        })
                        .resource(MySqlAgent.promotable(RESOURCE, "mysql")))
                .build();
        nodes.put(node, cluster);
        cluster.start();
    }

    /** The agent of a node's server, as far as all tests have it. */
    static MySqlAgentBuilder agent(MySqlServers servers, Path directory) {
        return MySqlAgent.builder()
                .servers(servers)
                .directory(directory)
                .server(ServerBinaries.program())
                .tls(Tls.off())
                .administrator("releve", () -> "it's \\an' admin#1".toCharArray())
                .replication("replica", () -> "rep'l\"ica\\ 1".toCharArray())
                .application("expenses_db", "expenses", () -> "app".toCharArray());
    }

    /** A DataSource that follows the primary, as an application on this node would have it. */
    public FailoverDataSource dataSource(String node) {
        return dataSourceBuilder(node).build();
    }

    /** The same, to be changed first. */
    public FailoverDataSourceBuilder dataSourceBuilder(String node) {
        return FailoverDataSource.builder()
                .cluster(nodes.get(node))
                .follow(RESOURCE)
                .servers(servers)
                .database("expenses_db")
                .user("expenses")
                .password("app"::toCharArray)
                .tls(Tls.off());
    }

    public HaCluster node(String node) {
        return nodes.get(node);
    }

    /** Moves the primary, or has it go where it likes. */
    public PrimaryControl control() {
        return control;
    }

    /** Has a node run nothing: its server stops, and stays so until it is let start. */
    public void stopServer(String node) {
        contexts.get(node).setNodeAttribute("standby", Optional.of("true"));
    }

    public void letServerStart(String node) {
        contexts.get(node).setNodeAttribute("standby", Optional.empty());
    }

    /** Waits for a node's agent to set an attribute to a value. */
    public void awaitAttribute(String node, String name, String value) throws InterruptedException {
        Optional<String> seen = contexts.get(node).await(name, value, LIMIT);
        if (!seen.equals(Optional.of(value))) {
            throw new AssertionError(name + " of " + node + " is " + seen + " and not " + value + "\n" + status());
        }
    }

    /** Waits for a node's agent to answer with a reason that has this in it; returns the reason. */
    public String awaitReason(String node, String part) throws InterruptedException {
        Optional<Outcome> seen =
                agents.get(node).await(outcome -> outcome.reason().contains(part), LIMIT);
        return seen.map(Outcome::reason)
                .filter(reason -> reason.contains(part))
                .orElseThrow(() -> new AssertionError(
                        "the agent of " + node + " said " + seen + " and not '" + part + "'\n" + status()));
    }

    /** Whether a node's agent has answered with a reason that has this in it. */
    public boolean hasAnswered(String node, String part) {
        return agents.get(node).has(outcome -> outcome.reason().contains(part));
    }

    /** Ends a node in good order, and its server with it. */
    public void stopNode(String node) {
        nodes.remove(node).close();
    }

    public Path directoryOf(String node) {
        return directory.resolve(node);
    }

    /** Where the primary is, as any node sees it. */
    public static Optional<String> primary(ClusterStatus status) {
        return status.resource(RESOURCE)
                .flatMap(resource -> resource.active().entrySet().stream()
                        .filter(entry -> entry.getValue() == Role.PROMOTED)
                        .map(Map.Entry::getKey)
                        .findFirst());
    }

    private static long running(ClusterStatus status) {
        return status.activeNodes(RESOURCE).size();
    }

    private HaCluster any() {
        return nodes.values().iterator().next();
    }

    /** Where the primary is, once there is one. */
    public String primary() throws Exception {
        await("a primary", status -> primary(status).isPresent());
        return primary(any().status()).orElseThrow();
    }

    public ClusterStatus status() {
        return any().status();
    }

    /** Waits, without asking again and again, until the cluster looks as wanted. */
    public void await(String what, Predicate<ClusterStatus> condition) throws Exception {
        await(any(), what, condition);
    }

    public void await(HaCluster observer, String what, Predicate<ClusterStatus> condition) throws Exception {
        CompletableFuture<ClusterStatus> seen = new CompletableFuture<>();
        try (AutoCloseable unused = observer.onStatus(status -> {
            if (condition.test(status)) {
                seen.complete(status);
            }
        })) {
            seen.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + LIMIT + ": " + what + "\n" + observer.status(), e);
        }
    }

    /** The process of a node's server. */
    public Optional<ProcessHandle> process(String node) {
        try {
            Path pid = directoryOf(node).resolve("mysqld.pid");
            return Files.exists(pid)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                            .filter(handle -> handle.info()
                                    .commandLine()
                                    .orElse("")
                                    .contains(directoryOf(node).toString()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends a node's server as the kernel would. */
    public void killServer(String node) {
        process(node).orElseThrow().destroyForcibly();
    }

    /** Sends a signal to a node's server. */
    public void signal(String node, String signal) throws Exception {
        new ProcessBuilder(
                        "kill",
                        "-" + signal,
                        Long.toString(process(node).orElseThrow().pid()))
                .start()
                .waitFor();
    }

    private int port(String node) {
        return servers.onNode(node).orElseThrow().port();
    }

    /** A connection as the administrator. */
    public Connection administer(String node) throws SQLException {
        return TestRing.login(port(node), "releve", "it's \\an' admin#1", "").connect();
    }

    /** A connection as the application, to this server whatever it is. */
    public Connection connect(String node) throws SQLException {
        return TestRing.login(port(node), "expenses", "app", "expenses_db").connect();
    }

    public void administer(String node, String... statements) throws SQLException {
        try (Connection connection = administer(node);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Whether a node's server receives from another. */
    public String receiver(String node) throws SQLException {
        boolean mariaDb = query(node, "SELECT VERSION()").get(0).contains("MariaDB");
        return String.join(
                "",
                query(
                        node,
                        mariaDb
                                ? "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME ="
                                        + " 'SLAVE_RUNNING'"
                                : "SELECT SERVICE_STATE FROM performance_schema.replication_connection_status"));
    }

    /** Stops a replica's receiver, as an operator could; its agent starts it again after a while. */
    public void stopReceiver(String node) throws SQLException {
        administer(node, ServerBinaries.isMariaDb() ? "STOP SLAVE IO_THREAD" : "STOP REPLICA IO_THREAD");
    }

    /** Has a replica receive from here on without a word. */
    public void forgetToAcknowledge(String node) throws SQLException {
        if (query(node, "SELECT VERSION()").get(0).contains("MariaDB")) {
            administer(
                    node,
                    "SET GLOBAL rpl_semi_sync_slave_enabled=OFF",
                    "STOP SLAVE IO_THREAD",
                    "START SLAVE IO_THREAD");
        } else {
            administer(
                    node,
                    "SET GLOBAL rpl_semi_sync_replica_enabled=OFF",
                    "STOP REPLICA IO_THREAD",
                    "START REPLICA IO_THREAD");
        }
    }

    /** Ends the session of a replica's applier, as who turns the replica away from a dead source does, and an operator may. */
    public void endApplier(String node) throws SQLException {
        String applier = ServerBinaries.isMariaDb()
                ? "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Slave_SQL'"
                : "SELECT t.PROCESSLIST_ID FROM performance_schema.replication_applier_status_by_coordinator a"
                        + " JOIN performance_schema.threads t USING (THREAD_ID)";
        administer(node, "KILL " + query(node, applier).get(0));
    }

    /** The first column of all rows. */
    public List<String> query(String node, String sql) throws SQLException {
        try (Connection connection = administer(node);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** What the cluster's record says of those that hold what is acknowledged. */
    public Optional<PromotableSet> holders() {
        return promotable().current().map(version -> PromotableSet.parse(version.text()));
    }

    /** What the cluster's record says of the primary. */
    public Optional<PrimaryRecord> primaryRecord() {
        return contexts.get(any().nodeName())
                .record("primary")
                .current()
                .map(version -> PrimaryRecord.parse(version.text()));
    }

    private SharedRecord promotable() {
        return contexts.get(any().nodeName()).record("promotable");
    }

    /** Waits until the cluster's record of those that hold what is acknowledged is as wanted. */
    public void awaitHolders(String what, Predicate<PromotableSet> condition) throws Exception {
        awaitRecord(what, "promotable", text -> condition.test(PromotableSet.parse(text)));
    }

    /** Waits until a record that the agents share is as wanted. */
    public void awaitRecord(String name, Predicate<String> condition) throws Exception {
        awaitRecord("a record that is as wanted", name, condition);
    }

    private void awaitRecord(String what, String name, Predicate<String> condition) throws Exception {
        SharedRecord record = contexts.get(any().nodeName()).record(name);
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        Runnable look = () -> {
            if (record.current()
                    .map(SharedRecord.Version::text)
                    .filter(condition)
                    .isPresent()) {
                seen.complete(true);
            }
        };
        try (Lease.Registration unused = record.onChange(look)) {
            look.run();
            seen.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "not within " + LIMIT + ": " + what + "; " + record.current() + "\n" + status(), e);
        }
    }

    /** Waits, by the server's own means, until a node's server has all that the primary has executed. */
    public void awaitAllOfPrimary(String node) throws Exception {
        try (Connection theirs = administer(primary());
                Connection mine = administer(node)) {
            GtidSet wanted = ReplicationLink.executed(theirs);
            GtidSet missing = wanted.minus(ReplicationLink.executed(mine));
            boolean there = false;
            try {
                there = ReplicationLink.await(mine, missing, CATCH_UP);
            } catch (SQLException e) {
                // Whoever waits before a server of MariaDB follows is interrupted as it begins to.
                there = e.getErrorCode() == INTERRUPTED && ReplicationLink.await(mine, missing, CATCH_UP);
            }
            if (!there) {
                throw new AssertionError(node + " did not get " + missing + ": " + status());
            }
        }
    }

    /** Which acknowledged rows each server lacks; nothing for those that lack none. */
    public Map<String, Set<String>> missing(Set<String> acknowledged) throws SQLException {
        Map<String, Set<String>> all = new TreeMap<>();
        for (MySqlServer server : servers.all()) {
            Set<String> missing = new TreeSet<>(acknowledged);
            query(server.node(), "SELECT id FROM expenses_db.ledger").forEach(missing::remove);
            if (!missing.isEmpty()) {
                all.put(server.node(), missing);
            }
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        List<CompletableFuture<Void>> closing = nodes.values().stream()
                .map(node -> CompletableFuture.runAsync(node::close))
                .toList();
        closing.forEach(CompletableFuture::join);
        nodes.clear();
        servers.all().forEach(server -> process(server.node()).ifPresent(ProcessHandle::destroyForcibly));
        zooKeeper.close();
    }
}
