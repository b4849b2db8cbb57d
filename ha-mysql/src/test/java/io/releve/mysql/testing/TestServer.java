package io.releve.mysql.testing;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.MySqlInstallation;
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
import java.util.concurrent.TimeUnit;

/** One real server by itself, without an agent; empty, with a binary log, and open to writes. */
public final class TestServer implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PASSWORD = "it's \\an' admin#1";

    private final Process process;
    private final int port;
    private final boolean mariaDb;

    private TestServer(Process process, int port, boolean mariaDb) {
        this.process = process;
        this.port = port;
        this.mariaDb = mariaDb;
    }

    /** Starts a server in a directory, with further options of its command line. */
    public static TestServer start(Path directory, String... options) {
        int port = TestRing.freePorts(1).get(0);
        MySqlInstallation installation = MySqlInstallation.ofServer(ServerBinaries.program());
        boolean mariaDb = installation.version().flavor() == io.releve.mysql.config.ServerVersion.Flavor.MARIADB;
        try {
            Files.createDirectories(directory);
            Path data = TestData.fresh(installation, directory);
            Path init = Files.writeString(
                    directory.resolve("init.sql"),
                    "SET SESSION sql_log_bin=0;\nSET SESSION sql_mode='NO_BACKSLASH_ESCAPES';\n"
                            + "CREATE USER IF NOT EXISTS 'releve'@'%' IDENTIFIED BY '" + PASSWORD.replace("'", "''")
                            + "';\n"
                            + "GRANT ALL PRIVILEGES ON *.* TO 'releve'@'%' WITH GRANT OPTION;\n"
                            + "CREATE DATABASE IF NOT EXISTS expenses_db;\n"
                            + "CREATE USER IF NOT EXISTS 'expenses'@'%' IDENTIFIED BY 'app';\n"
                            + "GRANT ALL PRIVILEGES ON expenses_db.* TO 'expenses'@'%';\n");
            List<String> command = new ArrayList<>(List.of(
                    installation.server().toString(),
                    "--no-defaults",
                    "--basedir=" + installation.baseDirectory(),
                    "--datadir=" + data,
                    "--port=" + port,
                    "--bind-address=127.0.0.1",
                    "--socket=" + directory.resolve("s"),
                    "--pid-file=" + directory.resolve("pid"),
                    "--log-error=" + directory.resolve("error.log"),
                    "--init-file=" + init,
                    "--skip-name-resolve",
                    "--server-id=" + port,
                    "--log-bin=binlog",
                    "--innodb-buffer-pool-size=32M",
                    "--performance-schema=ON",
                    "--event-scheduler=ON"));
            command.addAll(
                    mariaDb
                            ? List.of("--skip-ssl", "--log-slave-updates")
                            : List.of(
                                    "--mysqlx=OFF",
                                    "--secure-file-priv=NULL",
                                    "--gtid-mode=ON",
                                    "--enforce-gtid-consistency=ON",
                                    "--auto-generate-certs=OFF"));
            if (System.getProperty("user.name").equals("root")) {
                command.add("--user=root");
            }
            command.addAll(List.of(options));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
            TestServer server = new TestServer(process, port, mariaDb);
            server.awaitReady(directory);
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks until it answers; each refused connection takes its time, and nothing tells when it is ready. */
    private void awaitReady(Path directory) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (Connection ignored = administer()) {
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            "the server did not come up: " + e.getMessage() + "\n"
                                    + Files.readString(directory.resolve("error.log")),
                            e);
                }
                try {
                    // Ends early when the process does.
                    var unused = process.waitFor(20, TimeUnit.MILLISECONDS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(interrupted);
                }
            }
        }
    }

    public boolean isMariaDb() {
        return mariaDb;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public MySqlServer address() {
        return new MySqlServer(1, "serv1", "127.0.0.1", port);
    }

    public ServerLogin administrator() {
        return new ServerLogin(
                "127.0.0.1",
                port,
                "releve",
                PASSWORD::toCharArray,
                Tls.off(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                "",
                Map.of());
    }

    /** How another account logs on, without a default database. */
    public ServerLogin login(String user, String password) {
        return TestRing.login(port, user, password, "");
    }

    public Connection administer() throws SQLException {
        return administrator().connect();
    }

    /** A connection as the application. */
    public Connection connect() throws SQLException {
        return TestRing.login(port, "expenses", "app", "expenses_db").connect();
    }

    public void administer(String... statements) throws SQLException {
        try (Connection connection = administer();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** One value, as the administrator sees it. */
    public String ask(String query) throws SQLException {
        try (Connection connection = administer();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Freezes the server's process, or lets it go on. */
    public void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
