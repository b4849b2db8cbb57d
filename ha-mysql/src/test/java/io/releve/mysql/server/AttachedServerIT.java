package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.ResourceAgentFactory;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.testing.AttachedNodeProgram;
import io.releve.mysql.testing.AttachedServers;
import io.releve.mysql.testing.FakeContext;
import io.releve.mysql.testing.FakeOperation;
import io.releve.mysql.testing.FakeTime;
import io.releve.mysql.testing.Ledger;
import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import io.releve.mysql.testing.TestRing;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Servers that somebody else, here the test, starts, kills and restarts, and that agents are attached to. */
@Timeout(180)
class AttachedServerIT {

    private static final Logger LOG = LoggerFactory.getLogger(AttachedServerIT.class);

    @TempDir
    Path directory;

    // --- in a cluster ----------------------------------------------------------------------------------------------

    @Test
    void shouldPromoteAReplicaWithEverythingAcknowledgedWhenSomebodyKillsThePrimary() throws Exception {
        try (TestCluster cluster =
                        TestCluster.attached(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            ledger.await(300);
            String first = cluster.primary();
            ledger.longestGapMillis();
            cluster.killServer(first);
            ledger.await(300);
            LOG.info("attached primary killed: longest gap {} ms", ledger.longestGapMillis());
            String second = cluster.primary();
            assertThat(second).isNotEqualTo(first);
            cluster.startServer(first);
            assertThat(isClosed(cluster, first)).isTrue();
            ledger.await(100);
            ledger.end();
            assertThat(cluster.query(cluster.primary(), "SELECT id FROM expenses_db.ledger"))
                    .containsAll(ledger.acknowledged());
        }
    }

    @Test
    void shouldTakeAServerBackAsAReplicaWhenSomebodyHasStartedItAgain() throws Exception {
        try (TestCluster cluster =
                        TestCluster.attached(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3")) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            try (Ledger ledger = Ledger.begin(dataSource)) {
                ledger.await(100);
                ledger.end();
            }
            String first = cluster.primary();
            cluster.killServer(first);
            cluster.await(
                    "another primary",
                    status -> TestCluster.primary(status)
                            .filter(node -> !node.equals(first))
                            .isPresent());
            try (Ledger ledger = Ledger.begin(dataSource)) {
                ledger.await(100);
                cluster.startServer(first);
                cluster.awaitHolders(first + " is back", set -> set.replicas().contains(first));
                ledger.await(100);
                ledger.end();
                cluster.awaitAllOfPrimary(first);
                assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
            }
        }
    }

    /** MariaDB commits on its own what nobody has acknowledged when nobody tells it at its start that it is a replica now. */
    @Test
    void shouldRebuildAFormerPrimaryThatHasWhatWasAcknowledgedToNobody() throws Exception {
        Assumptions.assumeTrue(ServerBinaries.isMariaDb(), "MySQL's GTIDs do not tell what was acknowledged to nobody");
        try (TestCluster cluster = TestCluster.attached(
                                directory, 3, agent -> agent.rebuild(RebuildPolicy.unacknowledged()))
                        .start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            for (int i = 0; i < Integer.getInteger("releve.kills", 2); i++) {
                cluster.awaitHolders("three", set -> set.replicas().size() == 2);
                ledger.await(200);
                String first = cluster.primary();
                cluster.killServer(first);
                ledger.await(200);
                cluster.startServer(first);
                cluster.awaitHolders(first + " is back", set -> set.replicas().contains(first));
            }
            ledger.end();
            for (String node : List.of("serv1", "serv2", "serv3")) {
                cluster.awaitAllOfPrimary(node);
            }
            assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
        }
    }

    @Test
    void shouldLeaveAStoppedServerRunningClosedAndAlone() throws Exception {
        try (TestCluster cluster =
                        TestCluster.attached(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3")) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String first = cluster.primary();
            long pid = cluster.process(first).orElseThrow().pid();
            cluster.stopServer(first);
            cluster.await(
                    "another primary",
                    status -> TestCluster.primary(status)
                            .filter(node -> !node.equals(first))
                            .isPresent());
            try (Ledger ledger = Ledger.begin(dataSource)) {
                ledger.await(100);
                assertThat(cluster.process(first).map(ProcessHandle::pid)).contains(pid);
                assertThat(isClosed(cluster, first)).isTrue();
                assertThat(cluster.receiver(first)).isNotEqualTo("ON");
                cluster.awaitHolders("without " + first, set -> !set.contains(first));
                cluster.letServerStart(first);
                cluster.awaitHolders(first + " is back", set -> set.replicas().contains(first));
                ledger.await(50);
                ledger.end();
                cluster.awaitAllOfPrimary(first);
                assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
            }
            assertThat(cluster.process(first).map(ProcessHandle::pid)).contains(pid);
        }
    }

    @Test
    void shouldNotHaveAStoppedReplicaFollowTheNextPrimary() throws Exception {
        try (TestCluster cluster =
                        TestCluster.attached(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3")) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String first = cluster.primary();
            List<String> replicas = new ArrayList<>(List.of("serv1", "serv2", "serv3"));
            replicas.remove(first);
            String stopped = replicas.get(0);
            String next = replicas.get(1);
            cluster.stopServer(stopped);
            cluster.await(
                    stopped + " stopped",
                    status -> !status.activeNodes(TestCluster.RESOURCE).contains(stopped));
            cluster.awaitHolders("without " + stopped, set -> !set.contains(stopped));
            cluster.control().moveTo(next).toCompletableFuture().join();
            cluster.await(
                    "primary on " + next,
                    status -> TestCluster.primary(status).filter(next::equals).isPresent());
            try (Ledger ledger = Ledger.begin(dataSource)) {
                ledger.await(50);
                ledger.end();
            }
            assertThat(cluster.receiver(stopped)).isNotEqualTo("ON");
        }
    }

    /** Nobody may say that it is closed; its node is fenced, which here is the end of its lease. */
    @Test
    void shouldReplaceAPrimaryThatIsFrozenAndTakeNothingFromItWhenItThaws() throws Exception {
        try (TestCluster cluster =
                        TestCluster.attached(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3")) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            String first = cluster.primary();
            try (Ledger ledger = Ledger.begin(dataSource)) {
                ledger.await(200);
                ledger.longestGapMillis();
                cluster.signal(first, "STOP");
                cluster.await(
                        "another primary",
                        status -> TestCluster.primary(status)
                                .filter(node -> !node.equals(first))
                                .isPresent());
                ledger.await(200);
                LOG.info("attached primary frozen: longest gap {} ms", ledger.longestGapMillis());
                String second = cluster.primary();
                cluster.signal(first, "CONT");
                long since = System.nanoTime();
                while (!isClosed(cluster, first) && System.nanoTime() - since < 20_000_000_000L) {}
                assertThat(isClosed(cluster, first)).isTrue();
                ledger.await(100);
                ledger.end();
                assertThat(cluster.query(second, "SELECT id FROM expenses_db.ledger"))
                        .containsAll(ledger.acknowledged());
            } finally {
                cluster.process(first).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    /** The guard in the server goes by the server's wall clock, the lease does not. */
    @Test
    void shouldKeepThePrimaryWhoseClockIsSetForwardAndBack() throws Exception {
        Optional<FakeTime> time = FakeTime.in(directory.resolve("clock"));
        Assumptions.assumeTrue(
                time.isPresent(), "libfaketime is not installed (Debian, Ubuntu: apt install libfaketime)");
        FakeTime clock = time.orElseThrow();
        try (TestCluster cluster = TestCluster.attached(directory, 3, agent -> agent, servers -> servers.goBy(clock))
                        .start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            ledger.await(200);
            String primary = cluster.primary();
            PrimaryRecord record = cluster.primaryRecord().orElseThrow();
            ledger.longestGapMillis();

            // A renewal that comes before the guard's next look has the server notice nothing at all.
            for (int i = 1; i <= 10 && !cluster.hasAnswered(primary, "its wall clock was set forward"); i++) {
                clock.step(60 * i);
                ledger.await(400);
                LOG.info("wall clock set forward by 60 s: longest gap {} ms", ledger.longestGapMillis());
            }
            assertThat(cluster.hasAnswered(primary, "its wall clock was set forward"))
                    .isTrue();
            clock.step(0);
            // The guard sleeps until its former time comes, which is noticed after 2.5 s.
            ledger.await(1000);
            LOG.info("wall clock set back: longest gap {} ms", ledger.longestGapMillis());
            clock.step(60);
            ledger.await(400);
            LOG.info("and forward once more: longest gap {} ms", ledger.longestGapMillis());
            ledger.end();
            assertThat(cluster.primary()).isEqualTo(primary);
            assertThat(cluster.primaryRecord().orElseThrow().epoch()).isEqualTo(record.epoch());
            for (String node : List.of("serv1", "serv2", "serv3")) {
                cluster.awaitAllOfPrimary(node);
            }
            assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
        }
    }

    @Test
    void shouldHaveTheServerCloseItselfWhenItsNodesJvmIsKilled() throws Exception {
        shouldLoseNothingWithTheJvm("KILL");
    }

    @Test
    void shouldHaveTheServerCloseItselfWhenItsNodesJvmIsFrozen() throws Exception {
        shouldLoseNothingWithTheJvm("STOP");
    }

    private void shouldLoseNothingWithTheJvm(String signal) throws Exception {
        try (TestCluster cluster = TestCluster.attached(directory, 3, agent -> agent)) {
            Process node = nodeProgram(cluster, "serv1");
            try {
                cluster.start(List.of("serv2", "serv3"));
                cluster.awaitHolders("three", set -> set.replicas().size() == 2);
                if (!cluster.primary().equals("serv1")) {
                    cluster.control().moveTo("serv1").toCompletableFuture().join();
                    cluster.await(
                            "primary on serv1",
                            status -> TestCluster.primary(status)
                                    .filter("serv1"::equals)
                                    .isPresent());
                    cluster.awaitHolders(
                            "three",
                            set -> set.primary().equals("serv1")
                                    && set.replicas().size() == 2);
                }
                cluster.control().stayAnywhere().toCompletableFuture().join();
                try (FailoverDataSource dataSource = cluster.dataSource("serv3");
                        Ledger ledger = Ledger.begin(dataSource)) {
                    ledger.await(200);
                    signal(node, signal);
                    long since = System.nanoTime();
                    while (!isClosed(cluster, "serv1") && System.nanoTime() - since < 20_000_000_000L) {}
                    LOG.info(
                            "SIG{} to the JVM: its server closed {} ms later",
                            signal,
                            (System.nanoTime() - since) / 1_000_000);
                    assertThat(isClosed(cluster, "serv1")).isTrue();
                    assertThat(cluster.process("serv1")).isPresent();
                    ledger.await(200);
                    assertThat(cluster.primary()).isNotEqualTo("serv1");
                    ledger.end();
                    assertThat(cluster.query(cluster.primary(), "SELECT id FROM expenses_db.ledger"))
                            .containsAll(ledger.acknowledged());
                }
            } finally {
                node.destroyForcibly();
            }
        }
    }

    private static Process nodeProgram(TestCluster cluster, String node) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AttachedNodeProgram.class.getName(),
                cluster.zooKeeper(),
                node,
                cluster.directoryOf(node).toString()));
        cluster.servers().all().forEach(server -> command.add(Integer.toString(server.port())));
        Process process = new ProcessBuilder(command)
                .redirectError(cluster.directoryOf(node).resolve("node.log").toFile())
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("started");
        return process;
    }

    private static boolean isClosed(TestCluster cluster, String node) {
        try (Connection connection = cluster.administer(node)) {
            return !new ReplicationLink(connection).isWritable();
        } catch (SQLException e) {
            // Whoever closes the server may have ended this session.
            return false;
        }
    }

    // --- one agent by itself ---------------------------------------------------------------------------------------

    private MySqlServers two() {
        List<Integer> ports = TestRing.freePorts(2);
        return MySqlServers.primaryAndReplicas()
                .server("serv1", "127.0.0.1", ports.get(0))
                .server("serv2", "127.0.0.1", ports.get(1))
                .build();
    }

    private ResourceAgent agent(MySqlServers servers) {
        ResourceAgentFactory factory = MySqlAgent.builder()
                .servers(servers)
                .directory(directory.resolve("agent"))
                .supervision(Supervision.attached())
                .tls(Tls.off())
                .administrator("releve", () -> "it's \\an' admin#1".toCharArray())
                .replication("replica", () -> "rep'l\"ica\\ 1".toCharArray())
                .application("expenses_db", "expenses", () -> "app".toCharArray())
                .build();
        return factory.create(new FakeContext("serv1"));
    }

    private static FakeOperation operation(String name) {
        return FakeOperation.of(name, Duration.ofSeconds(30), Map.of("serv1", Map.of()));
    }

    @Test
    void shouldSayThatAServerIsDownAndNotStartIt() throws Exception {
        MySqlServers servers = two();
        ResourceAgent agent = agent(servers);
        try {
            assertThat(agent.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
            assertThat(agent.start(operation("start")).reason())
                    .contains("attached server serv1 does not answer at 127.0.0.1:"
                            + servers.onNode("serv1").orElseThrow().port() + "; start it");
            assertThat(agent.stop(operation("stop")).isSuccess()).isTrue();
        } finally {
            agent.close();
        }
    }

    @Test
    void shouldRefuseAServerThatIsSetUpOtherwiseAndNameEverythingAtOnce() throws Exception {
        MySqlServers servers = two();
        AttachedServers running = new AttachedServers(servers, directory);
        ResourceAgent agent = agent(servers);
        try {
            boolean mariaDb = running.isMariaDb();
            // With its account for the agent, which the first start makes.
            running.start("serv1");
            running.kill("serv1");
            running.start(
                    "serv1",
                    text -> text.replace("sync_binlog=1", "sync_binlog=0")
                            .replace("server_id=1", "server_id=77")
                            .replace("event_scheduler=ON", "event_scheduler=OFF")
                            .replace("super_read_only=ON\n", "")
                            .replace("read_only=ON\n", "")
                            .replace("relay_log_recovery=OFF", "relay_log_recovery=ON")
                            .replace("gtid_domain_id=4000000001", "gtid_domain_id=0")
                            .replace("rpl_semi_sync_master_wait_no_slave=ON", "rpl_semi_sync_master_wait_no_slave=OFF")
                            .replace(
                                    "rpl_semi_sync_source_wait_no_replica=ON",
                                    "rpl_semi_sync_source_wait_no_replica=OFF"));
            Outcome outcome = agent.start(operation("start"));
            assertThat(outcome.code()).isEqualTo(Outcome.Code.CONFIGURED);
            assertThat(outcome.reason())
                    .contains("sync_binlog=0", "server_id=77", "event_scheduler=OFF", "relay_log_recovery=ON")
                    .contains(mariaDb ? "read_only=OFF" : "super_read_only=OFF")
                    .contains(
                            mariaDb
                                    ? "rpl_semi_sync_master_wait_no_slave=OFF"
                                    : "rpl_semi_sync_source_wait_no_replica=OFF");
            assertThat(outcome.reason().contains("gtid_domain_id=0")).isEqualTo(mariaDb);
            assertThat(agent.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
        } finally {
            agent.close();
            running.killAll();
        }
    }

    @Test
    void shouldRememberWhatItHasTakenOnAndForgetWhatSomebodyHasRestarted() throws Exception {
        MySqlServers servers = two();
        AttachedServers running = new AttachedServers(servers, directory);
        ResourceAgent agent = agent(servers);
        ResourceAgent later = agent(servers);
        try {
            running.start("serv1");
            assertThat(agent.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
            assertThat(agent.start(operation("start"))).isEqualTo(Outcome.ok());
            assertThat(agent.start(operation("start"))).isEqualTo(Outcome.ok());
            assertThat(agent.monitor(operation("monitor")).isSuccess()).isTrue();
            agent.close();

            assertThat(later.monitor(operation("monitor")).isSuccess()).isTrue();
            running.kill("serv1");
            assertThat(later.monitor(operation("monitor")))
                    .satisfies(outcome -> assertThat(outcome.code()).isEqualTo(Outcome.Code.NOT_RUNNING))
                    .satisfies(outcome -> assertThat(outcome.reason()).contains("is down, nobody listens"));
            running.start("serv1");
            assertThat(later.monitor(operation("monitor")))
                    .satisfies(outcome -> assertThat(outcome.code()).isEqualTo(Outcome.Code.NOT_RUNNING))
                    .satisfies(outcome -> assertThat(outcome.reason()).contains("started anew by somebody else"));
            assertThat(later.start(operation("start"))).isEqualTo(Outcome.ok());
            assertThat(later.monitor(operation("monitor")).isSuccess()).isTrue();
            assertThat(later.stop(operation("stop"))).isEqualTo(Outcome.ok());
            assertThat(later.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
            assertThat(running.process("serv1").isAlive()).isTrue();
        } finally {
            later.close();
            running.killAll();
        }
    }

    @Test
    void shouldCloseAServerThatIsOpenWhenItIsTakenOn() throws Exception {
        MySqlServers servers = two();
        AttachedServers running = new AttachedServers(servers, directory);
        ResourceAgent agent = agent(servers);
        try {
            running.start("serv1");
            try (var connection = running.administer("serv1");
                    var statement = connection.createStatement()) {
                statement.execute("SET GLOBAL read_only=OFF");
                assertThat(agent.start(operation("start"))).isEqualTo(Outcome.ok());
                try (var row = statement.executeQuery("SELECT @@global.read_only")) {
                    row.next();
                    assertThat(row.getInt(1)).isEqualTo(1);
                }
            }
        } finally {
            agent.close();
            running.killAll();
        }
    }

    /** The first of them is the epoch, which the agent itself writes; the other server was never taken on. */
    @Test
    void shouldCloseAServerWhoseCommitsWaitForAReplicaThatNeverComes() throws Exception {
        MySqlServers servers = two();
        AttachedServers running = new AttachedServers(servers, directory);
        ResourceAgent agent = agent(servers);
        try {
            running.start("serv1");
            running.start("serv2");
            assertThat(agent.start(operation("start"))).isEqualTo(Outcome.ok());
            assertThat(agent.promote(operation("promote"))).isEqualTo(Outcome.ok());
            assertThat(agent.stop(operation("stop"))).isEqualTo(Outcome.ok());
            try (Connection connection = running.administer("serv1")) {
                assertThat(new ReplicationLink(connection).isWritable()).isFalse();
            }
            // It lacks what its first start gives it, and could apply nothing.
            try (Connection connection = running.administer("serv2")) {
                assertThat(new ReplicationLink(connection).status()).isEmpty();
            }
            assertThat(agent.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
        } finally {
            agent.close();
            running.killAll();
        }
    }

    @Test
    void shouldNotSayThatAFrozenServerIsStopped() throws Exception {
        MySqlServers servers = two();
        AttachedServers running = new AttachedServers(servers, directory);
        ResourceAgent agent = agent(servers);
        try {
            running.start("serv1");
            assertThat(agent.start(operation("start"))).isEqualTo(Outcome.ok());
            signal(running.process("serv1"), "STOP");
            Outcome monitored = agent.monitor(operation("monitor"));
            assertThat(monitored.isSuccess()).isFalse();
            assertThat(monitored.code()).isNotEqualTo(Outcome.Code.NOT_RUNNING);
            assertThat(agent.demote(operation("demote")).reason()).contains("could not be closed", "does not end");
            assertThat(agent.stop(operation("stop")).reason()).contains("could not be closed", "does not end");
            assertThat(running.process("serv1").isAlive()).isTrue();
            signal(running.process("serv1"), "CONT");
            assertThat(agent.stop(operation("stop"))).isEqualTo(Outcome.ok());
        } finally {
            agent.close();
            running.killAll();
        }
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }
}
