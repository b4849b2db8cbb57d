package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reading from replicas while servers change their roles, on a real cluster. */
@Timeout(180)
class ReaderFailoverIT {

    private static final Logger LOG = LoggerFactory.getLogger(ReaderFailoverIT.class);

    @TempDir
    Path directory;

    private static String nodeOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.server_id % 1000000")) {
            row.next();
            return "serv" + row.getInt(1);
        }
    }

    private static String readFrom(FailoverDataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.readers().getConnection()) {
            return nodeOf(connection);
        }
    }

    @Test
    void shouldGoOnReadingWhileThereIsNoPrimaryAndReadFromTheFormerOneWhenItIsBack() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start()) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String first = cluster.primary();
            try (FailoverDataSource dataSource = cluster.dataSourceBuilder("serv3")
                    .readers(ReaderPolicy.within(Duration.ofSeconds(3)).withoutPrimary())
                    .build()) {
                assertThat(readFrom(dataSource)).isNotEqualTo(first);
                cluster.killServer(first);
                CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> {
                    while (true) {
                        try (Connection connection = dataSource.getConnection()) {
                            String node = nodeOf(connection);
                            if (!node.equals(first)) {
                                return node;
                            }
                        } catch (SQLException e) {
                            LOG.info("the primary is gone: {}", e.getMessage());
                        }
                    }
                });
                int reads = 0;
                int cut = 0;
                long longest = 0;
                while (!second.isDone()) {
                    long begin = System.nanoTime();
                    try {
                        assertThat(readFrom(dataSource)).isNotEqualTo(first);
                        reads++;
                    } catch (ConnectionReplacedException promoted) {
                        // A server that is promoted ends all sessions; nothing else may fail.
                        cut++;
                    }
                    longest = Math.max(longest, System.nanoTime() - begin);
                }
                LOG.info(
                        "{} reads during the failover, {} cut off, the longest took {} ms",
                        reads,
                        cut,
                        longest / 1_000_000);
                assertThat(reads).isGreaterThan(1);
                assertThat(cut).isLessThanOrEqualTo(2);
                String read = "";
                while (!read.equals(first)) {
                    // Waits for a replica each time; within the test's limit the former primary is one.
                    read = readFrom(dataSource);
                }
            }
        }
    }

    @Test
    void shouldNotReadFromAReplicaThatHasWhatThePrimaryLacks() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 2, agent -> agent).start()) {
            cluster.awaitHolders("two", set -> set.replicas().size() == 1);
            String primary = cluster.primary();
            String replica = primary.equals("serv1") ? "serv2" : "serv1";
            cluster.administer(primary, "CREATE TABLE expenses_db.note (id INT PRIMARY KEY)");
            cluster.awaitAllOfPrimary(replica);
            try (FailoverDataSource dataSource = cluster.dataSourceBuilder(primary)
                    .connectionTimeout(Duration.ofMillis(1500))
                    .readers(ReaderPolicy.within(Duration.ofMillis(800)).withoutPrimary())
                    .build()) {
                assertThat(readFrom(dataSource)).isEqualTo(replica);
                if (!ServerBinaries.isMariaDb()) {
                    cluster.administer(replica, "SET GLOBAL super_read_only=OFF");
                }
                cluster.administer(replica, "INSERT INTO expenses_db.note VALUES (1)");
                assertThatThrownBy(() -> {
                            while (true) {
                                readFrom(dataSource);
                            }
                        })
                        .isInstanceOf(NoReplicaException.class)
                        .hasMessageContainingAll(replica, "has transactions that the primary lacks");
            }
        }
    }
}
