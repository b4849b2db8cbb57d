package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.releve.HaCluster;
import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.testing.LateNews;
import io.releve.mysql.testing.Ledger;
import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A primary and two replicas under a writing load, in a cluster of real nodes, and what happens to them. */
@Timeout(180)
class PrimaryReplicaIT {

    private static final Logger LOG = LoggerFactory.getLogger(PrimaryReplicaIT.class);

    @TempDir
    Path directory;

    @Test
    void shouldPromoteAReplicaWithEverythingAcknowledgedWhenThePrimaryIsKilled() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            ledger.await(300);
            String first = cluster.primary();
            cluster.awaitHolders(
                    "a replica of " + first,
                    set -> set.primary().equals(first) && !set.replicas().isEmpty());
            ledger.longestGapMillis();
            cluster.killServer(first);
            ledger.await(300);
            LOG.info("killed: longest gap {} ms", ledger.longestGapMillis());
            String second = cluster.primary();
            assertThat(second).isNotEqualTo(first);
            ledger.end();
            assertThat(cluster.query(second, "SELECT id FROM expenses_db.ledger"))
                    .containsAll(ledger.acknowledged());
        }
    }

    @Test
    void shouldTakeTheFormerPrimaryBackAsAReplica() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            for (int i = 0; i < Integer.getInteger("releve.kills", 1); i++) {
                ledger.await(300);
                String first = cluster.primary();
                cluster.awaitHolders(
                        "a replica of " + first,
                        set -> set.primary().equals(first) && !set.replicas().isEmpty());
                ledger.longestGapMillis();
                if (ServerBinaries.isMariaDb()) {
                    cluster.killServer(first);
                } else {
                    // With a commit that nobody has acknowledged MySQL's would stay in quarantine.
                    ProcessHandle killed = cluster.process(first).orElseThrow();
                    ledger.betweenWrites(() -> {
                        cluster.killServer(first);
                        killed.onExit().join();
                    });
                }
                ledger.await(300);
                LOG.info("killed {}: longest gap {} ms", first, ledger.longestGapMillis());
                cluster.awaitHolders(first + " is back", set -> set.replicas().contains(first));
            }
            ledger.end();
            for (String node : List.of("serv1", "serv2", "serv3")) {
                cluster.awaitAllOfPrimary(node);
            }
            assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
        }
    }

    /** MariaDB makes the file that names its source, and fills it a moment later. */
    @Test
    void shouldFollowAgainAfterItWasKilledAsItWroteDownItsSource() throws Exception {
        assumeTrue(ServerBinaries.isMariaDb(), "MySQL writes it to a transactional table");
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start()) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String replica = cluster.primary().equals("serv1") ? "serv2" : "serv1";
            cluster.stopServer(replica);
            cluster.awaitHolders("two", set -> !set.replicas().contains(replica));
            cluster.process(replica).ifPresent(server -> server.onExit().join());
            Files.writeString(cluster.directoryOf(replica).resolve("data/master.info"), "");
            cluster.letServerStart(replica);
            cluster.awaitHolders("three again", set -> set.replicas().contains(replica));
        }
    }

    /** A backup's lock, or a long change of a table, can hold an applier up for as long. */
    @Test
    void shouldNotForgetWhatOnlyAReplicaHasReceivedThatCouldNotApplyItInTime() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3")) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String first = cluster.primary();
            List<String> replicas = new ArrayList<>(List.of("serv1", "serv2", "serv3"));
            replicas.remove(first);
            // The first by name is asked first.
            String held = replicas.get(0);
            String behind = replicas.get(1);
            try (Connection writer = dataSource.getConnection();
                    Statement statement = writer.createStatement()) {
                statement.execute("CREATE TABLE kept (id INT PRIMARY KEY)");
                statement.execute("INSERT INTO kept VALUES (1)");
                cluster.awaitAllOfPrimary(held);
                cluster.awaitAllOfPrimary(behind);
                try (Connection lock = cluster.administer(held);
                        Statement locking = lock.createStatement()) {
                    locking.execute("FLUSH TABLES WITH READ LOCK");
                    cluster.stopReceiver(behind);
                    // Acknowledged, for the one that is held up has received it.
                    statement.execute("INSERT INTO kept VALUES (2)");
                    cluster.killServer(first);
                    cluster.awaitReason(held, "could not apply everything that was received");
                    cluster.awaitReason(behind, "could not apply everything of the former primary");
                }
            }
            try (Connection reader = dataSource.getConnection();
                    Statement statement = reader.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM kept")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldMoveThePrimaryWithoutAnErrorToTheApplication() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            for (int i = 0; i < Integer.getInteger("releve.moves", 2); i++) {
                ledger.await(200);
                String from = cluster.primary();
                String to = from.equals("serv1") ? "serv2" : "serv1";
                ledger.longestGapMillis();
                cluster.control().moveTo(to).toCompletableFuture().join();
                cluster.await(
                        "primary on " + to,
                        status -> TestCluster.primary(status).equals(Optional.of(to)));
                ledger.await(200);
                LOG.info("moved to {}: longest gap {} ms", to, ledger.longestGapMillis());
                cluster.awaitHolders(
                        "three",
                        set -> set.primary().equals(to) && set.replicas().size() == 2);
            }
            ledger.end();
            assertThat(ledger.errors()).isEmpty();
            for (String node : List.of("serv1", "serv2", "serv3")) {
                cluster.awaitAllOfPrimary(node);
            }
            assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
        }
    }

    /** It goes on writing when the server's own node has heard of the move already, and is about to close the server. */
    @Test
    void shouldMoveThePrimaryWithoutAnErrorToAnApplicationThatHearsOfItLate() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                LateNews late = new LateNews(cluster.node("serv3"), Duration.ofMillis(150));
                FailoverDataSource dataSource =
                        cluster.dataSourceBuilder("serv3").cluster(late).build();
                Ledger ledger = Ledger.begin(dataSource, 40)) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            for (int i = 0; i < Integer.getInteger("releve.moves", 3); i++) {
                ledger.await(20);
                String from = cluster.primary();
                String to = from.equals("serv1") ? "serv2" : "serv1";
                cluster.control().moveTo(to).toCompletableFuture().join();
                cluster.await(
                        "primary on " + to,
                        status -> TestCluster.primary(status).equals(Optional.of(to)));
                ledger.await(20);
                cluster.awaitHolders(
                        "three",
                        set -> set.primary().equals(to) && set.replicas().size() == 2);
            }
            ledger.end();
            assertThat(ledger.errors()).isEmpty();
        }
    }

    @Test
    void shouldReplaceAPrimaryThatIsFrozenAndEndItBeforeItThaws() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            ledger.await(200);
            String first = cluster.primary();
            ProcessHandle frozen = cluster.process(first).orElseThrow();
            cluster.signal(first, "STOP");
            cluster.await(
                    "another primary",
                    status -> TestCluster.primary(status)
                            .filter(node -> !node.equals(first))
                            .isPresent());
            assertThat(frozen.isAlive()).isFalse();
            ledger.await(200);
            ledger.end();
            assertThat(cluster.query(cluster.primary(), "SELECT id FROM expenses_db.ledger"))
                    .containsAll(ledger.acknowledged());
        }
    }

    /** Both replicas receive what is committed, and what they would have acknowledged gets lost. */
    @Test
    void shouldReleaseCommitsWhoseAcknowledgementWasLost() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            ledger.await(200);
            String primary = cluster.primary();
            for (String node : List.of("serv1", "serv2", "serv3")) {
                if (!node.equals(primary)) {
                    cluster.forgetToAcknowledge(node);
                }
            }
            ledger.await(300);
            assertThat(cluster.primary()).isEqualTo(primary);
            ledger.end();
            assertThat(ledger.errors()).isEmpty();
            for (String node : List.of("serv1", "serv2", "serv3")) {
                cluster.awaitAllOfPrimary(node);
            }
            assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
        }
    }

    /** The server tells it as an error, and nobody but its agent starts it again. */
    @Test
    void shouldStartAnApplierAgainThatWasEnded() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            ledger.await(200);
            String primary = cluster.primary();
            List<String> replicas = new ArrayList<>(List.of("serv1", "serv2", "serv3"));
            replicas.remove(primary);
            for (String node : replicas) {
                cluster.endApplier(node);
            }
            ledger.await(300);
            ledger.end();
            for (String node : replicas) {
                cluster.awaitAllOfPrimary(node);
            }
            assertThat(cluster.primary()).isEqualTo(primary);
            assertThat(ledger.errors()).isEmpty();
        }
    }

    /** A goes down, B is promoted, B and C go down, A comes back: it must wait for one of the others. */
    @Test
    void shouldNotPromoteAServerThatMissedAnEpoch() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start()) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String first = cluster.primary();
            HaCluster observer = cluster.node(first);
            cluster.stopServer(first);
            cluster.await(
                    observer,
                    "another primary",
                    status -> TestCluster.primary(status)
                            .filter(node -> !node.equals(first))
                            .isPresent());
            String second = cluster.primary();
            try (FailoverDataSource dataSource = cluster.dataSource(second);
                    Ledger ledger = Ledger.begin(dataSource)) {
                ledger.await(50);
                ledger.end();
            }
            cluster.awaitHolders("without " + first, set -> !set.contains(first));
            List<String> rest = new ArrayList<>(List.of("serv1", "serv2", "serv3"));
            rest.remove(first);
            rest.remove(second);
            cluster.stopServer(rest.get(0));
            cluster.await(
                    observer,
                    "one left",
                    status -> status.activeNodes(TestCluster.RESOURCE).equals(List.of(second)));
            cluster.stopServer(second);
            cluster.await(
                    observer,
                    "all down",
                    status -> status.activeNodes(TestCluster.RESOURCE).isEmpty());
            cluster.letServerStart(first);
            cluster.await(
                    observer,
                    first + " up",
                    status -> status.activeNodes(TestCluster.RESOURCE).contains(first));
            cluster.awaitAttribute(first, "master-mysql-server", "-INFINITY");
            assertThat(TestCluster.primary(observer.status())).isEmpty();
            cluster.letServerStart(second);
            cluster.await(
                    observer,
                    second + " again",
                    status -> TestCluster.primary(status).isPresent());
            assertThat(cluster.primary()).isNotEqualTo(first);
        }
    }
}
