package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import io.releve.mysql.testing.TestRing;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The DataSource on two real servers that replicate to each other. */
class FailoverDataSourceIT {

    @TempDir
    static Path directory;

    private static TestRing ring;

    private final FakeActiveNodes cluster = new FakeActiveNodes();

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

    private FailoverDataSourceBuilder builder() {
        return FailoverDataSource.builder()
                .cluster(cluster)
                .follow("servIntralab")
                .servers(ring.servers())
                .database("expenses_db")
                .user("expenses")
                .password("app"::toCharArray)
                .tls(Tls.off())
                .connectionTimeout(Duration.ofSeconds(20));
    }

    private static long serverOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.server_id")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void shouldFollowTheActiveNode() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource = builder().build()) {
            try (Connection connection = dataSource.getConnection()) {
                assertThat(serverOf(connection)).isEqualTo(1);
            }
            cluster.say("serv2", 2);
            try (Connection connection = dataSource.getConnection()) {
                assertThat(serverOf(connection)).isEqualTo(2);
            }
            cluster.say("serv1", 1);
            try (Connection connection = dataSource.getConnection()) {
                assertThat(serverOf(connection))
                        .as("an answer of an older epoch is no news")
                        .isEqualTo(2);
            }
        }
        assertThat(cluster.listeners()).isZero();
    }

    @Test
    void shouldReadWhatWasWrittenBeforeAPlannedMove() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource = builder().build()) {
            for (int epoch = 2; epoch < 12; epoch++) {
                String id = "before-" + epoch;
                try (Connection connection = dataSource.getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("INSERT INTO note VALUES ('" + id + "')");
                }
                cluster.say(epoch % 2 == 0 ? "serv2" : "serv1", epoch);
                try (Connection connection = dataSource.getConnection();
                        Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM note WHERE id = '" + id + "'")) {
                    row.next();
                    assertThat(row.getInt(1)).as("move to epoch " + epoch).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void shouldLetAConnectionInUseFinishDuringAPlannedMove() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource = builder().build();
                Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO note VALUES ('in-flight')");
                cluster.say("serv2", 2);
                try (Connection next = dataSource.getConnection()) {
                    assertThat(serverOf(next)).isEqualTo(2);
                }
                connection.commit();
            }
        }
        ring.member(2).awaitAllOf(ring.member(1));
        assertThat(ring.member(2).query("SELECT id FROM note WHERE id = 'in-flight'"))
                .hasSize(1);
    }

    @Test
    void shouldWaitForAFullPoolNoLongerThanTheConnectionTimeout() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource = builder()
                        .maximumPoolSize(1)
                        .connectionTimeout(Duration.ofSeconds(1))
                        .build();
                Connection only = dataSource.getConnection()) {
            long start = System.nanoTime();
            assertThatThrownBy(dataSource::getConnection)
                    .isInstanceOf(NoActiveNodeException.class)
                    .hasMessageContaining("it is active on node serv1");
            // The last attempt may begin just before the end, and takes a quarter of a second.
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(950), Duration.ofMillis(1900));
            assertThat(only.isValid(5)).isTrue();
        }
    }

    @Test
    void shouldWaitForAnActiveNodeAndThenSayWhatIsKnown() throws Exception {
        try (FailoverDataSource dataSource =
                builder().connectionTimeout(Duration.ofMillis(300)).build()) {
            assertThatThrownBy(dataSource::getConnection)
                    .isInstanceOf(NoActiveNodeException.class)
                    .hasMessageContainingAll("servIntralab", "within 30", "never seen active")
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08001"));
            cluster.say("serv9", 4);
            assertThatThrownBy(dataSource::getConnection)
                    .hasMessageContainingAll("serv9", "epoch 4", "has no server in this DataSource");
            cluster.sayNowhere();
            assertThatThrownBy(dataSource::getConnection)
                    .hasMessageContainingAll("last seen active in epoch 4", "not active on any node");
        }
    }

    @Test
    void shouldThrowOutConnectionsToAServerThatBecameReadOnly() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource =
                builder().connectionTimeout(Duration.ofSeconds(2)).build()) {
            try (Connection ignored = dataSource.getConnection()) {
                ring.member(1).administer("SET GLOBAL read_only=1");
            }
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("INSERT INTO note VALUES ('refused')"))
                        .isInstanceOf(SQLException.class)
                        .satisfies(e ->
                                assertThat(((SQLException) e).getErrorCode()).isEqualTo(1290));
                assertThat(connection.isClosed()).isTrue();
            }
            assertThatThrownBy(dataSource::getConnection)
                    .isInstanceOf(NoActiveNodeException.class)
                    .hasMessageContaining("read-only");
            ring.member(1).administer("SET GLOBAL read_only=0");
            try (Connection connection = dataSource.getConnection()) {
                assertThat(serverOf(connection)).isEqualTo(1);
            }
        } finally {
            ring.member(1).administer("SET GLOBAL read_only=0");
        }
    }

    @Test
    void shouldRefuseAServerThatIsNotTheOneItExpects() throws Exception {
        MySqlServers swapped = MySqlServers.builder()
                .server("serv2", "127.0.0.1", ring.servers().all().get(1).port())
                .server("serv1", "127.0.0.1", ring.servers().all().get(0).port())
                .build();
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource = builder()
                .servers(swapped)
                .connectionTimeout(Duration.ofMillis(500))
                .build()) {
            assertThatThrownBy(dataSource::getConnection)
                    .isInstanceOf(NoActiveNodeException.class)
                    .hasMessageContainingAll("has server id 1", "ring's order");
        }
    }

    @Test
    void shouldSayAtOnceThatThePasswordIsWrong() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource =
                builder().password("s3cret-and-wrong"::toCharArray).build()) {
            long start = System.nanoTime();
            assertThatThrownBy(dataSource::getConnection)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("expenses")
                    .hasMessageContaining("password")
                    .hasMessageNotContaining("s3cret")
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).startsWith("28"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }
}
