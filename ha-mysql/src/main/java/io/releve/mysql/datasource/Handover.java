package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a server catch up before its first connection is lent: what the servers that answer have executed, and what the
 * server has received from those that do not. So the first read after a planned move misses nothing, and a write that is
 * repeated after a failover finds the first one if it arrived.
 */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final DataSourceSettings settings;
    private final Executor executor;

    Handover(DataSourceSettings settings, Executor executor) {
        this.settings = settings;
        this.executor = executor;
    }

    /**
     * Waits, at most for the catch-up time-out.
     *
     * @param connections verify the server
     * @throws SQLException if the server does not answer, or is not the right one
     */
    void await(MySqlServer server, VerifiedConnections connections) throws SQLException {
        long end = System.nanoTime() + settings.catchUpTimeout().toNanos();
        Connection connection = connections.openFirst();
        if (settings.catchUpTimeout().isZero() || !settings.servers().isRing()) {
            // A primary was promoted only when it had everything.
            return;
        }
        GtidSet missing = unapplied(connection).union(executedElsewhere(server, connection));
        missing = missing.minus(ReplicationLink.executed(connection));
        missing = missing.minus(ReplicationLink.unreceivable(connection, missing, server));
        Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
        if (!ReplicationLink.await(connection, missing, left)) {
            LOG.warn(
                    "server {} has not applied {} within {} ms and is used all the same",
                    server,
                    missing,
                    settings.catchUpTimeout().toMillis());
        }
    }

    private static GtidSet unapplied(Connection connection) throws SQLException {
        try {
            return ReplicationLink.unapplied(connection);
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("42")) {
                LOG.debug("the account may not see the state of replication: {}", e.getMessage());
                GtidSet executed = ReplicationLink.executed(connection);
                return executed.minus(executed);
            }
            throw e;
        }
    }

    private GtidSet executedElsewhere(MySqlServer server, Connection connection) throws SQLException {
        List<CompletableFuture<Optional<GtidSet>>> answers = new ArrayList<>();
        for (MySqlServer peer : settings.servers().peersOf(server.node())) {
            answers.add(CompletableFuture.supplyAsync(() -> executed(peer), executor));
        }
        GtidSet executed = ReplicationLink.executed(connection);
        GtidSet all = executed.minus(executed);
        for (CompletableFuture<Optional<GtidSet>> answer : answers) {
            // Each ends by its own time-outs.
            all = answer.join().map(all::union).orElse(all);
        }
        return all;
    }

    private Optional<GtidSet> executed(MySqlServer peer) {
        Duration limit = settings.catchUpTimeout().dividedBy(2);
        ServerLogin login = settings.login(peer).within(limit, limit);
        try (Connection connection = login.connect()) {
            return Optional.of(ReplicationLink.executed(connection));
        } catch (SQLException e) {
            LOG.debug("server {} does not say what it has executed: {}", peer, e.getMessage());
            return Optional.empty();
        }
    }
}
