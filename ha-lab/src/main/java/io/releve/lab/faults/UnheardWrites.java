package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Transactions that the primary has in its binary log and whose acknowledgement it waits for. What becomes of them in the
 * end must not be silent: the node's log tells of them.
 *
 * @param count how many
 */
record UnheardWrites(int count) implements Fault {

    @Override
    public String describe() {
        return count + " commits that wait for an acknowledgement";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        for (int i = 1; i <= count; i++) {
            // Ids of their own: the application's rows begin at 0.
            write(cluster, host, -i);
        }
        return new Healing() {
            @Override
            public void heal() {
                // The power went, and the sessions with it.
            }

            @Override
            public Optional<String> verify() {
                return tells(host)
                        ? Optional.empty()
                        : Optional.of(host.name() + " returned ahead of the others, and its log says nothing of it");
            }
        };
    }

    private static boolean tells(LabHost host) {
        try {
            String log = Files.readString(host.log(), StandardCharsets.UTF_8);
            return log.contains("has taken back what it had acknowledged to nobody")
                    || log.contains("lacks transactions that it has");
        } catch (IOException e) {
            throw new LabException("the log of " + host.name() + " cannot be read: " + e, e);
        }
    }

    private static void write(TrialCluster cluster, LabHost host, int id) {
        try {
            Connection connection = SocketConnections.open(host, cluster.secrets());
            Thread writer = new Thread(() -> insert(connection, id), "unheard");
            writer.setDaemon(true);
            writer.start();
        } catch (SQLException e) {
            throw new LabException("no session on " + host.name() + ": " + e.getMessage(), e);
        }
    }

    private static void insert(Connection connection, int id) {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO ledger (run, id, origin) VALUES (0, " + id + ", @@server_id)");
        } catch (SQLException ended) {
            // With the server.
        }
    }
}
