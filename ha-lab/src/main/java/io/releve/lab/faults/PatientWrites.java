package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sessions that write without a pause, never give up waiting, and know of no other server. What they are told of after the server
 * stood still for long, when another one has taken over, should not have been acknowledged.
 *
 * @param sessions how many
 */
record PatientWrites(int sessions) implements Fault {

    /** Nothing but a server that stood still keeps a write waiting for so long and answers it then. */
    private static final Duration STOOD_STILL = Duration.ofSeconds(3);

    /** A server that is not closed is not written to for ever. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** Ids of their own, of run 0: the application's rows begin at 0, and a cluster bears several of these. */
    private static final AtomicLong NEXT_ID = new AtomicLong(-1_000_000);

    @Override
    public String describe() {
        return sessions + " patient sessions";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < sessions; i++) {
            try {
                Connection connection = SocketConnections.open(host, cluster.secrets());
                Thread writer = new Thread(() -> write(connection, told), "patient-" + i);
                writer.setDaemon(true);
                writer.start();
            } catch (SQLException e) {
                throw new LabException("no session on " + host.name() + ": " + e.getMessage(), e);
            }
        }
        return new Healing() {
            @Override
            public void heal() {
                // The server ends the sessions when it closes itself.
            }

            @Override
            public Optional<String> verify() {
                return told.get() == 0
                        ? Optional.empty()
                        : Optional.of(host.name() + " has acknowledged " + told
                                + " writes after it stood still for longer than its lease");
            }
        };
    }

    private static void write(Connection connection, AtomicInteger told) {
        long begun = System.nanoTime();
        boolean stoodStill = false;
        try (connection;
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO ledger (run, id, origin) VALUES (0, ?, @@server_id)")) {
            while (System.nanoTime() - begun < LONGEST.toNanos()) {
                long sent = System.nanoTime();
                insert.setLong(1, NEXT_ID.getAndDecrement());
                insert.executeUpdate();
                stoodStill |= System.nanoTime() - sent > STOOD_STILL.toNanos();
                if (stoodStill) {
                    told.incrementAndGet();
                }
            }
        } catch (SQLException ended) {
            // By the server.
        }
    }
}
