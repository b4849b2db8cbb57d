package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.ResourceAgentFactory;
import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MySqlAgentBuilderTest {

    private static final MySqlServers SERVERS =
            MySqlServers.builder().server("serv1", "10.77.0.1", 3306).build();

    @Test
    void shouldReportEverythingThatIsMissing() {
        assertThatThrownBy(() -> MySqlAgent.builder().build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll("servers", "directory", "administrator", "replication");
    }

    @Test
    void shouldReportEveryMistakeAtOnce() {
        assertThatThrownBy(() -> MySqlAgent.builder()
                        .servers(SERVERS)
                        .directory(Path.of("relative"))
                        .administrator("same", "x"::toCharArray)
                        .replication("same", "y"::toCharArray)
                        .application("", "o'hara", "z"::toCharArray)
                        .setting("gtid_mode", "OFF")
                        .tls(Tls.verifyAuthority(Path.of("/etc/authority.pem")))
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "directory: 'relative'",
                        "tls: says what clients require",
                        "fewer rights",
                        "application",
                        "settings/gtid_mode: is Relève's own");
    }

    @Test
    void shouldRefuseWhatAnAttachedServersOwnerDecides() {
        assertThatThrownBy(() -> MySqlAgent.builder()
                        .servers(SERVERS)
                        .directory(Path.of("/srv/mysql"))
                        .administrator("releve", "x"::toCharArray)
                        .replication("replica", "y"::toCharArray)
                        .supervision(Supervision.attached())
                        .initialize(true)
                        .dataDirectory(Path.of("/var/lib/mysql"))
                        .bindAddress("*")
                        .socket(Path.of("/run/mysqld.sock"))
                        .binlogRetention(Duration.ofDays(7))
                        .setting("innodb_buffer_pool_size", "1G")
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "supervision: attached() is for a primary and its replicas",
                        "initialize: with attached()",
                        "dataDirectory: with attached()",
                        "bindAddress: with attached()",
                        "socket: with attached()",
                        "binlogRetention: with attached()",
                        "settings/innodb_buffer_pool_size: with attached()");
    }

    @Test
    void shouldRefuseWhatIsNoServiceOfSystemd() {
        for (String unit : List.of("", "-H host", "mysql 3306", "mysql.socket", "../mysql", "mysql;reboot")) {
            assertThatThrownBy(() -> MySqlAgent.builder()
                            .servers(SERVERS)
                            .directory(Path.of("/srv/mysql"))
                            .administrator("releve", "x"::toCharArray)
                            .replication("replica", "y"::toCharArray)
                            .supervision(Supervision.systemd(unit))
                            .build())
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("'" + unit + "' is no name of a service of systemd");
        }
    }

    @Test
    void shouldRefuseANodeWithoutAServer() {
        ResourceAgentFactory factory = MySqlAgent.builder()
                .servers(SERVERS)
                .directory(Path.of("/srv/mysql"))
                .administrator("releve", "x"::toCharArray)
                .replication("replica", "y"::toCharArray)
                .build();
        assertThatThrownBy(() -> factory.create(new FakeContext("serv7")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll("no server is on node serv7", "serv1");
    }
}
