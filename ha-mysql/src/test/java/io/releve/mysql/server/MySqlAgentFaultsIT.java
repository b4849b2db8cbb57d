package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.testing.FakeContext;
import io.releve.mysql.testing.FakeOperation;
import io.releve.mysql.testing.TestRing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One server, and what can be wrong with it: each gives one clear failure, and none hangs. */
class MySqlAgentFaultsIT {

    @TempDir
    Path directory;

    private final int port = TestRing.freePorts(1).get(0);

    private final FakeContext context = new FakeContext("serv1");

    private ResourceAgent agent(UnaryOperator<MySqlAgentBuilder> change) {
        MySqlServers servers =
                MySqlServers.builder().server("serv1", "127.0.0.1", port).build();
        return change.apply(TestRing.agent(servers, directory.resolve("serv1")))
                .build()
                .create(context);
    }

    private static FakeOperation operation(String name, Duration timeout) {
        return FakeOperation.of(name, timeout, Map.of("serv1", Map.of()));
    }

    private Outcome start(UnaryOperator<MySqlAgentBuilder> change) throws Exception {
        ResourceAgent agent = agent(change);
        try {
            return agent.start(operation("start", TestRing.LIMIT));
        } finally {
            agent.stop(operation("stop", TestRing.LIMIT));
            agent.close();
        }
    }

