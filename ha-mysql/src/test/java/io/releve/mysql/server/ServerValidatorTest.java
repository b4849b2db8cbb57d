package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.server.Finding.Severity;
import io.releve.mysql.server.ServerValidator.Purpose;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerValidatorTest {

    private static final ServerVersion MYSQL = ServerVersion.parse("9.7.4");
    private static final ServerVersion MARIADB = ServerVersion.parse("11.4.5-MariaDB");

    private final Map<String, String> good = new HashMap<>(Map.ofEntries(
            Map.entry("log_bin", "ON"),
            Map.entry("sync_binlog", "1"),
            Map.entry("innodb_flush_log_at_trx_commit", "1"),
            Map.entry("innodb_doublewrite", "ON"),
            Map.entry("binlog_format", "ROW"),
            Map.entry("log_replica_updates", "ON"),
            Map.entry("gtid_mode", "ON"),
            Map.entry("relay_log_recovery", "OFF"),
            Map.entry("sync_relay_log", "1"),
            Map.entry("skip_replica_start", "ON"),
            Map.entry("replica_preserve_commit_order", "ON"),
            Map.entry("performance_schema", "ON"),
            Map.entry("event_scheduler", "ON"),
            Map.entry("server_id", "1"),
            Map.entry("server_uuid", "a"),
            Map.entry("super_read_only", "OFF"),
            Map.entry("ssl_cert", "server-cert.pem"),
            Map.entry("rpl_semi_sync_source_enabled", "ON"),
            Map.entry("rpl_semi_sync_replica_enabled", "ON"),
            Map.entry("rpl_semi_sync_source_wait_point", "AFTER_SYNC"),
            Map.entry("rpl_semi_sync_source_timeout", "4294967295"),
            Map.entry("rpl_semi_sync_source_wait_no_replica", "ON"),
            Map.entry("rpl_semi_sync_source_wait_for_replica_count", "1"),
            Map.entry("auto_increment_increment", "1"),
            Map.entry("auto_increment_offset", "1")));

    private static List<Finding> judge(Map<String, String> variables) {
        return ServerValidator.validate(
                List.of(ServerFacts.ofVariables("serv1", MYSQL, variables)), Purpose.SYNCHRONOUS_PRIMARY);
    }

    private static Map<String, String> with(Map<String, String> variables, String name, String value) {
        Map<String, String> changed = new HashMap<>(variables);
        changed.put(name, value);
        return changed;
    }

    @Test
    void shouldFindNothingWhereAllIsWell() {
        assertThat(judge(good)).isEmpty();
    }

    @Test
    void shouldNotMindWhatAReplicaHasOnDiskThatCatchesUp() {
        Map<String, String> hasty = with(good, "sync_relay_log", "10000");
        assertThat(judge(hasty)).singleElement().hasToString("""
                serv1: sync_relay_log=10000: a crash of the host loses transactions that were received, and acknowledged for\
                 that; set sync_relay_log=1 in my.cnf""");

        Map<String, String> catchingUp = with(hasty, "rpl_semi_sync_replica_enabled", "OFF");
        assertThat(judge(catchingUp)).isEmpty();
        assertThat(ServerValidator.validate(
                        List.of(ServerFacts.ofVariables("serv1", MYSQL, catchingUp)), Purpose.PRIMARY))
                .extracting(Finding::setting)
                .containsExactly("sync_relay_log");
    }

    @Test
    void shouldNotMindWhatAMariaDbReplicaFetchesAnew() {
        Map<String, String> server = with(with(good, "sync_relay_log", "10000"), "sync_relay_log_info", "10000");
        for (Purpose purpose : Purpose.values()) {
            assertThat(ServerValidator.validate(List.of(ServerFacts.ofVariables("serv1", MARIADB, server)), purpose))
                    .extracting(Finding::setting)
                    .filteredOn(setting -> setting.startsWith("sync_relay"))
                    .as("%s", purpose)
                    .hasSize(purpose == Purpose.RING ? 2 : 0);
        }
    }

    @Test
    void shouldNameTheSettingTheReasonAndTheRemedy() {
        assertThat(judge(with(good, "sync_binlog", "0"))).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.BREAKS);
            assertThat(finding)
                    .hasToString(
                            "serv1: sync_binlog=0: a crash can lose transactions that were acknowledged from the binary"
                                    + " log, so that replicas have what the source lacks; set sync_binlog=1 in my.cnf");
        });
    }

    @Test
    void shouldSeeEachWrongSettingByItself() {
        Map<String, String> wrong = Map.ofEntries(
                Map.entry("log_bin", "OFF"),
                Map.entry("innodb_flush_log_at_trx_commit", "2"),
                Map.entry("innodb_doublewrite", "DETECT_ONLY"),
                Map.entry("binlog_format", "MIXED"),
                Map.entry("log_replica_updates", "0"),
                Map.entry("gtid_mode", "ON_PERMISSIVE"),
                Map.entry("relay_log_recovery", "1"),
                Map.entry("sync_relay_log", "10000"),
                Map.entry("skip_replica_start", "OFF"),
                Map.entry("replica_preserve_commit_order", "OFF"),
                Map.entry("performance_schema", "OFF"),
                Map.entry("event_scheduler", "DISABLED"),
                Map.entry("rpl_semi_sync_source_wait_point", "AFTER_COMMIT"),
                Map.entry("rpl_semi_sync_source_timeout", "10000"),
                Map.entry("rpl_semi_sync_source_wait_no_replica", "OFF"),
                Map.entry("rpl_semi_sync_source_enabled", "OFF"));
        wrong.forEach((name, value) -> assertThat(judge(with(good, name, value)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.setting()).isEqualTo(name);
                    assertThat(finding.severity()).isEqualTo(Severity.BREAKS);
                }));
    }

    @Test
    void shouldWantSemiSyncOnlyWhereWritesWaitForReplicas() {
        Map<String, String> without = new HashMap<>(good);
        without.keySet().removeIf(name -> name.startsWith("rpl_semi_sync"));
        assertThat(judge(without))
                .singleElement()
                .satisfies(finding -> assertThat(finding.remedy()).contains("INSTALL PLUGIN"));
        assertThat(ServerValidator.validate(List.of(ServerFacts.ofVariables("serv1", MYSQL, without)), Purpose.PRIMARY))
                .isEmpty();
    }

    @Test
    void shouldWarnOfAReplicaThatWaitsForReplicasItself() {
        ServerFacts replica = new ServerFacts(
                "serv2", MYSQL, good, Optional.of("GLOBAL"), true, List.of(), List.of(), List.of(), List.of());
        assertThat(ServerValidator.validate(List.of(replica), Purpose.SYNCHRONOUS_PRIMARY))
                .extracting(Finding::setting)
                .contains("rpl_semi_sync_source_enabled");
    }

    @Test
    void shouldTellWhatAServerStartsWith() {
        assertThat(judge("COMPILED", "ON")).isEqualTo(Severity.BREAKS);
        assertThat(judge("GLOBAL", "OFF")).isEqualTo(Severity.BREAKS);
        assertThat(judge("DYNAMIC", "ON")).isEqualTo(Severity.UNKNOWN);
    }

    private Severity judge(String origin, String value) {
        ServerFacts facts = new ServerFacts(
                "serv1",
                MYSQL,
                with(good, "super_read_only", value),
                Optional.of(origin),
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return ServerValidator.validate(List.of(facts), Purpose.PRIMARY).get(0).severity();
    }

    @Test
    void shouldSeeWhatOnlyShowsBetweenServers() {
        ServerFacts one = ServerFacts.ofVariables("serv1", MYSQL, good);
        ServerFacts two = ServerFacts.ofVariables("serv2", MYSQL, with(good, "auto_increment_offset", "2"));
        assertThat(ServerValidator.validate(List.of(one, two), Purpose.RING))
                .extracting(Finding::setting)
                .contains("server_id", "server_uuid", "auto_increment_increment")
                .doesNotContain("auto_increment_offset");
        assertThat(ServerValidator.validate(
                        List.of(one, ServerFacts.ofVariables("serv2", MARIADB, Map.of())), Purpose.PRIMARY))
                .anyMatch(finding -> finding.value().equals("MySQL and MariaDB"));
    }

    @Test
    void shouldLookAtWhatIsInTheServer() {
        ServerFacts facts = new ServerFacts(
                "serv1",
                MARIADB,
                Map.of("ssl_cert", "x"),
                Optional.of("CONFIG"),
                false,
                List.of("replicate_ignore_db=audit"),
                List.of("app.log (MyISAM)"),
                List.of("app.log"),
                List.of("'boss'@'%'"));
        assertThat(ServerValidator.validate(List.of(facts), Purpose.PRIMARY))
                .extracting(Finding::value)
                .containsExactlyInAnyOrder("replicate_ignore_db=audit", "app.log (MyISAM)", "app.log", "'boss'@'%'");
    }
}
