package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverDataSourceBuilderTest {

    private static FailoverDataSourceBuilder complete() {
        return FailoverDataSource.builder()
                .cluster(new FakeActiveNodes())
                .follow("servIntralab")
                .server("serv1", "10.77.0.1", 3306)
                .user("expenses")
                .password("app"::toCharArray);
    }

    @Test
    void shouldReportEverythingThatIsMissing() {
        assertThatThrownBy(() -> FailoverDataSource.builder().build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll("cluster", "follow", "user", "password", "there is no server");
    }

    @Test
    void shouldReportEveryMistakeAtOnce() {
        assertThatThrownBy(() -> complete()
                        .server("serv2", "10.77.0.2,10.77.0.3", 3306)
                        .connectTimeout(Duration.ZERO)
                        .socketTimeout(Duration.ZERO)
                        .connectionTimeout(Duration.ofMillis(10))
                        .maximumPoolSize(0)
                        .database("x?autoReconnect=true")
                        .driverProperty("autoReconnect", "true")
                        .driverProperty("password", "x")
                        .routeReadOnly(true)
                        .tls(Tls.verifyIdentity(Path.of("/no/such/authority.pem")))
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "servers/2/host: '10.77.0.2,10.77.0.3' is a list",
                        "connectTimeout: 0 ms",
                        "socketTimeout: 0 ms",
                        "connectionTimeout: 10 ms is less than 250 ms",
                        "maximumPoolSize",
                        "database",
                        "autoReconnect: leave it out",
                        "routeReadOnly: there are no readers",
                        "tls/authority: /no/such/authority.pem",
                        "password: set it with password");
        assertThatThrownBy(() -> complete()
                        .servers(MySqlServers.builder().server("a", "b", 1).build())
                        .build())
                .hasMessageContaining("not both");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"pool", "transactionReplay", "permitRedirect", "localSocket", "socketFactory", "autoReconnect"})
    void shouldRefuseWhatMariaDbsDriverWouldDoBehindItsBack(String property) {
        FailoverDataSourceBuilder builder = complete().driver(JdbcDriver.mariaDbConnectorJ());
        assertThatThrownBy(() -> builder.driverProperty(property.toUpperCase(Locale.ROOT), "true")
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(property.toUpperCase(Locale.ROOT) + ": leave it out");
    }

    @Test
    void shouldRefuseReadersOfARing() {
        assertThatThrownBy(() -> complete()
                        .readers(ReaderPolicy.within(Duration.ofSeconds(1)))
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll("readers: the servers are a ring", "primaryAndReplicas()");
    }

    @Test
    void shouldSayThatItIsClosed() throws SQLException {
        FailoverDataSource dataSource = complete().build();
        assertThat(dataSource.isWrapperFor(FailoverDataSource.class)).isTrue();
        dataSource.close();
        dataSource.close();
        assertThatThrownBy(dataSource::getConnection)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("closed");
    }
}
