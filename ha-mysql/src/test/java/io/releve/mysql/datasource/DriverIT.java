package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import io.releve.mysql.testing.FaultyLink;
import io.releve.mysql.testing.FaultyLink.Fault;
import io.releve.mysql.testing.TestAuthority;
import io.releve.mysql.testing.TestRing;
import io.releve.mysql.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where drivers would differ, the DataSource does not: each test with each driver, on a real server. */
@Timeout(60)
class DriverIT {

    /** Takes longer than any test; it is interrupted with an error, and not with a result. */
    private static final String LONG =
            "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b,"
                    + " information_schema.columns c, information_schema.columns d";

    @TempDir
    static Path directory;

    private static TestRing ring;

    private final FakeActiveNodes cluster = new FakeActiveNodes();
    private FaultyLink link;

    @BeforeAll
    static void startServers() throws SQLException {
        ring = new TestRing(directory, 2).start();
        ring.member(1).execute("CREATE TABLE note (id VARCHAR(40) PRIMARY KEY)");
        ring.member(2).awaitAllOf(ring.member(1));
    }

    @AfterAll
    static void stopServers() {
        ring.close();
    }

    @AfterEach
    void closeLink() throws Exception {
        if (link != null) {
            link.close();
        }
    }

    static Stream<JdbcDriver> drivers() {
        JdbcDriver first = JdbcDriver.onClassPath();
        return first.urlPrefix().contains("mysql")
                ? Stream.of(first, JdbcDriver.mariaDbConnectorJ())
                : Stream.of(first);
    }

    private FailoverDataSource open(JdbcDriver driver, Tls tls) {
        link = new FaultyLink(ring.servers().all().get(0).port());
        cluster.say("serv1", 1);
        return FailoverDataSource.builder()
                .cluster(cluster)
                .follow("mysql")
                .servers(MySqlServers.builder()
                        .server("serv1", "127.0.0.1", link.port())
                        .server(
                                "serv2",
                                "127.0.0.1",
                                ring.servers().all().get(1).port())
                        .build())
                .database("expenses_db")
                .user("expenses")
                .password("app"::toCharArray)
                .tls(tls)
                .driver(driver)
                .maximumPoolSize(1)
                .connectionTimeout(Duration.ofSeconds(20))
                .build();
    }

