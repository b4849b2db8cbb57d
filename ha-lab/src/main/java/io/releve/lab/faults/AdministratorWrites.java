package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An administrator, whom a closed server does not always refuse, writes row after row at the server's own host, until
 * he is refused. Healed by hanging up: what was acknowledged must be where the primary is in the end.
 */
record AdministratorWrites() implements Fault {

    @Override
    public String describe() {
        return "an administrator's session that writes";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        Administrator administrator = new Administrator(cluster, host);
        administrator.execute(
                "CREATE TABLE IF NOT EXISTS administered (id INT PRIMARY KEY)", "DELETE FROM administered");
        try {
            Connection connection = administrator.connect();
            Session session = new Session(cluster, connection);
            Thread writer = new Thread(session::write, "administrator");
            writer.setDaemon(true);
            writer.start();
            return session;
        } catch (SQLException e) {
            throw new LabException("no session on " + host.name() + ": " + e.getMessage(), e);
        }
    }

    private static final class Session implements Healing {

        private final TrialCluster cluster;
        private final Connection connection;
        private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

        Session(TrialCluster cluster, Connection connection) {
            this.cluster = cluster;
            this.connection = connection;
        }

        void write() {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO administered VALUES (?)")) {
                for (int id = 1; ; id++) {
                    insert.setInt(1, id);
                    insert.executeUpdate();
                    acknowledged.add(id);
                }
            } catch (SQLException refused) {
                // As it should be, sooner or later.
            }
        }

        @Override
        public void heal() {
            LongQuery.hangUp(connection);
        }

        @Override
        public Optional<String> verify() {
            LabHost active = cluster.active().orElseThrow(() -> new LabException("the service is nowhere"));
            Set<Integer> lost = new HashSet<>(acknowledged);
            lost.removeAll(new Administrator(cluster, active).numbers("SELECT id FROM administered"));
            return lost.isEmpty()
                    ? Optional.empty()
                    : Optional.of(lost.size() + " of " + acknowledged.size()
                            + " writes that an administrator was told are stored are lost");
        }
    }
}
