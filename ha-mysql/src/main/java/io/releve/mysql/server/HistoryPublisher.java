package io.releve.mysql.server;

import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PromotionDecision.Report;
import io.releve.mysql.replication.Published;
import io.releve.mysql.replication.ReplicationLink;
import io.releve.mysql.server.ClusterRecords.Known;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * On the primary of asynchronous replicas: tells the cluster what it has executed, so that a promotion without it can be
 * compared with that. At most one write a second, and none while nothing changes.
 *
 * <p>Not thread-safe; {@link #publish()} is used by the keeper's thread only.
 */
final class HistoryPublisher {

    /** The shortest time between two writes. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ServerState state;
    private @Nullable Instant unchanged;
    private long writtenAt = System.nanoTime() - INTERVAL.toNanos();

    HistoryPublisher(ServerState state) {
        this.state = state;
    }

    /**
     * The first word of an epoch, before its primary opens: from then on an accepted loss of the epoch before has counted.
     *
     * @param reports of all servers whose transactions the new primary will have
     * @throws SharedRecordException if it cannot be recorded
     */
    void begin(long epoch, List<Report> reports, Instant now, Duration limit) {
        if (state.settings.durability().isSync()) {
            return;
        }
        GtidSet everything =
                reports.stream().map(Report::received).reduce(GtidSet::union).orElseThrow();
        Published first = Published.first(epoch, state.self.node(), everything, now);
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Known<Published> before = state.records.readPublished(limit);
            if (before.value().filter(known -> known.epoch() > epoch).isPresent()) {
                throw new SharedRecordException(
                        Reason.CONFLICT, "a later epoch than " + epoch + " has begun: " + before.value(), null);
            }
            try {
                state.records.write(first, before.number(), limit);
                return;
            } catch (SharedRecordException e) {
                // The former primary may still be publishing; it stops when it sees the new epoch.
                if (e.reason() != Reason.CONFLICT || System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }

    /** One look at an open server. */
    void publish() throws SQLException {
        if (state.settings.durability().isSync() || System.nanoTime() - writtenAt < INTERVAL.toNanos()) {
            return;
        }
        GtidSet executed = state.background.ask(LIMIT, ReplicationLink::executed);
        Instant now = Instant.now();
        Known<Published> known = state.records.lastPublished();
        if (known.value().filter(last -> last.epoch() > state.epoch()).isPresent()) {
            return;
        }
        Optional<Published> mine = known.value().filter(last -> last.epoch() == state.epoch());
        if (mine.filter(last -> last.last().gtids().equals(executed.toString())).isPresent()) {
            unchanged = now;
            return;
        }
        Instant until = unchanged;
        Published next = mine.map(
                        last -> last.next(executed, until == null ? last.last().at() : until, now))
                .orElseGet(() -> Published.first(state.epoch(), state.self.node(), executed, now));
        writtenAt = System.nanoTime();
        state.records.write(next, known.number(), LIMIT);
        unchanged = now;
    }
}
