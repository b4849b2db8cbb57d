package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.datasource.VerifiedConnections.Purpose;
import io.releve.status.ActiveNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The connections to one server in one epoch. After a change nothing of an older generation is lent any more, so that no
 * borrower ever gets a connection to a server that is no longer active.
 */
final class Generation {

    private final ActiveNode place;
    private final MySqlServer server;
    private final ServerPool pool;

    /**
     * The connections to a server that takes writes and has caught up; waits for that.
     *
     * @param lastWrite told of commits, if there are readers that may have to see them
     * @param onNotWritable called, on the borrower's thread, when the server refused a write
     * @param onLost called, on the borrower's thread, when a connection was lost
     * @throws SQLException if the server does not answer, or is not the right one
     */
    Generation(
            DataSourceSettings settings,
            Pools pools,
            Handover handover,
            ActiveNode place,
            MySqlServer server,
            LastWrite lastWrite,
            Consumer<Generation> onNotWritable,
            Consumer<Generation> onLost)
            throws SQLException {
        this.place = place;
        this.server = server;
        Verdicts verdicts = Verdicts.ofWriter(
                server + " in epoch " + place.epoch(), () -> onNotWritable.accept(this), () -> onLost.accept(this));
        VerifiedConnections connections = settings.readers().isPresent()
                ? new VerifiedConnections(
                        server,
                        settings.trackedLogin(server),
                        verdicts,
                        Purpose.WRITES,
                        Optional.of(gtid -> lastWrite.committed(place.epoch(), gtid)))
                : new VerifiedConnections(server, settings.login(server), verdicts, Purpose.WRITES);
        boolean ready = false;
        try {
            handover.await(server, connections);
            this.pool = pools.open(server.node() + "-" + place.epoch(), connections);
            ready = true;
        } finally {
            if (!ready) {
                connections.abort();
            }
        }
    }

    ActiveNode place() {
        return place;
    }

    MySqlServer server() {
        return server;
    }

    ServerPool pool() {
        return pool;
    }

    /**
     * Lends a connection.
     *
     * @throws SQLException if there is none within a quarter of a second
     */
    Connection borrow() throws SQLException {
        return pool.borrow();
    }

    @Override
    public String toString() {
        return server + " in epoch " + place.epoch();
    }
}
