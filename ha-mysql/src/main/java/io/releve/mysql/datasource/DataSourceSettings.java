package io.releve.mysql.datasource;

import com.zaxxer.hikari.HikariConfig;
import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the builder collected; see there for the meaning of each setting. */
record DataSourceSettings(
        String resource,
        MySqlServers servers,
        String database,
        String user,
        Supplier<char[]> password,
        Tls tls,
        Duration connectionTimeout,
        Duration connectTimeout,
        Duration socketTimeout,
        Duration catchUpTimeout,
        Duration drainTimeout,
        int maximumPoolSize,
        int minimumIdle,
        Map<String, String> driverProperties,
        JdbcDriver driver,
        Consumer<HikariConfig> poolSettings,
        Optional<ReaderPolicy> readers,
        boolean routesReadOnly) {

    /** A login whose commits can be watched. */
    ServerLogin trackedLogin(MySqlServer server) {
        Map<String, String> properties = new LinkedHashMap<>(driverProperties);
        properties.putAll(driver.commitProperties());
        return login(server, properties);
    }

    ServerLogin login(MySqlServer server) {
        return login(server, driverProperties);
    }

    private ServerLogin login(MySqlServer server, Map<String, String> properties) {
        return new ServerLogin(
                server.host(),
                server.port(),
                user,
                password,
                tls,
                connectTimeout,
                socketTimeout,
                database,
                properties,
                driver);
    }
}
