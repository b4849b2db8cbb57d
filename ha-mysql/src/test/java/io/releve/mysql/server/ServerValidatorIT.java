package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.server.Finding.Severity;
import io.releve.mysql.server.ServerValidator.Purpose;
import io.releve.mysql.testing.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerValidatorIT {

    @TempDir
    Path directory;

    private static List<Finding> judge(TestServer server, Purpose purpose) throws SQLException {
        try (Connection connection = server.administer()) {
            return ServerValidator.validate(List.of(ServerFacts.of("serv1", connection)), purpose);
        }
    }

    @Test
    void shouldNameWhatAPlainServerLacks() throws Exception {
        try (TestServer server = TestServer.start(directory, "--innodb-flush-log-at-trx-commit=2")) {
            server.administer(
                    "CREATE TABLE expenses_db.old (id INT) ENGINE=MyISAM",
                    "CREATE USER 'boss'@'%' IDENTIFIED BY 'b'",
                    "GRANT ALL PRIVILEGES ON *.* TO 'boss'@'%'");
            List<Finding> findings = judge(server, Purpose.SYNCHRONOUS_PRIMARY);
            List<String> settings = findings.stream().map(Finding::setting).toList();
            assertThat(settings)
                    .contains("innodb_flush_log_at_trx_commit", "tables")
                    .containsAll(
                            server.isMariaDb()
                                    ? List.of("sync_binlog", "gtid_strict_mode", "read_only")
                                    : List.of(
                                            "sync_relay_log",
                                            "skip_replica_start",
                                            "semi-synchronous replication",
                                            "super_read_only"))
                    .doesNotContain("performance_schema", "event_scheduler", "skip_name_resolve");
            assertThat(findings)
                    .anyMatch(finding -> finding.value().startsWith("expenses_db.old (MyISAM)"))
                    .anyMatch(finding -> finding.value().equals("'boss'@'%'") == server.isMariaDb());
        }
    }

    @Test
    void shouldFindNothingThatBreaksAPromiseInAServerThatIsSetUpForThem() throws Exception {
        List<String> options = new ArrayList<>(List.of(
                "--sync-binlog=1",
                "--sync-relay-log=1",
                "--binlog-format=ROW",
                "--innodb-flush-log-at-trx-commit=1",
                "--relay-log-recovery=OFF"));
        boolean mariaDb = io.releve.mysql.testing.ServerBinaries.isMariaDb();
        options.addAll(
                mariaDb
                        ? List.of("--gtid-strict-mode=ON", "--skip-slave-start", "--read-only")
                        : List.of("--skip-replica-start=ON", "--super-read-only=ON", "--log-replica-updates=ON"));
        try (TestServer server = TestServer.start(directory, options.toArray(String[]::new))) {
            assertThat(judge(server, Purpose.PRIMARY))
                    .filteredOn(finding -> finding.severity() == Severity.BREAKS)
                    .isEmpty();
        }
    }
}
