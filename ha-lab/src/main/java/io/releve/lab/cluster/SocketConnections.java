package io.releve.lab.cluster;

import io.releve.examples.lab.Host;
import io.releve.examples.lab.Secrets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Connections to a host's database server past its network. */
public final class SocketConnections {

    private SocketConnections() {}

    /** Opens one through the server's Unix socket, with the application's account. */
    public static Connection open(LabHost host, Secrets secrets) throws SQLException {
        Properties login = login(Declaration.USER, secrets, Secrets.APPLICATION);
        login.setProperty("socketFactory", UnixSocketFactory.class.getName());
        login.setProperty("authenticationPlugins", UnixSocketPassword.class.getName());
        login.setProperty(
                UnixSocketFactory.PATH, host.instance().resolve("mysqld.sock").toString());
        return DriverManager.getConnection("jdbc:mysql://" + host.name() + "/" + Declaration.SCHEMA, login);
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
