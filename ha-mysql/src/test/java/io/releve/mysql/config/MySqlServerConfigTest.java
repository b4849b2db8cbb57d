package io.releve.mysql.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.model.InvalidConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MySqlServerConfigTest {

    private static final ServerVersion MARIADB = ServerVersion.parse("11.4.5-MariaDB");
    private static final ServerVersion MYSQL = ServerVersion.parse("9.7.4");

    private final MySqlServers servers = MySqlServers.builder()
            .server("serv1", "10.77.0.1", 3306)
            .server("serv2", "10.77.0.2", 3307)
            .build();

    private MySqlServerConfigBuilder builder() {
        return MySqlServerConfig.builder(servers, "serv2", Path.of("/srv/mysql"));
    }

    @Test
    void shouldGiveEachServerItsPlaceInTheRing() {
        assertThat(builder().build().render(MARIADB).lines())
                .contains(
                        "[mysqld]",
                        "server_id=2",
                        "port=3307",
                        "bind_address=10.77.0.2",
                        "auto_increment_increment=2",
                        "auto_increment_offset=2",
                        "gtid_domain_id=2",
                        "datadir=/srv/mysql/data",
                        "socket=/srv/mysql/mysqld.sock");
    }

    @Test
    void shouldKeepWhatWasReceivedAndStartReplicationItself() {
        assertThat(builder().build().render(MARIADB).lines())
                .contains(
                        "log_slave_updates=ON",
                        "relay_log_recovery=OFF",
                        "sync_relay_log=1",
                        "skip_slave_start=ON",
                        "sync_binlog=1",
                        "innodb_flush_log_at_trx_commit=1",
                        "rpl_semi_sync_master_enabled=OFF");
        assertThat(builder().build().render(MYSQL).lines())
                .contains(
                        "log_replica_updates=ON",
                        "relay_log_recovery=OFF",
                        "sync_relay_log=1",
                        "skip_replica_start=ON",
                        "gtid_mode=ON",
                        "enforce_gtid_consistency=ON",
                        "sync_binlog=1")
                .noneMatch(line -> line.contains("slave") || line.contains("master") || line.contains("domain"));
    }

    @Test
    void shouldApplyInParallelOnlyInAPair() {
        assertThat(builder().build().render(MARIADB)).contains("slave_parallel_threads=4\n");
        MySqlServers three = MySqlServers.builder()
                .server("a", "10.0.0.1", 3306)
                .server("b", "10.0.0.2", 3306)
                .server("c", "10.0.0.3", 3306)
                .build();
        assertThat(MySqlServerConfig.builder(three, "b", Path.of("/srv/mysql"))
                        .build()
                        .render(MARIADB))
                .contains("slave_parallel_threads=0\n", "auto_increment_increment=3\n", "auto_increment_offset=2\n");
    }

    @Test
    void shouldDoWithoutTlsOnlyByChoice() {
        assertThat(builder().build().render(MARIADB)).doesNotContain("ssl");
        assertThat(builder().tls(Tls.off()).build().render(MARIADB)).contains("skip_ssl\n");
        assertThat(builder().tls(Tls.off()).build().render(MYSQL)).contains("auto_generate_certs=OFF\n");
        assertThat(builder()
                        .tls(new Tls.Certificate(Path.of("/ca.pem"), Path.of("/cert.pem"), Path.of("/key.pem")))
                        .build()
                        .render(MYSQL))
                .contains("ssl_ca=/ca.pem\n", "ssl_cert=/cert.pem\n", "ssl_key=/key.pem\n");
    }

    @Test
    void shouldAddFurtherSettings() {
        assertThat(builder()
                        .setting("innodb-buffer-pool-size", "1G")
                        .setting("skip_external_locking", "")
                        .build()
                        .render(MARIADB))
                .contains("innodb_buffer_pool_size=1G\n", "\nskip_external_locking\n");
    }

    @Test
    void shouldReportEveryMistakeAtOnce() {
        assertThatThrownBy(() -> MySqlServerConfig.builder(servers, "serv3", Path.of("relative"))
                        .socket(Path.of("/" + "x".repeat(120)))
                        .setting("server-id", "7")
                        .setting("loose-log-bin", "elsewhere")
                        .setting("max_connections", "10\nlog_bin=elsewhere")
                        .setting("Odd Name", "1")
                        .setting("init_connect", "SELECT 'x' # y")
                        .bindAddress("*\n")
                        .binlogRetention(Duration.ofMinutes(1))
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "servers: no server is on node serv3",
                        "directory: 'relative' is not an absolute path",
                        "121 bytes long",
                        "settings/server_id: is Relève's own",
                        "settings/loose_log_bin: is Relève's own",
                        "settings/max_connections: has a quote",
                        "settings/odd name: is not the name",
                        "settings/init_connect: has a quote",
                        "bindAddress",
                        "binlogRetention");
    }
}