    private FailoverDataSource open(JdbcDriver driver) {
        return open(driver, Tls.off());
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static SQLException failureOf(Connection connection, String sql) {
        SQLException failure = catchThrowableOfType(SQLException.class, () -> execute(connection, sql));
        assertThat((Throwable) failure).as(sql).isNotNull();
        return failure;
    }

    private static void assertReplaced(SQLException failure) {
        assertThat((Throwable) failure).isInstanceOf(ConnectionReplacedException.class);
        assertThat(failure.getSQLState()).isEqualTo("08S02");
    }

    private static void assertOwnFailure(SQLException failure) {
        assertThat((Throwable) failure)
                .isNotInstanceOf(ConnectionReplacedException.class)
                .isNotInstanceOf(CommitOutcomeUnknownException.class);
    }

    /** Executes something that takes long, and ends it from elsewhere. */
    private static SQLException failureOfLong(Connection connection, String kill) throws Exception {
        String session = value(connection, "SELECT CONNECTION_ID()");
        CompletableFuture<SQLException> failure = CompletableFuture.supplyAsync(() -> failureOf(connection, LONG));
        while (ring.member(1)
                .query("SELECT 1 FROM information_schema.processlist WHERE id = " + session
                        + " AND info LIKE 'SELECT COUNT%'")
                .isEmpty()) {
            Thread.onSpinWait();
        }
        ring.member(1).administer(kill + " " + session);
        return failure.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldLeaveNothingOfWhatABorrowerSet(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver)) {
            int isolation;
            int networkTimeout;
            String session;
            try (Connection connection = dataSource.getConnection()) {
                isolation = connection.getTransactionIsolation();
                networkTimeout = connection.getNetworkTimeout();
                session = value(connection, "SELECT CONNECTION_ID()");
                connection.setAutoCommit(false);
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                connection.setReadOnly(true);
                connection.setCatalog("information_schema");
                connection.setNetworkTimeout(Runnable::run, 1234);
                assertThat(value(connection, "SELECT DATABASE()")).isEqualTo("information_schema");
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
                assertThat(connection.isReadOnly()).isTrue();
                assertThat(connection.getNetworkTimeout()).isEqualTo(1234);
            }
            try (Connection connection = dataSource.getConnection()) {
                assertThat(value(connection, "SELECT CONNECTION_ID()")).isEqualTo(session);
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.getTransactionIsolation()).isEqualTo(isolation);
                assertThat(connection.isReadOnly()).isFalse();
                assertThat(connection.getCatalog()).isEqualTo("expenses_db");
                assertThat(connection.getNetworkTimeout()).isEqualTo(networkTimeout);
                assertThat(value(connection, "SELECT DATABASE()")).isEqualTo("expenses_db");
                execute(connection, "REPLACE INTO note VALUES ('after')");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldLeaveTheRefusalOfAWriteToWhoeverAskedForReadingOnly(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver);
                Connection connection = dataSource.getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            assertOwnFailure(failureOf(connection, "INSERT INTO note VALUES ('read-only')"));
            connection.rollback();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
            execute(connection, "REPLACE INTO note VALUES ('writable')");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldTakeASessionThatTheServerEndsForALostConnection(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver)) {
            try (Connection connection = dataSource.getConnection()) {
                assertReplaced(failureOfLong(connection, "KILL"));
                assertThat(connection.isClosed()).isTrue();
            }
            try (Connection connection = dataSource.getConnection()) {
                ring.member(1).administer("KILL " + value(connection, "SELECT CONNECTION_ID()"));
                assertReplaced(failureOf(connection, "SELECT 1"));
            }
            try (Connection connection = dataSource.getConnection()) {
                execute(connection, "REPLACE INTO note VALUES ('after the kill')");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldTakeAnInterruptedStatementForNoMoreThanThat(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver);
                Connection connection = dataSource.getConnection()) {
            SQLException failure = failureOfLong(connection, "KILL QUERY");
            assertOwnFailure(failure);
            assertThat(failure.getErrorCode()).isEqualTo(1317);
            assertThat(failure.getSQLState()).isEqualTo("70100");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldLeaveTheApplicationsOwnErrorsAlone(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver);
                Connection connection = dataSource.getConnection()) {
            SQLException failure =
                    failureOf(connection, "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO=30001, MESSAGE_TEXT='mine'");
            assertOwnFailure(failure);
            assertThat(failure.getErrorCode()).isEqualTo(30001);
            assertThat(value(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldSayThatNothingOfABatchHappenedWhenItsConnectionIsLost(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver);
                Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO note VALUES (?)")) {
                for (int i = 0; i < 50; i++) {
                    insert.setString(1, "batch-" + i);
                    insert.addBatch();
                }
                link.fail(Fault.RESET_AFTER, "batch-7");
                assertReplaced(catchThrowableOfType(SQLException.class, insert::executeBatch));
            }
        }
        assertThat(ring.member(1).query("SELECT id FROM note WHERE id LIKE 'batch-%'"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void shouldEndWhatIsInFlightWithoutAskingAServerThatIsGone(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver);
                Connection connection = dataSource.getConnection()) {
            CompletableFuture<SQLException> failure =
                    CompletableFuture.supplyAsync(() -> failureOf(connection, "SELECT SLEEP(30)"));
            while (ring.member(1)
                    .query("SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
            link.fail(Fault.BLACK_HOLE, "");
            long begin = System.nanoTime();
            connection.abort(Runnable::run);

            assertReplaced(failure.get(10, TimeUnit.SECONDS));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(500));
            assertThat(connection.isClosed()).isTrue();
        }
    }

    /** MariaDB takes seconds to make a certificate, and more on a busy machine. */
    @Test
    @Timeout(180)
    void shouldEncryptIfTheServerCan(@TempDir Path own) throws Exception {
        // Each kind of server understands only its own option.
        try (TestServer server = TestServer.start(own, "--loose-ssl=1", "--loose-auto-generate-certs=ON")) {
            for (JdbcDriver driver : drivers().toList()) {
                for (Tls tls : List.of(Tls.automatic(), new Tls.Certificate(own, own, own), Tls.off())) {
                    assertThat(cipher(server, driver, tls).isEmpty())
                            .as("%s, %s", driver.urlPrefix(), tls)
                            .isEqualTo(tls.equals(Tls.off()));
                }
            }
        }
    }

    @Test
    @Timeout(180)
    void shouldRefuseAServerThatCannotProveWhatItIs(@TempDir Path own) throws Exception {
        Path authorities = Files.createDirectory(own.resolve("authority"));
        Path others = Files.createDirectory(own.resolve("other"));
        TestAuthority authority = new TestAuthority(authorities);
        Path other = new TestAuthority(others).certificate();
        Path right = authority.certificate();
        Tls.Certificate here = authority.sign("here", "ip:127.0.0.1");
        try (TestServer server = certified(own.resolve("here"), here)) {
            for (JdbcDriver driver : drivers().toList()) {
                assertThat(cipher(server, driver, Tls.verifyAuthority(right))).isNotEmpty();
                assertThat(cipher(server, driver, Tls.verifyIdentity(right))).isNotEmpty();
                assertRefused(server, driver, Tls.verifyAuthority(other));
                assertRefused(server, driver, Tls.verifyIdentity(other));
            }
        }
        Tls.Certificate elsewhere = authority.sign("elsewhere", "dns:db.example");
        try (TestServer server = certified(own.resolve("elsewhere"), elsewhere)) {
            for (JdbcDriver driver : drivers().toList()) {
                assertThat(cipher(server, driver, Tls.verifyAuthority(right))).isNotEmpty();
                assertRefused(server, driver, Tls.verifyIdentity(right));
            }
        }
    }

    private static TestServer certified(Path directory, Tls.Certificate files) {
        return TestServer.start(
                directory,
                "--loose-ssl=1",
                "--ssl-ca=" + files.authority(),
                "--ssl-cert=" + files.certificate(),
                "--ssl-key=" + files.key());
    }

    private static void assertRefused(TestServer server, JdbcDriver driver, Tls.Verified tls) {
        assertThatExceptionOfType(SQLException.class)
                .as("%s, %s", driver.urlPrefix(), tls)
                .isThrownBy(() -> cipher(server, driver, tls))
                .withMessageContaining("server 127.0.0.1:" + server.port() + " is refused")
                .withMessageContaining(tls.authority().toString())
                .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("08001"));
    }

    private static String cipher(TestServer server, JdbcDriver driver, Tls tls) throws SQLException {
        ServerLogin login = new ServerLogin(
                "127.0.0.1",
                server.port(),
                "expenses",
                "app"::toCharArray,
                tls,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                "expenses_db",
                Map.of(),
                driver);
        try (Connection connection = login.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
            row.next();
            return row.getString(2);
        }
    }

    /** These servers offer none. */
    @ParameterizedTest
    @MethodSource("drivers")
    void shouldDoWithoutEncryptionIfTheServerMust(JdbcDriver driver) throws Exception {
        try (FailoverDataSource dataSource = open(driver, Tls.automatic());
                Connection connection = dataSource.getConnection()) {
            assertThat(value(connection, "SELECT 1")).isEqualTo("1");
        }
    }
}
