package io.releve.lab.bench;

import io.releve.mysql.config.MySqlServers;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the JVM of a benchmark finds the server and the cluster that {@link TrialDatabase} has started. Handed over as system
 * properties: the password opens nothing but that server, which ends with the run.
 *
 * @param zooKeeper ZooKeeper's address
 * @param port the port of the server
 * @param otherPort a port where no server listens
 * @param password the application's
 */
record TrialAddress(String zooKeeper, int port, int otherPort, String password) {

    static final String HOST = "127.0.0.1";
    static final String CLUSTER = "bench";
    static final String NODE = "serv1";
    static final String RESOURCE = "database";
    static final String SCHEMA = "shop";
    static final String USER = "shop";

    /** Of the server that {@link StubDriver} plays. */
    static final TrialAddress OF_STUB = new TrialAddress("", 3306, 3307, "");

    private static final String ZOOKEEPER = "releve.bench.zookeeper";
    private static final String PORT = "releve.bench.port";
    private static final String OTHER_PORT = "releve.bench.otherPort";
    private static final String PASSWORD = "releve.bench.password";

    /** The one that this JVM was given. */
    static TrialAddress given() {
        return new TrialAddress(
                System.getProperty(ZOOKEEPER, ""),
                Integer.getInteger(PORT, 0),
                Integer.getInteger(OTHER_PORT, 0),
                System.getProperty(PASSWORD, ""));
    }

    /** What gives it to another JVM. */
    List<String> asOptions() {
        List<String> options = new ArrayList<>();
        options.add("-D" + ZOOKEEPER + "=" + zooKeeper);
        options.add("-D" + PORT + "=" + port);
        options.add("-D" + OTHER_PORT + "=" + otherPort);
        options.add("-D" + PASSWORD + "=" + password);
        return options;
    }

    String address() {
        return HOST + ":" + port;
    }

    String otherAddress() {
        return HOST + ":" + otherPort;
    }

    MySqlServers servers() {
        return MySqlServers.builder().server(NODE, HOST, port).build();
    }
}
