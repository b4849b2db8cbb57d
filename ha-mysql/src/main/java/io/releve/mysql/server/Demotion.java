package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.replication.ServerSessions.Activity;
import io.releve.mysql.server.ServerState.Mode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a primary: lets running transactions end while the time for that lasts, closes the server to writes, and ends the
 * sessions that are left. What waits for an acknowledgement is waited for: nobody is told of a commit that is on one server
 * only.
 *
 * <p>Clients hear of it as this node does, some milliseconds earlier or later. A {@code DataSource} of this project closes its
 * connections then, so that a server without sessions is certain to be sent nothing more. Where idle sessions stay, somebody may
 * not have heard yet.
 */
final class Demotion {

    private static final Logger LOG = LoggerFactory.getLogger(Demotion.class);

    /** No server tells when a transaction ends. */
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    /** How long sessions must have been idle: between two statements of one there is a moment without any. */
    private static final Duration QUIET = Duration.ofMillis(5);

    /** The same for those of the application, which is expected to close them: it hears that much later at most, as a rule. */
    private static final Duration APPLICATION_QUIET = Duration.ofMillis(250);

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final ServerState state;
    private final MySqlServer self;
    private final long deadline;
    private final Timeline timeline;

    Demotion(ServerState state, OperationContext operation, Timeline timeline) {
        this.timeline = timeline;
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
                close(drain());
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

    /** Returns whether nothing runs any more. */
    private boolean drain() throws SQLException {
        Duration half = left().dividedBy(2);
        Duration limit = state.settings.drainLimit().compareTo(half) < 0 ? state.settings.drainLimit() : half;
        long begun = System.nanoTime();
        long busySince = begun;
        while (true) {
            long looked = System.nanoTime();
            Activity activity = state.local.ask(left(), link -> link.sessions().activity(state.settings::isOwnAccount));
            if (activity.busy() > 0) {
                busySince = System.nanoTime();
            } else if (looked - busySince >= quiet(activity.idle()).toNanos()) {
                timeline.mark("drained");
                return true;
            }
            if (System.nanoTime() - begun >= limit.toNanos()) {
                timeline.mark("not drained");
                return mayBeClosed(activity.busy(), limit);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private boolean mayBeClosed(int busy, Duration limit) {
        if (busy > 0) {
            LOG.warn("{}: {} transactions did not end within {} ms and are ended now", self, busy, limit.toMillis());
        }
        return busy == 0;
    }

    private Duration quiet(Set<String> idle) {
        if (idle.isEmpty()) {
            return Duration.ZERO;
        }
        return idle.stream().anyMatch(state.settings::isApplication) ? APPLICATION_QUIET : QUIET;
    }

    /** @param quiet whether nothing runs: what is sent even so is better refused than lost */
    private void close(boolean quiet) throws SQLException {
        boolean closed = false;
        boolean spare = quiet;
        while (!closed) {
            if (!spare) {
                state.local.ask(left(), link -> link.sessions().end(state.settings::isOwnAccount));
            }
            spare = false;
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
