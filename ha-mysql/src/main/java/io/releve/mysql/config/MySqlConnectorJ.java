package io.releve.mysql.config;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;

/** MySQL Connector/J, or what stands in for it. */
final class MySqlConnectorJ implements JdbcDriver {

    private static final String RECONNECTS = "a connection that reconnects by itself loses its transaction in silence";

    private static final String CHOOSES = "which server is active is for the cluster to say";

    private static final Map<String, String> REFUSED = Map.of(
            "autoReconnect", RECONNECTS,
            "autoReconnectForPools", RECONNECTS,
            "failOverReadOnly", CHOOSES,
            "secondsBeforeRetrySource", CHOOSES,
            "queriesBeforeRetrySource", CHOOSES,
            "replicationConnectionGroup", CHOOSES,
            "loadBalanceConnectionGroup", CHOOSES);

    private final Driver driver;

    MySqlConnectorJ(Driver driver) {
        this.driver = driver;
    }

    @Override
    public String urlPrefix() {
        return "jdbc:mysql://";
    }

    @Override
    public Connection connect(String url, Properties properties, Tls tls) throws SQLException {
        properties.putIfAbsent("sslMode", sslMode(tls));
        if (tls instanceof Tls.Verified verified) {
            trust(verified, properties);
        }
        Connection connection = driver.connect(url, properties);
        if (connection == null) {
            throw new SQLException("MySQL Connector/J does not accept " + url, "08001");
        }
        return connection;
    }

    private static String sslMode(Tls tls) {
        if (tls instanceof Tls.Off) {
            return "DISABLED";
        }
        if (tls instanceof Tls.Verified verified) {
            return verified.identity() ? "VERIFY_IDENTITY" : "VERIFY_CA";
        }
        return tls instanceof Tls.Certificate ? "REQUIRED" : "PREFERRED";
    }

    private static void trust(Tls.Verified verified, Properties properties) throws SQLException {
        try {
            TrustStore store = TrustStore.of(verified.authority());
            properties.setProperty(
                    "trustCertificateKeyStoreUrl", store.file().toUri().toString());
            properties.setProperty("trustCertificateKeyStoreType", TrustStore.TYPE);
            properties.setProperty("trustCertificateKeyStorePassword", TrustStore.PASSWORD);
            properties.setProperty("fallbackToSystemTrustStore", "false");
        } catch (IOException | GeneralSecurityException e) {
            throw new SQLException(
                    "the authority's certificate in " + verified.authority() + " cannot be used: " + e, "08001", e);
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
        // The driver hears of changes of the session's state then, and passes them on.
        return Map.of("trackSessionState", "true");
    }

    @Override
    public CommitWatch watchCommits(Connection connection, String tell, String ask, Consumer<String> onCommit)
            throws SQLException {
        return MySqlCommits.of(connection, tell, onCommit);
    }
}
