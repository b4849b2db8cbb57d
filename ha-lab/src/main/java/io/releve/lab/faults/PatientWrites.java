package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sessions that write without a pause, never give up waiting, and know of no other server. What they are told of when the server
 * goes on after it stood still for long, and another one has taken over: an answer to what was sent before may come late, if a
 * replica has it; what is sent then must not be acknowledged.
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
        Told told = new Told();
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
                if (told.afterwards.get() > 0) {
                    return Optional.of(host.name() + " has taken and acknowledged " + told.afterwards
                            + " writes after it stood still for longer than its lease");
                }
                long lost = told.late.stream().filter(id -> !has(cluster, id)).count();
                return lost == 0
                        ? Optional.empty()
                        : Optional.of(lost + " of the " + told.late.size() + " writes that " + host.name()
                                + " acknowledged late are lost");
            }
        };
    }

    /** What was answered after the server stood still: to what was sent before, and to what was sent afterwards. */
    private static final class Told {
        private final Set<Long> late = ConcurrentHashMap.newKeySet();
        private final AtomicInteger afterwards = new AtomicInteger();
    }

    private static boolean has(TrialCluster cluster, long id) {
        LabHost active = cluster.active().orElseThrow(() -> new LabException("nothing is active"));
        try (Connection connection = SocketConnections.open(active, cluster.secrets());
                PreparedStatement select =
                        connection.prepareStatement("SELECT 1 FROM ledger WHERE run = 0 AND id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw new LabException(active.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void write(Connection connection, Told told) {
        long begun = System.nanoTime();
        boolean stoodStill = false;
        try (connection;
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO ledger (run, id, origin) VALUES (0, ?, @@server_id)")) {
            while (System.nanoTime() - begun < LONGEST.toNanos()) {
                long id = NEXT_ID.getAndDecrement();
                long sent = System.nanoTime();
                insert.setLong(1, id);
                insert.executeUpdate();
                if (stoodStill) {
                    told.afterwards.incrementAndGet();
                } else if (System.nanoTime() - sent > STOOD_STILL.toNanos()) {
                    stoodStill = true;
                    told.late.add(id);
                }
            }
        } catch (SQLException ended) {
            // By the server.
        }
    }
}
