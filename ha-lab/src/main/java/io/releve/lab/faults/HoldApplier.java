package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A replica goes on receiving and acknowledging, and applies nothing: somebody holds a lock on all tables, as a backup
 * does. Healed by giving it back; the end of the server gives it back too.
 */
record HoldApplier() implements Fault {

    @Override
    public String describe() {
        return "the replica receives and does not apply";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        try {
            Connection holder = SocketConnections.administer(host, cluster.secrets());
            try (Statement statement = holder.createStatement()) {
                statement.execute("FLUSH TABLES WITH READ LOCK");
            }
            return () -> {
                try {
                    holder.abort(Runnable::run);
                } catch (SQLException e) {
                    // Closed is all that it should be.
                }
            };
        } catch (SQLException e) {
            throw new LabException("the tables of " + host.name() + " cannot be locked: " + e.getMessage(), e);
        }
    }
}
