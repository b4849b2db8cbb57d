package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Every connection that the database server gives away is taken. Healed by giving them back. */
record ExhaustConnections() implements Fault {

    /** More than any server of the laboratory gives away. */
    private static final int MORE_THAN_ENOUGH = 500;

    @Override
    public String describe() {
        return "all connections of the database server taken";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        List<Connection> taken = new ArrayList<>();
        try {
            while (taken.size() < MORE_THAN_ENOUGH) {
                taken.add(SocketConnections.open(host, cluster.secrets()));
            }
        } catch (SQLException refused) {
            // That is what was wanted.
        }
        return () -> {
            for (Connection connection : taken) {
                try {
                    connection.abort(Runnable::run);
                } catch (SQLException e) {
                    // Closed is all that it should be.
                }
            }
        };
    }
}
