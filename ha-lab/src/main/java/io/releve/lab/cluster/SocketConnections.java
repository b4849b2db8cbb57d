package io.releve.lab.cluster;

import io.releve.examples.lab.Host;
import io.releve.examples.lab.Secrets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Connections to a host's database server past its network. */
public final class SocketConnections {

    private static final String ONLOOKER = "onlooker";

    private SocketConnections() {}

    /** Opens one through the server's Unix socket, with the application's account. */
    public static Connection open(LabHost host, Secrets secrets) throws SQLException {
        return open(host, Declaration.USER, Declaration.SCHEMA, secrets);
    }

    /**
     * The same with the account of {@link #admitOnlooker}: whoever closes the server ends its sessions as the application's, and
     * does not wait for them as for the application's.
     */
    public static Connection look(LabHost host, Secrets secrets) throws SQLException {
        return open(host, ONLOOKER, "", secrets);
    }

    /** Makes an account that may do nothing. It reaches the replicas as any write does. */
    static void admitOnlooker(LabHost primary, Secrets secrets) throws SQLException {
        try (Connection connection = administer(primary, secrets);
                PreparedStatement make = connection.prepareStatement(
                        "CREATE USER IF NOT EXISTS " + ONLOOKER + "@localhost IDENTIFIED BY ?")) {
            make.setString(1, new String(secrets.password(Secrets.APPLICATION).get()));
            make.execute();
        }
    }

    private static Connection open(LabHost host, String user, String schema, Secrets secrets) throws SQLException {
        Properties login = login(user, secrets, Secrets.APPLICATION);
        login.setProperty("socketFactory", UnixSocketFactory.class.getName());
        login.setProperty("authenticationPlugins", UnixSocketPassword.class.getName());
        login.setProperty(
                UnixSocketFactory.PATH, host.instance().resolve("mysqld.sock").toString());
        return DriverManager.getConnection("jdbc:mysql://" + host.name() + "/" + schema, login);
    }

    /**
     * Opens one from the host itself, with the agent's account, which may do everything and is let in from the servers'
     * addresses only. It never leaves the host's own interfaces.
     */
    public static Connection administer(LabHost host, Secrets secrets) throws SQLException {
        Properties login = login(Declaration.ADMINISTRATOR, secrets, Secrets.ADMINISTRATOR);
        Host at = host.host();
        String url = "jdbc:mysql://" + at.address() + ":" + at.databasePort() + "/" + Declaration.SCHEMA;
        FutureTask<Connection> opening = new FutureTask<>(() -> {
            NetworkNamespace.enter(host.name());
            return DriverManager.getConnection(url, login);
        });
        // A thread of its own, which enters the host's network for good; a socket stays in the network it was made in.
        new Thread(opening, "administrator-" + host.name()).start();
        try {
            return opening.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while connecting to " + host.name(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException refused) {
                throw refused;
            }
            throw new SQLException(host.name() + " cannot be entered: " + e.getMessage(), e);
        }
    }

    private static Properties login(String user, Secrets secrets, String password) {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", new String(secrets.password(password).get()));
        login.setProperty("sslMode", "DISABLED");
        login.setProperty("allowPublicKeyRetrieval", "true");
        return login;
    }
}
