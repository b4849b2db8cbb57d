package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The application has written and not committed. Healed by a commit: if that is acknowledged, the row must be where the
 * primary is in the end.
 */
record OpenTransaction() implements Fault {

    private static final long PATIENCE_MILLIS = 10_000;

    @Override
    public String describe() {
        return "an open transaction that has written";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        new Administrator(cluster, host).execute("CREATE TABLE IF NOT EXISTS held (id INT PRIMARY KEY)");
        int id = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        try {
            Connection connection = SocketConnections.open(host, cluster.secrets());
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO held VALUES (" + id + ")");
            }
            return new Commit(cluster, connection, id);
        } catch (SQLException e) {
            throw new LabException("no transaction on " + host.name() + ": " + e.getMessage(), e);
        }
    }

    private static final class Commit implements Healing {

        private final TrialCluster cluster;
        private final Connection connection;
        private final int id;
        private volatile boolean acknowledged;

        Commit(TrialCluster cluster, Connection connection, int id) {
            this.cluster = cluster;
            this.connection = connection;
            this.id = id;
        }

        @Override
        public void heal() throws InterruptedException {
            Thread commit = new Thread(this::commit, "commit");
            commit.setDaemon(true);
            commit.start();
            // A commit may wait for an acknowledgement that nobody gives.
            commit.join(PATIENCE_MILLIS);
            LongQuery.hangUp(connection);
            commit.join();
        }

        private void commit() {
            try {
                connection.commit();
                acknowledged = true;
            } catch (SQLException rolledBack) {
                // It was told so.
            }
        }

        @Override
        public Optional<String> verify() {
            LabHost active = cluster.active().orElseThrow(() -> new LabException("the service is nowhere"));
            boolean there = new Administrator(cluster, active)
                    .numbers("SELECT id FROM held WHERE id = " + id)
                    .contains(id);
            return acknowledged && !there
                    ? Optional.of("the commit of a transaction that was open during the move is lost")
                    : Optional.empty();
        }
    }
}
