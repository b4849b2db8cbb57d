package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.HaCluster;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.Published;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A primary whose commits wait for nobody, and a replica that is behind when it is lost. */
@Timeout(180)
class LossBudgetIT {

    private static final Logger LOG = LoggerFactory.getLogger(LossBudgetIT.class);
    private static final Pattern COMMAND = Pattern.compile("acceptLoss\\((\\d+), (\\d+)\\)");

    @TempDir
    Path directory;

    private TestCluster cluster(long transactions) throws Exception {
        return new TestCluster(
                        directory,
                        2,
                        agent -> agent.durability(Durability.async().lossBudget(transactions, Duration.ofSeconds(30))))
                .start();
    }

    private static void write(TestCluster cluster, String node, int from, int to) throws Exception {
        try (Connection connection = cluster.connect(node);
                Statement statement = connection.createStatement()) {
            if (from == 1) {
                // MySQL also counts the creation of a table that is there.
                statement.execute("CREATE TABLE ledger (id VARCHAR(40) PRIMARY KEY)");
            }
            for (int id = from; id <= to; id++) {
                statement.execute("INSERT INTO ledger VALUES ('" + id + "')");
            }
        }
    }

    private static void awaitPublished(TestCluster cluster, String primary) throws Exception {
        GtidSet executed;
        try (Connection connection = cluster.administer(primary)) {
            executed = ReplicationLink.executed(connection);
        }
        cluster.awaitRecord(
                "published",
                text -> executed.read(Published.parse(text).last().gtids()).contains(executed));
    }

    /** As whoever promotes does: while the lock is held, nobody starts the receiver again. */
    private static Connection holdBack(TestCluster cluster, String replica) throws Exception {
        Connection connection = cluster.administer(replica);
        connection.setNetworkTimeout(Runnable::run, 120_000);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT GET_LOCK('releve_replication', 10)");
            statement.execute(ServerBinaries.isMariaDb() ? "STOP SLAVE IO_THREAD" : "STOP REPLICA IO_THREAD");
        }
        return connection;
    }

    @Test
    void shouldPromoteAReplicaBeyondTheBudgetOnlyOnTheOperatorsWord() throws Exception {
        try (TestCluster cluster = cluster(5)) {
            String first = cluster.primary();
            String second = first.equals("serv1") ? "serv2" : "serv1";
            HaCluster observer = cluster.node(second);
            write(cluster, first, 1, 10);
            cluster.awaitAllOfPrimary(second);
            try (Connection unused = holdBack(cluster, second)) {
                write(cluster, first, 11, 40);
                awaitPublished(cluster, first);
                // While the primary still is there: nobody tries a promotion that would be refused.
                cluster.awaitAttribute(second, "master-mysql-server", "-INFINITY");
                cluster.killServer(first);
                cluster.stopServer(first);
                cluster.await(
                        observer,
                        "no primary",
                        status -> TestCluster.primary(status).isEmpty());
            }
            String status = cluster.awaitReason(second, "acceptLoss(1, 30)");
            LOG.info("{}", status);
            assertThat(status)
                    .contains(
                            "30 transactions", first + " had executed in epoch 1", "budget is 5 transactions and 30 s");
            assertThat(TestCluster.primary(observer.status())).isEmpty();
            assertThat(observer.status().failures())
                    .extracting(failure -> failure.operation())
                    .doesNotContain("promote");

            assertThat(cluster.control().acceptLoss(7, 30))
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("epoch 7 is not the last");
            Matcher command = COMMAND.matcher(status);
            assertThat(command.find()).isTrue();
            long accepted = System.nanoTime();
            cluster.control()
                    .acceptLoss(Long.parseLong(command.group(1)), Long.parseLong(command.group(2)))
                    .toCompletableFuture()
                    .join();
            cluster.await(
                    observer,
                    second + " is promoted",
                    status2 ->
                            TestCluster.primary(status2).filter(second::equals).isPresent());
            LOG.info("promoted {} ms after the operator's word", (System.nanoTime() - accepted) / 1_000_000);
            write(cluster, second, 1001, 1001);
            assertThat(cluster.query(second, "SELECT COUNT(*) FROM expenses_db.ledger"))
                    .containsExactly("11");
            // It counted once.
            cluster.awaitRecord("published", text -> Published.parse(text).epoch() == 2);
        }
    }

    @Test
    void shouldPromoteAReplicaWithinTheBudgetByItself() throws Exception {
        try (TestCluster cluster = cluster(50)) {
            String first = cluster.primary();
            String second = first.equals("serv1") ? "serv2" : "serv1";
            HaCluster observer = cluster.node(second);
            write(cluster, first, 1, 10);
            cluster.awaitAllOfPrimary(second);
            try (Connection unused = holdBack(cluster, second)) {
                write(cluster, first, 11, 40);
                awaitPublished(cluster, first);
                cluster.killServer(first);
                cluster.stopServer(first);
                cluster.await(
                        observer,
                        second + " is promoted",
                        status -> TestCluster.primary(status)
                                .filter(second::equals)
                                .isPresent());
            }
            assertThat(cluster.query(second, "SELECT COUNT(*) FROM expenses_db.ledger"))
                    .containsExactly("10");
        }
    }
}
