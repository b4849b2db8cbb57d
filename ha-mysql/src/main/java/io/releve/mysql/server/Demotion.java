package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ServerState.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a primary: lets running transactions end while the time for that lasts, ends the sessions that are left, and closes
 * the server to writes. What waits for an acknowledgement is waited for: nobody is told of a commit that is on one server
 * only.
 */
final class Demotion {

    private static final Logger LOG = LoggerFactory.getLogger(Demotion.class);

    /** No server tells when a transaction ends. */
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final ServerState state;
    private final MySqlServer self;
    private final long deadline;
    private final Timeline timeline = new Timeline();

    Demotion(ServerState state, OperationContext operation) {
        this.state = state;
        this.self = state.self;
        this.deadline =
                operation.deadline() - operation.remaining().dividedBy(20).toNanos();
    }

    /** Carries it out. The caller has the conduct. */
    Outcome run() {
        state.become(Mode.CLOSING);
        try {
            boolean writable = state.local.ask(left(), ReplicationLink::isWritable);
            if (writable) {
                drain();
                close();
            }
            state.lease.releaseSoon();
            state.become(Mode.REPLICA);
            // Closing has waited for every commit, and each commit for its acknowledgement.
            state.mayHoldUnacknowledged(state.mayHoldUnacknowledged() && !writable);
            LOG.info("{} is closed to writes; {}", self, timeline);
            return Outcome.ok();
        } catch (SQLException e) {
            return Outcome.failed(
                    SqlErrors.explain(e, state.settings.administrator().user(), self));
        }
    }

    private void drain() throws SQLException {
        Duration half = left().dividedBy(2);
        Duration limit = state.settings.drainLimit().compareTo(half) < 0 ? state.settings.drainLimit() : half;
        long end = System.nanoTime() + limit.toNanos();
        int quiet = 0;
        // Twice in a row: between two transactions of one session there is a moment without any.
        while (quiet < 2) {
            int busy = state.local.ask(left(), link -> link.sessions().busy(state.settings::isOwnAccount));
            quiet = busy == 0 ? quiet + 1 : 0;
            if (System.nanoTime() >= end) {
                LOG.warn(
                        "{}: {} transactions did not end within {} ms and are ended now", self, busy, limit.toMillis());
                break;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        timeline.mark("drained");
    }

    private void close() throws SQLException {
        boolean closed = false;
        while (!closed) {
            state.local.ask(left(), link -> link.sessions().end(state.settings::isOwnAccount));
            Duration patience = left().compareTo(SHORT) < 0 ? left() : SHORT;
            closed = state.local.ask(left(), link -> link.close(patience, state.settings::isOwnAccount));
            if (!closed && left().toMillis() <= 1) {
                throw new SQLException(
                        "server " + self
                                + " could not be closed to writes in time: something holds its locks, or a commit"
                                + " waits for an acknowledgement that no replica gives",
                        "HY000");
            }
        }
        timeline.mark("closed");
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }
}
