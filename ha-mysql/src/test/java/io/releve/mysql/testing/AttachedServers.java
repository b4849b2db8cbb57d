package io.releve.mysql.testing;

import io.releve.mysql.config.MySqlServerConfig;
import io.releve.mysql.config.MySqlServerConfigBuilder;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.MySqlInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Servers that are run as an operator would run them: with a configuration of their own, and an account for the agent. */
public final class AttachedServers {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Closed by {@code super_read_only} from the start, as MySQL has it. */
    private static final String FIRST = String.join(
            ";\n",
            "SET SESSION sql_log_bin=0",
            "LIFT",
            "SET SESSION sql_mode='NO_BACKSLASH_ESCAPES'",
            "CREATE USER IF NOT EXISTS 'releve'@'%' IDENTIFIED BY 'it''s \\an'' admin#1'",
            "GRANT ALL PRIVILEGES ON *.* TO 'releve'@'%' WITH GRANT OPTION",
            "");

    private final MySqlServers servers;
    private final Path directory;
    private final MySqlInstallation installation;
    private final Map<String, Process> processes = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    public AttachedServers(MySqlServers servers, Path directory) {
        this.servers = servers;
        this.directory = directory;
        this.installation = MySqlInstallation.ofServer(ServerBinaries.program());
    }

    /** Where an agent keeps what it has to remember of such a server. */
    public static Path agentsDirectory(Path serversDirectory) {
        return serversDirectory.resolve("agent");
    }

    /** All that are started from here on go by this clock. */
    public void goBy(FakeTime time) {
        environment.putAll(time.environment());
    }

    public boolean isMariaDb() {
        return installation.version().flavor() == Flavor.MARIADB;
    }

    /** Starts a server, and waits until it can be used. */
    public void start(String node) {
        start(node, text -> text);
    }

    /** The same with another configuration. */
    public void start(String node, UnaryOperator<String> change) {
        Path home = directory.resolve(node);
        try {
            Files.createDirectories(home.resolve("tmp"));
            MySqlServerConfigBuilder config = MySqlServerConfig.builder(servers, node, home)
                    .baseDirectory(installation.baseDirectory())
                    .tls(Tls.off())
                    .setting("innodb_buffer_pool_size", "32M")
                    .setting("loose_innodb_log_file_size", "16M");
            if (System.getProperty("user.name").equals("root")) {
                config.systemUser("root");
            }
            if (!Files.exists(home.resolve("data"))) {
                TestData.fresh(installation, home);
                boolean mariaDb = isMariaDb();
                String first = FIRST.replace("LIFT", mariaDb ? "DO 0" : "SET GLOBAL super_read_only=OFF")
                        + (mariaDb ? "" : "SET GLOBAL super_read_only=ON;\n");
                config.initFile(Files.writeString(home.resolve("init.sql"), first));
            }
            Path file = Files.writeString(
                    home.resolve("my.cnf"), change.apply(config.build().render(installation.version())));
            ProcessBuilder builder = new ProcessBuilder(installation.server().toString(), "--defaults-file=" + file)
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("output").toFile());
            builder.environment().put("TMPDIR", home.resolve("tmp").toString());
            builder.environment().putAll(environment);
            Process process = builder.start();
            processes.put(node, process);
            await(node, process);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(String node, Process process) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (Connection ignored = administer(node)) {
                return;
            } catch (SQLException e) {
                try {
                    if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                        throw new IllegalStateException(
                                "server " + node + " did not come up: " + e.getMessage() + "\n"
                                        + Files.readString(
                                                directory.resolve(node).resolve("error.log")),
                                e);
                    }
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(interrupted);
                }
            }
        }
    }

    public Connection administer(String node) throws SQLException {
        return TestRing.login(servers.onNode(node).orElseThrow().port(), "releve", "it's \\an' admin#1", "")
                .connect();
    }

    public Process process(String node) {
        return processes.get(node);
    }

    /** Ends a server as the kernel would. */
    public void kill(String node) {
        processes.get(node).destroyForcibly().onExit().join();
    }

    /** Ends all. */
    public void killAll() {
        List.copyOf(processes.keySet()).forEach(this::kill);
    }
}
