package io.releve.mysql.config;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;

/** MariaDB Connector/J. Nothing here refers to its classes: it may be absent, and of any version 3. */
final class MariaDbConnectorJ implements JdbcDriver {

    private static final String CHOOSES = "which server is active is for the cluster to say";

    private static final String REPEATS =
            "a transaction that is run again behind the application's back may take effect twice";

    private static final String POOLS = "its own pool would lend connections to a server that is no longer active";

    private static final String SOCKETS = "the DataSource ends connections by their sockets, which must be its own";

    private static final Map<String, String> REFUSED = Map.of(
            "autoReconnect", "a connection that reconnects by itself loses its transaction in silence",
            "transactionReplay", REPEATS,
            "transactionReplaySize", REPEATS,
            "permitRedirect", CHOOSES,
            "retriesAllDown", CHOOSES,
            "localSocket", CHOOSES,
            "pipe", CHOOSES,
            "pool", POOLS,
            "socketFactory", SOCKETS);

    /** How the driver says that a server offers no encryption. */
    private static final String NO_TLS = "ssl not enabled in the server";

    private final Driver driver;

    /**
     * Wraps the driver.
     *
     * @throws IllegalStateException if it does not see the classes of this module
     */
    MariaDbConnectorJ(Driver driver) {
        this.driver = driver;
        try {
            Class.forName(
                    MariaDbSockets.class.getName(), false, driver.getClass().getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "MariaDB Connector/J does not see the classes of ha-mysql, which make its sockets: put both into the"
                            + " application, or both into its container's class path",
                    e);
        }
    }

    @Override
    public String urlPrefix() {
        return "jdbc:mariadb://";
    }

    /** The driver has no mode that encrypts if the server can: it is asked for encryption, and then for none. */
    @Override
    public Connection connect(String url, Properties properties, Tls tls) throws SQLException {
        properties.setProperty("socketFactory", MariaDbSockets.class.getName());
        // A server that the cluster has not named may not be where connections lead, whoever says so.
        properties.setProperty("permitRedirect", "false");
        boolean chosen = properties.putIfAbsent("sslMode", sslMode(tls)) != null;
        if (tls instanceof Tls.Verified verified) {
            properties.setProperty("serverSslCert", verified.authority().toString());
        }
        try {
            return open(url, properties);
        } catch (SQLException e) {
            if (chosen
                    || !(tls instanceof Tls.Automatic)
                    || !String.valueOf(e.getMessage()).contains(NO_TLS)) {
                throw e;
            }
            properties.setProperty("sslMode", "disable");
            return open(url, properties);
        }
    }

    private static String sslMode(Tls tls) {
        if (tls instanceof Tls.Verified verified) {
            return verified.identity() ? "verify-full" : "verify-ca";
        }
        return tls instanceof Tls.Off ? "disable" : "trust";
    }

    private Connection open(String url, Properties properties) throws SQLException {
        try (MariaDbSockets.Opening opening = MariaDbSockets.opening()) {
            Connection connection = driver.connect(url, properties);
            if (connection == null) {
                throw new SQLException("MariaDB Connector/J does not accept " + url, "08001");
            }
            return MariaDbConnection.of(connection, opening.socket());
        }
    }

    @Override
    public Map<String, String> refusedProperties() {
        Map<String, String> refused = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        refused.putAll(REFUSED);
        return refused;
    }

    @Override
    public Map<String, String> commitProperties() {
        return Map.of();
    }

    /** The driver keeps to itself what the server tells with its answers, so it is asked, in the same session. */
    @Override
    public CommitWatch watchCommits(Connection connection, String tell, String ask, Consumer<String> onCommit) {
        return () -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(ask)) {
                String id = row.next() ? row.getString(1) : null;
                if (id != null && !id.isEmpty()) {
                    onCommit.accept(id);
                }
            }
        };
    }
}
