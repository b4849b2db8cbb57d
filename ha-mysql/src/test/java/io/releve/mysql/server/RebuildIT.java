package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.Published;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Servers that cannot follow any more, and come back with a copy of the primary. */
@Timeout(240)
class RebuildIT {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildIT.class);

    @TempDir
    Path directory;

    private static void write(TestCluster cluster, String node, int from, int to) throws Exception {
        try (Connection connection = cluster.connect(node);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS ledger (id VARCHAR(40) PRIMARY KEY)");
            for (int id = from; id <= to; id++) {
                statement.execute("INSERT INTO ledger VALUES ('" + id + "')");
            }
        }
    }

    /** A former primary that has 20 rows which the present one lacks; returns the former one's node. */
    private static String quarantine(TestCluster cluster) throws Exception {
        String first = cluster.primary();
        String second = first.equals("serv1") ? "serv2" : "serv1";
        write(cluster, first, 1, 10);
        cluster.awaitAllOfPrimary(second);
        try (Connection held = cluster.administer(second)) {
            held.setNetworkTimeout(Runnable::run, 120_000);
            try (Statement statement = held.createStatement()) {
                statement.execute("SELECT GET_LOCK('releve_replication', 10)");
                statement.execute(ServerBinaries.isMariaDb() ? "STOP SLAVE IO_THREAD" : "STOP REPLICA IO_THREAD");
            }
            write(cluster, first, 11, 30);
            GtidSet executed;
            try (Connection connection = cluster.administer(first)) {
                executed = ReplicationLink.executed(connection);
            }
            cluster.awaitRecord(
                    "published",
                    text -> executed.read(Published.parse(text).last().gtids()).contains(executed));
            cluster.killServer(first);
            cluster.stopServer(first);
            cluster.await(
                    cluster.node(second),
                    second + " is promoted",
                    status -> TestCluster.primary(status).filter(second::equals).isPresent());
        }
        write(cluster, second, 1001, 1010);
        cluster.letServerStart(first);
        return first;
    }

    private TestCluster cluster(RebuildPolicy policy) throws Exception {
        return new TestCluster(
                        directory,
                        2,
                        agent -> agent.durability(Durability.async().lossBudget(1000, Duration.ofSeconds(60)))
                                .rebuild(policy))
                .start();
    }

    private static void assertRebuilt(TestCluster cluster, String former) throws Exception {
        cluster.awaitRecord("primary", text -> true);
        cluster.awaitAttribute(former, "master-mysql-server", former.equals("serv1") ? "99" : "98");
        cluster.awaitAllOfPrimary(former);
        List<String> rows = cluster.query(former, "SELECT COUNT(*) FROM expenses_db.ledger");
        assertThat(rows).containsExactly("20");
        try (Stream<Path> kept = Files.list(cluster.directoryOf(former).resolve("set-aside"))) {
            Path report = kept.filter(path -> path.toString().contains("errant-"))
                    .findFirst()
                    .orElseThrow()
                    .resolve("errant.txt");
            assertThat(Files.readString(report)).contains("'11'", "'30'").doesNotContain("'10'");
        }
        assertThat(cluster.directoryOf(former).resolve("rebuild-unfinished")).doesNotExist();
        assertThat(cluster.directoryOf(former).resolve("init.sql")).doesNotExist();
    }

    @Test
    void shouldRebuildAQuarantinedServerOnTheOperatorsWordAndKeepWhatOnlyItHad() throws Exception {
        try (TestCluster cluster = cluster(RebuildPolicy.onRequest())) {
            String former = quarantine(cluster);
            cluster.awaitReason(former, "has transactions that the primary lacks");
            long begun = System.nanoTime();
            cluster.control().rebuild(former).toCompletableFuture().join();
            cluster.awaitAttribute(former, "master-mysql-server", former.equals("serv1") ? "99" : "98");
            LOG.info("rebuilt {} ms after the operator's word", (System.nanoTime() - begun) / 1_000_000);
            assertRebuilt(cluster, former);
            // As good as any other: it can be the primary again.
            cluster.control().moveTo(former).toCompletableFuture().join();
            cluster.await(
                    former + " is the primary again",
                    status -> TestCluster.primary(status).filter(former::equals).isPresent());
            write(cluster, former, 2001, 2010);
            String other = former.equals("serv1") ? "serv2" : "serv1";
            cluster.awaitAllOfPrimary(other);
            assertThat(cluster.query(other, "SELECT COUNT(*) FROM expenses_db.ledger"))
                    .containsExactly("30");
        }
    }

    @Test
    void shouldRebuildAQuarantinedServerByItselfWhereThatIsThePolicy() throws Exception {
        try (TestCluster cluster = cluster(RebuildPolicy.automatic())) {
            assertRebuilt(cluster, quarantine(cluster));
        }
    }

    @Test
    void shouldHaveAReplicaLeaveTheSetWhileItIsRebuiltAndComeBack() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start()) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String primary = cluster.primary();
            write(cluster, primary, 1, 20);
            String replica = primary.equals("serv3") ? "serv2" : "serv3";
            cluster.control().rebuild(replica).toCompletableFuture().join();
            cluster.awaitHolders("without " + replica, set -> !set.contains(replica));
            cluster.awaitHolders("with " + replica, set -> set.contains(replica));
            cluster.awaitAllOfPrimary(replica);
            assertThat(cluster.query(replica, "SELECT COUNT(*) FROM expenses_db.ledger"))
                    .containsExactly("20");
        }
    }
}
