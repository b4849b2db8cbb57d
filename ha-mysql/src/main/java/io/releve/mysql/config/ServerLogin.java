package io.releve.mysql.config;

import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

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
 * @param driverProperties further properties of the driver, over all others but those without which it cannot be used here
 * @param driver opens the connections
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
        JdbcDriver driver) {

    public ServerLogin {
        driverProperties = Map.copyOf(driverProperties);
    }

    /**
     * A login without a default database and further properties, by {@linkplain JdbcDriver#onClassPath() the driver} that there is.
     *
     * @throws IllegalStateException if there is none
     */
    public static ServerLogin of(
            MySqlServer server, String user, Supplier<char[]> password, Tls tls, Duration connect, Duration socket) {
        return new ServerLogin(
                server.host(),
                server.port(),
                user,
                password,
                tls,
                connect,
                socket,
                "",
                Map.of(),
                JdbcDriver.onClassPath());
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
        // Without TLS, MySQL's caching_sha2_password protects the password with the server's public key.
        properties.setProperty("allowPublicKeyRetrieval", "true");
        properties.setProperty("connectionAttributes", "program_name:releve");
        driverProperties.forEach(properties::setProperty);
        properties.setProperty("password", new String(password.get()));
        try {
            return driver.connect(url(), properties, tls);
        } catch (SQLException e) {
            throw tls instanceof Tls.Verified verified ? explained(e, verified) : e;
        }
    }

    /** Drivers tell of a certificate that they refuse as of a connection that broke. */
    private SQLException explained(SQLException failure, Tls.Verified verified) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            // MariaDB Connector/J checks the name itself, and says so in words alone.
            if (cause instanceof GeneralSecurityException
                    || cause instanceof SSLException
                    || text.contains("hostname verification failed")) {
                return new SQLException(
                        "server " + host + ":" + port + " is refused: its certificate is not one that the authority in "
                                + verified.authority() + " has signed"
                                + (verified.identity() ? ", or is not made out for " + host : "") + " ("
                                + text.lines().findFirst().orElse("") + ")",
                        "08001",
                        failure);
            }
        }
        return failure;
    }

    /** The JDBC URL, without account and password. */
    public String url() {
        return driver.urlPrefix() + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port + "/" + database;
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