    @Test
    void shouldSayThatThePortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            Outcome outcome = start(builder -> builder);
            assertThat(outcome.code()).isEqualTo(Outcome.Code.GENERIC);
            assertThat(outcome.reason()).contains("port " + port, "127.0.0.1", "in use", "another port");
        }
    }

    @Test
    void shouldSayThatTheDirectoryIsNotWritable() throws Exception {
        // Not a matter of rights only: a file stands where the directory should be. This also holds for root.
        Files.createFile(directory.resolve("serv1"));
        Outcome outcome = start(builder -> builder);
        assertThat(outcome.code()).isEqualTo(Outcome.Code.PERM);
        assertThat(outcome.reason()).contains("directory " + directory.resolve("serv1"), "not writable");
    }

    @Test
    void shouldNotMakeADatabaseWhereOneShouldBe() throws Exception {
        Outcome outcome = start(builder -> builder.initialize(false));
        assertThat(outcome.code()).isEqualTo(Outcome.Code.ARGS);
        assertThat(outcome.reason()).contains("missing or empty", "initialize(true)");
        assertThat(directory.resolve("serv1").resolve("data")).doesNotExist();
    }

    @Test
    void shouldSayThatThereIsNoServerProgram() throws Exception {
        Outcome outcome = start(builder -> builder.installation(directory));
        assertThat(outcome.code()).isEqualTo(Outcome.Code.INSTALLED);
        assertThat(outcome.reason()).contains("no mariadbd or mysqld", directory.toString());
        assertThat(agent(builder -> builder.installation(directory)).validate()).hasSize(1);
    }

    @Test
    void shouldNameTheSettingThatTheServerDoesNotKnow() throws Exception {
        Outcome outcome = start(builder -> builder.setting("no_such_setting", "1"));
        assertThat(outcome.code()).isEqualTo(Outcome.Code.GENERIC);
        assertThat(outcome.reason()).contains("no_such_setting", "remove it", "error.log");
    }

    @Test
    void shouldSayThatTheAdministratorsPasswordIsWrong() throws Exception {
        ResourceAgent first = agent(builder -> builder);
        ResourceAgent second = agent(builder -> builder.administrator("releve", "s3cret-other"::toCharArray));
        try {
            assertThat(first.start(operation("start", TestRing.LIMIT))).isEqualTo(Outcome.ok());
            Outcome monitored = second.monitor(operation("monitor", Duration.ofSeconds(10)));
            assertThat(monitored.code()).isEqualTo(Outcome.Code.GENERIC);
            assertThat(monitored.reason())
                    .contains("1045", "releve", "password")
                    .doesNotContain("s3cret");
            Outcome started = second.start(operation("start", Duration.ofSeconds(10)));
            assertThat(started.reason()).contains("1045").doesNotContain("s3cret");
            assertThat(second.stop(operation("stop", TestRing.LIMIT))).isEqualTo(Outcome.ok());
            assertThat(second.start(operation("start", TestRing.LIMIT)))
                    .as("a start sets the account up again")
                    .isEqualTo(Outcome.ok());
        } finally {
            second.stop(operation("stop", TestRing.LIMIT));
            first.close();
            second.close();
        }
    }

    @Test
    void shouldLeaveNoPasswordInAFileOrOnACommandLine() throws Exception {
        ResourceAgent agent = agent(builder -> builder.administrator("releve", "adm1n-s3cret"::toCharArray)
                .replication("replica", "r3plica-s3cret"::toCharArray)
                .application("expenses_db", "expenses", "app-s3cret"::toCharArray));
        try {
            assertThat(agent.start(operation("start", TestRing.LIMIT))).isEqualTo(Outcome.ok());
            for (Path file : List.of(
                    directory.resolve("serv1/my.cnf"),
                    directory.resolve("serv1/error.log"),
                    directory.resolve("serv1/mysqld.pid"))) {
                assertThat(Files.readString(file)).doesNotContain("s3cret");
            }
            assertThat(directory.resolve("serv1/init.sql")).doesNotExist();
            try (Stream<Path> logs = Files.list(directory.resolve("serv1/data"))) {
                for (Path log : logs.filter(
                                path -> path.getFileName().toString().startsWith("binlog"))
                        .toList()) {
                    assertThat(Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1))
                            .doesNotContain("s3cret");
                }
            }
            assertThat(ProcessHandle.allProcesses()
                            .map(handle -> handle.info().commandLine().orElse("")))
                    .noneMatch(line -> line.contains("s3cret"));
        } finally {
            agent.stop(operation("stop", TestRing.LIMIT));
            agent.close();
        }
    }

    @Test
    void shouldCallASaturatedServerSaturatedAndNotDead() throws Exception {
        ResourceAgent agent = agent(builder -> builder.setting("max_connections", "10"));
        List<Connection> borrowed = new ArrayList<>();
        try {
            assertThat(agent.start(operation("start", TestRing.LIMIT))).isEqualTo(Outcome.ok());
            assertThat(context.awaitCaughtUp(TestRing.LIMIT)).isTrue();
            assertThat(agent.monitor(operation("monitor", Duration.ofSeconds(10))))
                    .isEqualTo(Outcome.ok());
            fill(borrowed);
            assertThat(agent.monitor(operation("monitor", Duration.ofSeconds(10))))
                    .as("with the connection that it keeps")
                    .isEqualTo(Outcome.ok());
            agent.close();
            fill(borrowed);
            Outcome outcome = agent.monitor(operation("monitor", Duration.ofSeconds(10)));
            assertThat(outcome.code()).isEqualTo(Outcome.Code.DEGRADED);
            assertThat(outcome.reason()).contains("1040", "not dead", "max_connections");
        } finally {
            for (Connection connection : borrowed) {
                connection.close();
            }
            agent.stop(operation("stop", TestRing.LIMIT));
            agent.close();
        }
    }

    /** Takes all connections that ordinary accounts can have, and the one more that an administrator can. */
    private void fill(List<Connection> borrowed) {
        for (String[] account : new String[][] {{"expenses", "app"}, {"releve", "it's \\an' admin#1"}}) {
            try {
                while (borrowed.size() < 100) {
                    borrowed.add(
                            TestRing.login(port, account[0], account[1], "").connect());
                }
            } catch (SQLException full) {
                assertThat(full.getErrorCode()).isEqualTo(1040);
            }
        }
    }

    @Test
    void shouldGiveAFrozenServerUpInTimeAndStopItAllTheSame() throws Exception {
        ResourceAgent agent = agent(builder -> builder);
        try {
            assertThat(agent.start(operation("start", TestRing.LIMIT))).isEqualTo(Outcome.ok());
            String pid = Files.readString(directory.resolve("serv1/mysqld.pid")).strip();
            signal("STOP", pid);
            FakeOperation monitor = operation("monitor", Duration.ofSeconds(3));
            Outcome outcome = agent.monitor(monitor);
            assertThat(outcome.code()).isEqualTo(Outcome.Code.GENERIC);
            assertThat(monitor.remaining()).as("time left to report").isPositive();
            assertThat(agent.stop(operation("stop", Duration.ofSeconds(3)))).isEqualTo(Outcome.ok());
            assertThat(agent.monitor(operation("monitor", Duration.ofSeconds(3)))
                            .code())
                    .isEqualTo(Outcome.Code.NOT_RUNNING);
            assertThat(agent.stop(operation("stop", Duration.ofSeconds(3))))
                    .as("stopping what does not run")
                    .isEqualTo(Outcome.ok());
        } finally {
            agent.stop(operation("stop", TestRing.LIMIT));
            agent.close();
        }
    }

    private static void signal(String name, String pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
    }
}
