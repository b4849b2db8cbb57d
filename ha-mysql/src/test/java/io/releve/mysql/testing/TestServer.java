package io.releve.mysql.testing;

import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.MySqlInstallation;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One real server by itself, without an agent; empty, with a binary log, and open to writes. A process of this machine, or
 * with {@code -Dreleve.servers=containers} one in a container.
 */
public final class TestServer implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PASSWORD = "it's \\an' admin#1";

    private static final List<String> FIRST = List.of(
            "SET SESSION sql_log_bin=0",
            "SET SESSION sql_mode='NO_BACKSLASH_ESCAPES'",
            "CREATE USER IF NOT EXISTS 'releve'@'%' IDENTIFIED BY '" + PASSWORD.replace("'", "''") + "'",
            "GRANT ALL PRIVILEGES ON *.* TO 'releve'@'%' WITH GRANT OPTION",
            "CREATE DATABASE IF NOT EXISTS expenses_db",
            "CREATE USER IF NOT EXISTS 'expenses'@'%' IDENTIFIED BY 'app'",
            "GRANT ALL PRIVILEGES ON expenses_db.* TO 'expenses'@'%'");

    private final RunningServer running;
    private final int port;
    private final boolean mariaDb;

    private TestServer(RunningServer running, int port, boolean mariaDb) {
        this.running = running;
        this.port = port;
        this.mariaDb = mariaDb;
    }

    /** Starts a server in a directory, with further options of its command line. */
    public static TestServer start(Path directory, String... options) {
        int number = TestRing.freePorts(1).get(0);
        List<String> all = new ArrayList<>(List.of(
                "--skip-name-resolve",
                "--server-id=" + number,
                "--log-bin=binlog",
                "--innodb-buffer-pool-size=32M",
                "--performance-schema=ON",
                "--event-scheduler=ON"));
        if (System.getProperty("releve.servers", "").equals("containers")) {
            all.addAll(List.of("--gtid-mode=ON", "--enforce-gtid-consistency=ON"));
            all.addAll(List.of(options));
            ContainerServer container = ContainerServer.start(all, FIRST);
            return ready(new TestServer(container, container.port(), false));
        }
        MySqlInstallation installation = MySqlInstallation.ofServer(ServerBinaries.program());
        boolean mariaDb = installation.version().flavor() == ServerVersion.Flavor.MARIADB;
        all.addAll(
                mariaDb
                        ? List.of("--skip-ssl", "--log-slave-updates")
                        : List.of(
                                "--mysqlx=OFF",
                                "--secure-file-priv=NULL",
                                "--gtid-mode=ON",
                                "--enforce-gtid-consistency=ON",
                                "--auto-generate-certs=OFF"));
        all.addAll(List.of(options));
        return ready(new TestServer(ProcessServer.start(installation, directory, number, all, FIRST), number, mariaDb));
    }

    /** Asks until it answers; each refused connection takes its time, and nothing tells when it is ready. */
    private static TestServer ready(TestServer server) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (Connection ignored = server.administer()) {
                return server;
            } catch (SQLException e) {
                if (!server.running.isAlive() || System.nanoTime() > deadline) {
                    String log = server.running.log();
                    server.close();
                    throw new IllegalStateException("the server did not come up: " + e.getMessage() + "\n" + log, e);
                }
                server.running.pause();
            }
        }
    }

    public boolean isMariaDb() {
        return mariaDb;
    }

    public int port() {
        return port;
    }

    /** Where other servers reach it. */
    public MySqlServer address() {
        return running.address(port);
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
                Map.of(),
                JdbcDriver.onClassPath());
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

    /** Freezes the server. */
    public void freeze() {
        running.freeze();
    }

    /** Lets it go on. */
    public void thaw() {
        running.thaw();
    }

    @Override
    public void close() {
        running.close();
    }
}
