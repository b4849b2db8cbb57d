package io.releve.mysql.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.ServerVersion.Flavor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlServersTest {

    @Test
    void shouldNumberServersInTheirOrder() {
        MySqlServers servers = MySqlServers.builder()
                .server("serv1", "10.77.0.1", 3306)
                .server("serv2", "fd00::2", 3307)
                .build();
        assertThat(servers.size()).isEqualTo(2);
        assertThat(servers.onNode("serv2").orElseThrow().number()).isEqualTo(2);
        assertThat(servers.onNode("serv2").orElseThrow()).hasToString("serv2 ([fd00::2]:3307)");
        assertThat(servers.peersOf("serv1")).extracting(MySqlServer::node).containsExactly("serv2");
        assertThat(servers.onNode("serv3")).isEmpty();
    }

    @Test
    void shouldReportEveryMistakeAtOnce() {
        assertThatThrownBy(() -> MySqlServers.builder()
                        .server("serv1", "10.77.0.1", 0)
                        .server("serv1", "a,b", 3306)
                        .server("", "jdbc:mysql://c", 70000)
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "servers/1/port: 0",
                        "servers/2/node: node serv1 already",
                        "servers/2/host: 'a,b' is a list or a URL",
                        "servers/3/node",
                        "servers/3/host",
                        "servers/3/port: 70000");
        assertThatThrownBy(() -> MySqlServers.builder().build()).hasMessageContaining("there is no server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1;x", "a b", "-x", "host\nname", ""})
    void shouldRefuseWhatIsNoHost(String host) {
        assertThatThrownBy(() -> MySqlServers.builder().server("n", host, 3306).build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("servers/1/host");
    }

    @Test
    void shouldReadVersions() {
        assertThat(ServerVersion.parse("11.4.5-MariaDB-log")).isEqualTo(new ServerVersion(Flavor.MARIADB, 11, 4, 5));
        assertThat(ServerVersion.parse("5.5.5-10.11.6-MariaDB-0+deb12u1"))
                .isEqualTo(new ServerVersion(Flavor.MARIADB, 10, 11, 6));
        assertThat(ServerVersion.parse("Ver 9.7.4-2 for Linux on x86_64 ((Debian))"))
                .isEqualTo(new ServerVersion(Flavor.MYSQL, 9, 7, 4));
        assertThat(ServerVersion.parse("8.0.25 MySQL Community Server - GPL").isSupported())
                .isFalse();
        assertThat(ServerVersion.parse("8.0.26").isSupported()).isTrue();
        assertThatThrownBy(() -> ServerVersion.parse("what?")).hasMessageContaining("what?");
    }
}
