package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.fencing.FenceAction;
import io.releve.fencing.FenceRequest;
import io.releve.fencing.FenceResult;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.testing.TestRing;
import io.releve.mysql.testing.TestServer;
import io.releve.mysql.testing.Writer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlFencerIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = TestServer.start(directory);
        server.administer("CREATE TABLE expenses_db.rows_written (id BIGINT AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB");
        try (Connection connection = server.administer()) {
            new ReplicationLink(connection)
                    .account("fencer", "%", "from afar", Dialect.of(connection).fencingRights());
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        try (Connection connection = server.administer();
                Statement statement = connection.createStatement()) {
            for (String sql : Dialect.of(connection).opens()) {
                statement.execute(sql);
            }
        }
    }

    private static FenceResult fence(int port) {
        MySqlServers servers =
                MySqlServers.builder().server("serv1", "127.0.0.1", port).build();
        return new SqlFencer(servers, "fencer", "from afar"::toCharArray, Tls.off())
                .fence(new FenceRequest(
                        "serv1", "1", FenceAction.OFF, "a test", Duration.ofSeconds(5), Duration.ofSeconds(3)));
    }

    @Test
    void shouldCloseAServerUnderLoadWithTheLeastRights() throws Exception {
        try (Connection busy = server.connect();
                Connection slow = server.connect();
                Connection administrator = server.administer()) {
            Writer writer = Writer.on(busy);
            while (writer.rows() < 20) {
                Thread.onSpinWait();
            }
            CompletableFuture<Void> update = CompletableFuture.runAsync(() -> {
                try (Statement statement = slow.createStatement()) {
                    statement.executeUpdate("UPDATE rows_written SET id = id + 1000000 + SLEEP(1)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            FenceResult result = fence(server.port());
            assertThat(result.isFenced()).as(result.describe()).isTrue();
            assertThat(result.describe()).contains("closed to writes now", "sessions ended");
            long fenced = System.nanoTime();
            assertThat(writer.lastAcknowledgedAfter(fenced, LIMIT)).isNegative();
            assertThatThrownBy(update::join).hasCauseInstanceOf(IllegalStateException.class);
            assertThat(administrator.isValid(1)).isFalse();
        }
        assertThatThrownBy(() -> {
                    try (Connection connection = server.connect();
                            Statement statement = connection.createStatement()) {
                        statement.execute("INSERT INTO rows_written VALUES ()");
                    }
                })
                .isInstanceOf(SQLException.class);
    }

    @Test
    void shouldFindAClosedServerClosed() {
        assertThat(fence(server.port()).isFenced()).isTrue();
        FenceResult again = fence(server.port());
        assertThat(again.isFenced()).isTrue();
        assertThat(again.describe()).contains("already");
    }

    @Test
    void shouldNotCallAServerFencedThatDoesNotAnswer() {
        FenceResult result = fence(TestRing.freePorts(1).get(0));
        assertThat(result.isFenced()).isFalse();
        assertThat(result.describe()).contains("not reachable");
    }

    @Test
    void shouldSayWhatWasExecuted() throws Exception {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO rows_written VALUES (5000000)");
        }
        SqlFencing.Report report =
                SqlFencing.close(server.login("fencer", "from afar"), Duration.ofSeconds(5), SqlFencing.Sessions.ALL);
        try (Connection connection = server.administer()) {
            assertThat(report.executed()).contains(ReplicationLink.executed(connection));
        }
    }
}
