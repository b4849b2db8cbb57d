package io.releve.lab.cluster;

import io.releve.examples.lab.Secrets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Connections to a host's database server past its network. */
public final class SocketConnections {

    private SocketConnections() {}

    /** Opens one, with the application's account. */
    public static Connection open(LabHost host, Secrets secrets) throws SQLException {
        return open(host, Declaration.USER, secrets, Secrets.APPLICATION);
    }

    /** Opens one, with the agent's account, which may do everything. */
    public static Connection administer(LabHost host, Secrets secrets) throws SQLException {
        return open(host, Declaration.ADMINISTRATOR, secrets, Secrets.ADMINISTRATOR);
    }

    private static Connection open(LabHost host, String user, Secrets secrets, String password) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", new String(secrets.password(password).get()));
        login.setProperty("socketFactory", UnixSocketFactory.class.getName());
        login.setProperty(
                UnixSocketFactory.PATH, host.instance().resolve("mysqld.sock").toString());
        login.setProperty("sslMode", "DISABLED");
        login.setProperty("allowPublicKeyRetrieval", "true");
        return DriverManager.getConnection("jdbc:mysql://" + host.name() + "/" + Declaration.SCHEMA, login);
    }
}
