package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ZooKeeperSettingsTest {

    @Test
    void shouldSayWhereTheClusterIsAndKeepThePasswordToItself() {
        ZooKeeperSettings settings = ZooKeeperSettings.builder("zk1:2181,zk2:2181", "accounts")
                .root("/teams/a/")
                .digest("releve", () -> "sesame".toCharArray())
                .build();

        assertThat(settings.root()).isEqualTo("/teams/a/accounts");
        assertThat(settings).hasToString("ZooKeeper at zk1:2181,zk2:2181, path /teams/a/accounts");
        assertThat(settings.credentials().toString()).doesNotContain("sesame");
    }

    @Test
    void shouldReportAllMistakesAtOnce() {
        var builder = ZooKeeperSettings.builder(" ", "a/b")
                .sessionTimeout(Duration.ZERO)
                .connectionTimeout(Duration.ofDays(1))
                .documentLimit(0)
                .digest("a:b", () -> new char[0]);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zookeeper.connectString")
                .hasMessageContaining("zookeeper.cluster")
                .hasMessageContaining("zookeeper.sessionTimeout: 0 ms")
                .hasMessageContaining("zookeeper.connectionTimeout: 86400000 ms")
                .hasMessageContaining("zookeeper.documentLimit: 0")
                .hasMessageContaining("zookeeper.digest");
    }

    @Test
    void shouldRefuseAConnectStringWithAPortThatIsNone() {
        assertThatThrownBy(() -> ZooKeeperSettings.builder("zk1:port", "a").build())
                .hasMessageContaining("zookeeper.connectString: \"zk1:port\"");
    }

    @Test
    void shouldRefuseARootThatIsNoPath() {
        assertThatThrownBy(() ->
                        ZooKeeperSettings.builder("zk1", "a").root("releve").build())
                .hasMessageContaining("zookeeper.root: \"releve\"");
    }
}
