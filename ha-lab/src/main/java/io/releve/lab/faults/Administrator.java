package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Patience;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Somebody who may do everything, at a database server's own host. */
final class Administrator {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TrialCluster cluster;
    private final LabHost host;

    Administrator(TrialCluster cluster, LabHost host) {
        this.cluster = cluster;
        this.host = host;
    }

    Connection connect() throws SQLException {
        return SocketConnections.administer(host, cluster.secrets());
    }

    /** Executes statements, one after the other, in one session. */
    void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new LabException("the database server of " + host.name() + " refuses: " + e.getMessage(), e);
        }
    }

    /** As {@link #execute}, of a server that may be down or of another opinion by now. */
    void attempt(String... statements) {
        try {
            execute(statements);
        } catch (LabException refused) {
            // Then the cluster has its own way, which the audit judges.
        }
    }

    /** The integers that a query finds. */
    Set<Integer> numbers(String query) {
        Set<Integer> found = new HashSet<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getInt(1));
            }
            return found;
        } catch (SQLException e) {
            throw new LabException("the database server of " + host.name() + " refuses: " + e.getMessage(), e);
        }
    }

    /** Waits until the server has a table that another one has made. */
    void awaitTable(String name) throws InterruptedException {
        Patience.until(
                host.name() + " has the table " + name,
                PATIENCE,
                () -> numbers(
                                        "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '"
                                                + name + "'")
                                .isEmpty()
                        ? Optional.empty()
                        : Optional.of(true));
    }
}
