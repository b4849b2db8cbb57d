package io.releve.lab.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.releve.mysql.config.DriverStandIn;
import io.releve.mysql.config.Tls;
import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.datasource.FailoverDataSourceBuilder;
import io.releve.status.ActiveNodes;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import software.amazon.jdbc.ds.AwsWrapperDataSource;
import software.amazon.jdbc.util.HikariCPSQLException;

/** Whose connections are measured. All have a HikariCP pool with the same settings, and all settings that are not named here as they come. */
public enum Contender {

    /** HikariCP over the driver, and nothing that would survive a failover. */
    HIKARICP("HikariCP") {
        @Override
        DataSource overStub(int connections) {
            HikariConfig pool = pool(connections);
            pool.setDataSource(new StubDriver());
            return new HikariDataSource(pool);
        }

        @Override
        DataSource overServer(TrialAddress server, ActiveNodes cluster, int connections) {
            return new HikariDataSource(pool("jdbc:mysql://" + server.address(), server, connections));
        }
    },

    /** {@link FailoverDataSource}. */
    FAILOVER("FailoverDataSource") {
        @Override
        DataSource overStub(int connections) {
            FailoverDataSourceBuilder builder =
                    builder(new FixedPlace(TrialAddress.NODE), TrialAddress.OF_STUB, connections);
            // The stub has nothing to catch up with.
            return builder.catchUpTimeout(Duration.ZERO)
                    .driver(DriverStandIn.of(new StubDriver()))
                    .build();
        }

        @Override
        DataSource overServer(TrialAddress server, ActiveNodes cluster, int connections) {
            return builder(cluster, server, connections).build();
        }

        private FailoverDataSourceBuilder builder(ActiveNodes cluster, TrialAddress server, int connections) {
            return FailoverDataSource.builder()
                    .cluster(cluster)
                    .follow(TrialAddress.RESOURCE)
                    .servers(server.servers())
                    .database(TrialAddress.SCHEMA)
                    .user(TrialAddress.USER)
                    .password(server.password()::toCharArray)
                    .tls(Tls.off())
                    .connectTimeout(CONNECT)
                    .socketTimeout(SOCKET)
                    .maximumPoolSize(connections)
                    .minimumIdle(connections);
        }
    },

    /** The AWS Advanced JDBC Wrapper over MySQL Connector/J, with the plugins that it loads by itself. */
    AWS_WRAPPER("AWS Advanced JDBC Wrapper") {
        @Override
        DataSource overStub(int connections) {
            AwsWrapperDataSource wrapper = new AwsWrapperDataSource();
            wrapper.setJdbcUrl(StubDriver.URL);
            wrapper.setTargetDataSourceClassName(StubDriver.class.getName());
            wrapper.setTargetDataSourceProperties(new Properties());
            HikariConfig pool = pool(connections);
            pool.setDataSource(wrapper);
            pool.setExceptionOverride(exceptions());
            return new HikariDataSource(pool);
        }

        @Override
        DataSource overServer(TrialAddress server, ActiveNodes cluster, int connections) {
            HikariConfig pool = pool("jdbc:aws-wrapper:mysql://" + server.address(), server, connections);
            pool.setExceptionOverride(exceptions());
            return new HikariDataSource(pool);
        }

        /** As its manual says for HikariCP. */
        private SQLExceptionOverride exceptions() {
            return new HikariCPSQLException();
        }
    },

    /** MySQL Connector/J with two addresses in its URL, of which it takes the first that answers. */
    CONNECTOR_J("Connector/J failover URL") {
        @Override
        Optional<String> notOverStub() {
            return Optional.of("behind such a URL there are only connections that Connector/J has made itself");
        }

        @Override
        DataSource overStub(int connections) {
            throw new IllegalStateException(notOverStub().orElseThrow());
        }

        @Override
        DataSource overServer(TrialAddress server, ActiveNodes cluster, int connections) {
            return new HikariDataSource(
                    pool("jdbc:mysql://" + server.address() + "," + server.otherAddress(), server, connections));
        }
    };

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration SOCKET = Duration.ofSeconds(30);

    private final String label;

    Contender(String label) {
        this.label = label;
    }

    /** Its name for people. */
    String label() {
        return label;
    }

    /** Whether something is required of it, or in comparison with it. */
    boolean isJudged() {
        return this == HIKARICP || this == FAILOVER;
    }

    /** Why it cannot be measured over the stub; empty if it can. */
    Optional<String> notOverStub() {
        return Optional.empty();
    }

    /** Over a {@link StubDriver}. */
    abstract DataSource overStub(int connections);

    /** Over a server that runs. */
    abstract DataSource overServer(TrialAddress server, ActiveNodes cluster, int connections);

    private static HikariConfig pool(int connections) {
        HikariConfig pool = new HikariConfig();
        pool.setMaximumPoolSize(connections);
        pool.setMinimumIdle(connections);
        return pool;
    }

    /** With the driver's properties as {@link FailoverDataSource} sets them: what is read with a time-out is read differently. */
    private static HikariConfig pool(String url, TrialAddress server, int connections) {
        HikariConfig pool = pool(connections);
        pool.setJdbcUrl(url + "/" + TrialAddress.SCHEMA);
        pool.setUsername(TrialAddress.USER);
        pool.setPassword(server.password());
        pool.addDataSourceProperty("sslMode", "DISABLED");
        pool.addDataSourceProperty("allowPublicKeyRetrieval", "true");
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("connectTimeout", Long.toString(CONNECT.toMillis()));
        pool.addDataSourceProperty("socketTimeout", Long.toString(SOCKET.toMillis()));
        return pool;
    }
}
