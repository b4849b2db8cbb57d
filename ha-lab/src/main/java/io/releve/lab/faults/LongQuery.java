package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The application runs a query that does not end. Healed by hanging up. */
record LongQuery() implements Fault {

    @Override
    public String describe() {
        return "a query that takes a minute";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        try {
            Connection connection = SocketConnections.open(host, cluster.secrets());
            Thread query = new Thread(() -> run(connection), "long-query");
            query.setDaemon(true);
            query.start();
            return () -> hangUp(connection);
        } catch (SQLException e) {
            throw new LabException("no query on " + host.name() + ": " + e.getMessage(), e);
        }
    }

    private static void run(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT SLEEP(60)");
        } catch (SQLException ended) {
            // The move may end it.
        }
    }

    static void hangUp(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // Closed is all that it should be.
        }
    }
}
