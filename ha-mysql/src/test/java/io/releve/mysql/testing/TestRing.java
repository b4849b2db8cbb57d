package io.releve.mysql.testing;

import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.ResourceAgentFactory;
import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.MySqlAgent;
import io.releve.mysql.server.MySqlAgentBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** Real servers on this machine, each with its agent, as the nodes of a cluster would run them. */
public final class TestRing implements AutoCloseable {

    public static final Duration LIMIT = Duration.ofSeconds(60);

    private final MySqlServers servers;
    private final List<Member> members = new ArrayList<>();

    /** A ring of so many servers; nothing runs yet. */
    public TestRing(Path directory, int size) {
        this(directory, size, builder -> builder);
    }

    public TestRing(Path directory, int size, UnaryOperator<MySqlAgentBuilder> customize) {
        MySqlServers.Builder ring = MySqlServers.builder();
        List<Integer> ports = freePorts(size);
        for (int i = 1; i <= size; i++) {
            ring.server("serv" + i, "127.0.0.1", ports.get(i - 1));
        }
        servers = ring.build();
        for (int i = 1; i <= size; i++) {
            Path own = directory.resolve("serv" + i);
            members.add(new Member(
                    "serv" + i, own, customize.apply(agent(servers, own)).build()));
        }
    }

    public static MySqlAgentBuilder agent(MySqlServers servers, Path directory) {
        return MySqlAgent.builder()
                .servers(servers)
                .directory(directory)
                .server(ServerBinaries.program())
                .initialize(true)
                .tls(Tls.off())
                .administrator("releve", () -> "it's \\an' admin#1".toCharArray())
                .replication("replica", () -> "rep'l\"ica\\ 1".toCharArray())
                .application("expenses_db", "expenses", () -> "app".toCharArray())
                .setting("innodb_buffer_pool_size", "32M")
                .setting("loose_innodb_log_file_size", "16M")
                .setting("performance_schema", "OFF");
    }

    public MySqlServers servers() {
        return servers;
    }

    /** The member with this number, from 1. */
    public Member member(int number) {
        return members.get(number - 1);
    }

    /** Ports that the system does not give to outgoing connections, and that nobody uses now. */
    public static List<Integer> freePorts(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            } catch (IOException taken) {
                // The next one, then.
            }
        }
        return ports;
    }

    /** How to log on to a server of this machine. */
    public static ServerLogin login(int port, String user, String password, String database) {
        return new ServerLogin(
                "127.0.0.1",
                port,
                user,
                password::toCharArray,
                Tls.off(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                database,
                Map.of(),
                JdbcDriver.onClassPath());
    }

    /** What the nodes that are up know of each other. */
    private Map<String, Map<String, String>> online() {
        Map<String, Map<String, String>> nodes = new TreeMap<>();
        for (Member member : members) {
            if (member.nodeIsUp) {
                nodes.put(member.node, member.context.attributes());
            }
        }
        return nodes;
    }

    /** Starts all members, and waits until each has caught up; if that fails, nothing is left running. */
    public TestRing start() {
        try {
            for (Member member : members) {
                Outcome outcome = member.start();
                if (!outcome.isSuccess()) {
                    throw new AssertionError(outcome.toString());
                }
            }
            members.forEach(Member::awaitCaughtUp);
            return this;
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        for (Member member : members) {
            member.agent.close();
            member.kill();
        }
    }

    /** One node with its server. */
    public final class Member {

        private final String node;
        private final Path directory;
        private final ResourceAgentFactory factory;
        private FakeContext context;
        private ResourceAgent agent;
        private boolean nodeIsUp = true;

        Member(String node, Path directory, ResourceAgentFactory factory) {
            this.node = node;
            this.directory = directory;
            this.factory = factory;
            this.context = new FakeContext(node);
            this.agent = factory.create(context);
        }

        public FakeContext context() {
            return context;
        }

        public ResourceAgent agent() {
            return agent;
        }

        public Path directory() {
            return directory;
        }

        public Outcome start() {
            nodeIsUp = true;
            return call("start");
        }

        public Outcome stop() {
            return call("stop");
        }

        public Outcome monitor() {
            return call("monitor");
        }

        private Outcome call(String operation) {
            FakeOperation context = FakeOperation.of(operation, LIMIT, online());
            try {
                return switch (operation) {
                    case "start" -> agent.start(context);
                    case "stop" -> agent.stop(context);
                    default -> agent.monitor(context);
                };
            } catch (Exception e) {
                throw new AssertionError(operation + " of " + node + " threw", e);
            }
        }

        /** The node's JVM ends and comes back; what it knew is gone, the server runs on. */
        public void restartJvm() {
            agent.close();
            context = new FakeContext(node);
            agent = factory.create(context);
        }

        /** Power-off of the node: its JVM and its server are gone at once. */
        public void crash() {
            restartJvm();
            nodeIsUp = false;
            kill();
        }

        /** Ends the server's process as the kernel would, and waits until it is gone. */
        public void kill() {
            try {
                Path pid = directory.resolve("mysqld.pid");
                if (Files.exists(pid)) {
                    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                            .filter(handle -> commandLine(handle).contains(directory.toString()))
                            .ifPresent(handle -> {
                                handle.destroyForcibly();
                                handle.onExit()
                                        .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                                        .join();
                            });
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String commandLine(ProcessHandle handle) {
            return handle.info().commandLine().orElse("");
        }

        public long pid() throws IOException {
            return Long.parseLong(
                    Files.readString(directory.resolve("mysqld.pid")).strip());
        }

        public void awaitCaughtUp() {
            if (!context.awaitCaughtUp(LIMIT)) {
                throw new AssertionError(node + " has not caught up: " + monitor());
            }
        }

        private int port() {
            return servers.onNode(node).orElseThrow().port();
        }

        /** A connection as the application. */
        public Connection connect() throws SQLException {
            return login(port(), "expenses", "app", "expenses_db").connect();
        }

        /** A connection as the administrator. */
        public Connection administer() throws SQLException {
            return login(port(), "releve", "it's \\an' admin#1", "").connect();
        }

        public void execute(String... statements) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        }

        public void administer(String... statements) throws SQLException {
            try (Connection connection = administer();
                    Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        }

        /** From now on the server applies each transaction only so many seconds after it was written. */
        public void delayApplier(int seconds) throws SQLException {
            boolean mariaDb = query("SELECT VERSION()").get(0).contains("Maria");
            administer(
                    mariaDb ? "STOP SLAVE" : "STOP REPLICA",
                    mariaDb
                            ? "CHANGE MASTER TO MASTER_DELAY=" + seconds
                            : "CHANGE REPLICATION SOURCE TO SOURCE_DELAY=" + seconds,
                    mariaDb ? "START SLAVE" : "START REPLICA");
        }

        /** The first column of all rows. */
        public List<String> query(String sql) throws SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                List<String> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
                return values;
            }
        }

        /** Waits, by the server's own means, until this member has all that another has executed. */
        public void awaitAllOf(Member other) throws SQLException {
            try (Connection theirs = other.connect();
                    Connection mine = connect()) {
                var wanted = io.releve.mysql.replication.ReplicationLink.executed(theirs);
                var missing = wanted.minus(io.releve.mysql.replication.ReplicationLink.executed(mine));
                if (!io.releve.mysql.replication.ReplicationLink.await(mine, missing, Duration.ofSeconds(20))) {
                    throw new AssertionError(node + " did not get " + missing + ": " + monitor());
                }
            }
        }
    }
}
