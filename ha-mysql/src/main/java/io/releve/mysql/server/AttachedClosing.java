package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.Supervisor.StartFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a server that somebody else runs, and whose process is nobody's here to end. */
final class AttachedClosing {

    private static final Logger LOG = LoggerFactory.getLogger(AttachedClosing.class);

    /** Until then a server that can be closed is closed; one that is frozen must not use up the operation's time. */
    private static final Duration CLOSING_LIMIT = Duration.ofSeconds(5);

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

    private final AgentSettings settings;
    private final MySqlServer self;
    private final BooleanSupplier listens;

    /** @param listens whether somebody listens at the server's port, or may */
    AttachedClosing(AgentSettings settings, MySqlServer self, BooleanSupplier listens) {
        this.settings = settings;
        this.self = self;
        this.listens = listens;
    }

    /** Only a promotion opens it. */
    void closeBeforeTakingOn(Connection connection, OperationContext operation) throws SQLException, StartFailed {
        if (!new ReplicationLink(connection).isWritable()) {
            return;
        }
        Duration limit = shorter(CLOSING_LIMIT, operation.remaining().dividedBy(2));
        SqlFencing.Report report =
                SqlFencing.close(settings.administratorLogin(self, limit), limit, SqlFencing.Sessions.OF_OTHERS);
        LOG.warn("attached server {} was open to writes when it was taken on: {}", self, report);
        if (!report.isClosed()) {
            throw new StartFailed("attached server " + self + " is open to writes and could not be closed: " + report);
        }
    }

    /** Closes the server to writes, and says so only if that is sure. */
    Outcome close(Duration limit) {
        Duration share = shorter(CLOSING_LIMIT, limit.dividedBy(4));
        // Time that a frozen server takes is time without a primary.
        String seen = silence(shorter(LOOK_LIMIT, share)).orElse("");
        if (seen.isEmpty()) {
            SqlFencing.Report report = fence(share, SqlFencing.Sessions.OF_OTHERS);
            if (report.result() == SqlFencing.Result.OPEN) {
                // What it waits for may be a commit of the agent's own.
                report = fence(share, SqlFencing.Sessions.ALL);
            }
            if (report.isClosed()) {
                return Outcome.ok();
            }
            seen = report.toString();
        }
        if (!listens.getAsBoolean()) {
            return Outcome.ok();
        }
        return Outcome.failed("attached server " + self + " could not be closed to writes (" + seen
                + "). The agent does not end its process: stop it, or switch its host off. Its lease is given up, so it closes"
                + " itself as soon as it can");
    }

    private SqlFencing.Report fence(Duration limit, SqlFencing.Sessions sessions) {
        SqlFencing.Report report = SqlFencing.close(settings.administratorLogin(self, limit), limit, sessions);
        if (report.changed()) {
            LOG.info("{}", report);
        }
        return report;
    }

    /** What somebody hears who logs on and gets no answer; empty if there is one, be it a refusal. */
    private Optional<String> silence(Duration limit) {
        try (Connection connection = settings.administratorLogin(self, limit).connect()) {
            return connection.isClosed() ? Optional.of("it ended the session") : Optional.empty();
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState()).startsWith("08") && !SqlErrors.isSaturated(e)
                    ? Optional.of("no answer within " + limit.toMillis() + " ms: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
                    : Optional.empty();
        }
    }

    /** What it has received it applies first, if that does not take long. */
    void stopReplication(Duration left) throws SQLException {
        Duration limit = left.toMillis() > 0 ? left : Duration.ofMillis(1);
        try (Connection connection = settings.administratorLogin(self, limit).connect()) {
            ReplicationLink link = new ReplicationLink(connection);
            if (settings.durability().isSync()) {
                link.semiSync().acknowledge(false);
            }
            if (link.status().isEmpty()) {
                return;
            }
            if (!link.lock(ServerState.REPLICATION_LOCK, LOOK_LIMIT)) {
                LOG.info("somebody else is at work on the replication of {}, which is stopped all the same", self);
            }
            link.stopReceiver();
            GtidSet unapplied = link.received().minus(link.executed());
            if (!unapplied.isEmpty() && !link.awaitReceived(unapplied, limit.dividedBy(2))) {
                LOG.warn("{} has not applied yet what it received: {}", self, unapplied);
            }
            link.stop();
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
