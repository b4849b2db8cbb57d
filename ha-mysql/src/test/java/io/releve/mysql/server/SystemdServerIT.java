package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.testing.FakeContext;
import io.releve.mysql.testing.FakeOperation;
import io.releve.mysql.testing.Ledger;
import io.releve.mysql.testing.ServerBinaries;
import io.releve.mysql.testing.TestCluster;
import io.releve.mysql.testing.TestRing;
import io.releve.mysql.testing.UserSystemd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that a real service manager of systemd starts and stops. */
@Timeout(180)
class SystemdServerIT {

    @TempDir
    Path directory;

    private UserSystemd systemd;

    @BeforeEach
    void startSystemd() throws Exception {
        systemd = UserSystemd.start(directory.resolve("systemd"));
        unit("no");
    }

    @AfterEach
    void endSystemd() {
        if (systemd != null) {
            systemd.close();
        }
    }

    private void unit(String restart) throws Exception {
        systemd.unit("mysql@.service", """
                [Service]
                Type=exec
                ExecStart=%s --defaults-file=%s/%%i/my.cnf
                Restart=%s
                TimeoutStopSec=60
                """.formatted(ServerBinaries.program(), directory, restart));
    }

    private String property(String name) throws Exception {
        return systemd.tell("show", "--value", "--property=" + name, "mysql@serv1.service");
    }

    private ResourceAgent agent(MySqlServers servers) {
        return MySqlAgent.builder()
                .servers(servers)
                .directory(directory.resolve("serv1"))
                .server(ServerBinaries.program())
                .initialize(true)
                .supervision(new Supervision.SystemdUnit("mysql@serv1", systemd.systemctl()))
                .tls(Tls.off())
                .administrator("releve", () -> "it's \\an' admin#1".toCharArray())
                .replication("replica", () -> "rep'l\"ica\\ 1".toCharArray())
                .setting("innodb_buffer_pool_size", "32M")
                .build()
                .create(new FakeContext("serv1"));
    }

    private static MySqlServers one() {
        List<Integer> ports = TestRing.freePorts(2);
        return MySqlServers.primaryAndReplicas()
                .server("serv1", "127.0.0.1", ports.get(0))
                .server("serv2", "127.0.0.1", ports.get(1))
                .build();
    }

    private static FakeOperation operation(String name) {
        return FakeOperation.of(name, Duration.ofSeconds(60), Map.of("serv1", Map.of()));
    }

    @Test
    void shouldStartAndStopTheUnitAndSeeItsServerDie() throws Exception {
        MySqlServers servers = one();
        ResourceAgent agent = agent(servers);
        ResourceAgent later = agent(servers);
        try {
            assertThat(agent.validate()).isEmpty();
            assertThat(agent.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
            assertThat(agent.start(operation("start"))).isEqualTo(Outcome.ok());
            assertThat(property("ActiveState")).isEqualTo("active");
            long pid = Long.parseLong(property("MainPID"));
            assertThat(agent.monitor(operation("monitor")).isSuccess()).isTrue();
            agent.close();

            assertThat(later.monitor(operation("monitor")).isSuccess()).isTrue();
            ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
            server.destroyForcibly();
            server.onExit().join();
            assertThat(later.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
            assertThat(later.stop(operation("stop"))).isEqualTo(Outcome.ok());

            assertThat(later.start(operation("start"))).isEqualTo(Outcome.ok());
            assertThat(Long.parseLong(property("MainPID"))).isNotEqualTo(pid);
            assertThat(later.stop(operation("stop"))).isEqualTo(Outcome.ok());
            assertThat(property("ActiveState")).isEqualTo("inactive");
            assertThat(property("Result")).isEqualTo("success");
            assertThat(later.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
        } finally {
            later.stop(operation("stop"));
            later.close();
        }
    }

    @Test
    void shouldRefuseAUnitThatBringsItsServerBack() throws Exception {
        unit("always");
        ResourceAgent agent = agent(one());
        try {
            assertThat(agent.start(operation("start")).reason())
                    .contains("mysql@serv1.service has Restart=always", "set Restart=no");
            assertThat(property("ActiveState")).isEqualTo("inactive");
        } finally {
            agent.close();
        }
    }

    @Test
    void shouldSayWhyAUnitDoesNotStart() throws Exception {
        systemd.unit("mysql@.service", """
                [Service]
                Type=exec
                ExecStart=/bin/false --defaults-file=%s/%%i/my.cnf
                """.formatted(directory));
        ResourceAgent agent = agent(one());
        try {
            assertThat(agent.start(operation("start")).isSuccess()).isFalse();
            assertThat(agent.monitor(operation("monitor")).code()).isEqualTo(Outcome.Code.NOT_RUNNING);
        } catch (java.io.IOException e) {
            assertThat(e).hasMessageContaining("mysql@serv1.service could not be started");
        } finally {
            agent.close();
        }
    }

    @Test
    void shouldReplaceAPrimaryThatIsKilledAndTakeItBackAsAReplica() throws Exception {
        try (TestCluster cluster = TestCluster.each(
                                directory,
                                3,
                                (node, agent) -> agent.supervision(
                                        new Supervision.SystemdUnit("mysql@" + node + ".service", systemd.systemctl())))
                        .start();
                FailoverDataSource dataSource = cluster.dataSource("serv3")) {
            cluster.awaitHolders("three", set -> set.replicas().size() == 2);
            try (Ledger ledger = Ledger.begin(dataSource)) {
                ledger.await(100);
                String first = cluster.primary();
                if (!ServerBinaries.isMariaDb()) {
                    // What MySQL has acknowledged to nobody puts it in quarantine.
                    ledger.end();
                }
                cluster.killServer(first);
                cluster.await(
                        "another primary",
                        status -> TestCluster.primary(status)
                                .filter(node -> !node.equals(first))
                                .isPresent());
                cluster.awaitHolders(first + " is back", set -> set.replicas().contains(first));
                ledger.end();
                cluster.awaitAllOfPrimary(first);
                assertThat(cluster.missing(ledger.acknowledged())).isEmpty();
            }
        }
    }
}
