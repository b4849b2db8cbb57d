package io.releve.mysql.config;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * How to log on to one server: the only place that opens JDBC connections. The password is asked for at each connection,
 * so that it can change without a restart, and is never kept or printed.
 *
 * <p>Immutable; may be used from any thread.
 *
 * @param host the server's address or name
 * @param port its TCP port
 * @param user the account
 * @param password gives the account's password; asked anew for each connection
 * @param tls how to encrypt
 * @param connectTimeout how long connecting may take
 * @param socketTimeout how long one answer of the server may take
 * @param database the default database, empty for none
 * @param driverProperties further properties of the driver, over all others
 * @param driver opens the connections: MySQL Connector/J, or what stands in for it
 */
public record ServerLogin(
        String host,
        int port,
        String user,
        Supplier<char[]> password,
        Tls tls,
        Duration connectTimeout,
        Duration socketTimeout,
        String database,
        Map<String, String> driverProperties,
        Driver driver) {

    private static final Driver CONNECTOR_J = connectorJ();

    public ServerLogin {
        driverProperties = Map.copyOf(driverProperties);
    }

    /** A login by MySQL Connector/J. */
    public ServerLogin(
            String host,
            int port,
            String user,
            Supplier<char[]> password,
            Tls tls,
            Duration connectTimeout,
            Duration socketTimeout,
            String database,
            Map<String, String> driverProperties) {
        this(host, port, user, password, tls, connectTimeout, socketTimeout, database, driverProperties, CONNECTOR_J);
    }

    private static Driver connectorJ() {
        try {
            return new com.mysql.cj.jdbc.Driver();
        } catch (SQLException e) {
            throw new IllegalStateException("MySQL Connector/J cannot be made", e);
        }
    }

    /** MySQL Connector/J; it keeps no state. */
    public static Driver defaultDriver() {
        return CONNECTOR_J;
    }

    /** A login without a default database and further properties. */
    public static ServerLogin of(
            MySqlServer server, String user, Supplier<char[]> password, Tls tls, Duration connect, Duration socket) {
        return new ServerLogin(server.host(), server.port(), user, password, tls, connect, socket, "", Map.of());
    }

    /** The same with other limits. */
    public ServerLogin within(Duration connect, Duration socket) {
        return new ServerLogin(host, port, user, password, tls, connect, socket, database, driverProperties, driver);
    }

    /**
     * Opens a connection.
     *
     * @throws SQLException if the server is not reachable, is saturated, or refuses the account
     */
    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("connectTimeout", millis(connectTimeout));
        properties.setProperty("socketTimeout", millis(socketTimeout));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("sslMode", sslMode());
        // Without TLS, MySQL's caching_sha2_password protects the password with the server's public key.
        properties.setProperty("allowPublicKeyRetrieval", "true");
        properties.setProperty("connectionAttributes", "program_name:releve");
        driverProperties.forEach(properties::setProperty);
        properties.setProperty("password", new String(password.get()));
        Connection connection = driver.connect(url(), properties);
        if (connection == null) {
            throw new SQLException("the driver does not accept " + url(), "08001");
        }
        return connection;
    }

    /** The JDBC URL, without account and password. */
    public String url() {
        return "jdbc:mysql://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port + "/" + database;
    }

    private String sslMode() {
        if (tls instanceof Tls.Off) {
            return "DISABLED";
        }
        return tls instanceof Tls.Certificate ? "REQUIRED" : "PREFERRED";
    }

    /** Never zero, which would mean "for ever". */
    private static String millis(Duration duration) {
        return Long.toString(Math.max(1, Math.min(duration.toMillis(), Integer.MAX_VALUE)));
    }

    @Override
    public String toString() {
        return user + "@" + url();
    }
}
