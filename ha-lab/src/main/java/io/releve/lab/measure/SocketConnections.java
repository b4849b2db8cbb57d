package io.releve.lab.measure;

import io.releve.examples.lab.Secrets;
import io.releve.lab.cluster.Declaration;
import io.releve.lab.cluster.LabHost;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Connections to a host's database server past its network. */
public final class SocketConnections {

    private SocketConnections() {}

    /** Opens one, with the application's account. */
    public static Connection open(LabHost host, Secrets secrets) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", Declaration.USER);
        login.setProperty(
                "password", new String(secrets.password(Secrets.APPLICATION).get()));
        login.setProperty("socketFactory", UnixSocketFactory.class.getName());
        login.setProperty(
                UnixSocketFactory.PATH, host.instance().resolve("mysqld.sock").toString());
        login.setProperty("sslMode", "DISABLED");
        login.setProperty("allowPublicKeyRetrieval", "true");
        return DriverManager.getConnection("jdbc:mysql://" + host.name() + "/" + Declaration.SCHEMA, login);
    }
}
