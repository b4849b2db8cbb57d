package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.ResourceAgentFactory;
import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.testing.FakeContext;
import java.nio.file.Path;
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
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "directory: 'relative'", "fewer rights", "application", "settings/gtid_mode: is Relève's own");
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
