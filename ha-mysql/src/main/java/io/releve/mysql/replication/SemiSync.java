package io.releve.mysql.replication;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A server's part in semi-synchronous replication: whether it acknowledges what it receives, as a replica; whether it waits for
 * acknowledgements, as a primary; and what ends a wait for one that was lost.
 *
 * <p>For use by one thread at a time, as its connection is.
 */
public final class SemiSync {

    private final ReplicationLink link;

    SemiSync(ReplicationLink link) {
        this.link = link;
    }

    /** Whether the server, as a replica, acknowledges what it receives; counts from the next start of its receiver. */
    public boolean isAcknowledging() throws SQLException {
        return link.value(link.dialect().isAcknowledging()).equals("1");
    }

    /** Has the server, as a replica, acknowledge or not; counts from the next start of its receiver. */
    public void acknowledge(boolean yes) throws SQLException {
        for (String sql : link.dialect().acknowledge(yes)) {
            link.execute(sql);
        }
    }

    /**
     * Has a replica that does not acknowledge receive as fast as it can, to catch up: what it has received and not applied can be lost
     * with its host. {@link #receiveDurably} and {@link #acknowledge} end that.
     */
    public void receiveInHaste() throws SQLException {
        for (String sql : link.dialect().receiveInHaste()) {
            link.execute(sql);
        }
    }

    /**
     * Has a replica receive so that nothing of it is lost with its host, if what it has received in haste is on disk: applied.
     *
     * @param limit for applying
     * @return whether that is so; if not, it may receive in either way
     */
    public boolean receiveDurably(Duration limit) throws SQLException {
        List<String> durably = link.dialect().receiveDurably();
        if (durably.isEmpty()) {
            return true;
        }
        if (!link.await(link.received().minus(link.executed()), limit.dividedBy(2))) {
            return false;
        }
        for (String sql : durably) {
            link.execute(sql);
        }
        return link.await(link.received().minus(link.executed()), limit.dividedBy(2));
    }

    /**
     * What became of the commits of a primary that waits for acknowledgements.
     *
     * @param acknowledged commits that were acknowledged since the server's start
     * @param waiting sessions that wait for an acknowledgement
     */
    public record Acknowledgements(long acknowledged, long waiting) {}

    /** How the server's commits fare, as a primary. */
    public Acknowledgements acknowledgements() throws SQLException {
        String[] both = link.value(link.dialect().acknowledgements()).split(" ", -1);
        return both.length == 2
                ? new Acknowledgements(Long.parseLong(both[0]), Long.parseLong(both[1]))
                : new Acknowledgements(0, 0);
    }

    /**
     * Has a replica tell its source by position what it has: an acknowledgement that was lost on the way is given once
     * more. It applies all that it has received first. {@link #followByGtid} must come after it.
     *
     * @param limit for applying
     * @return whether that was possible; not while half a transaction has been received
     */
    public boolean acknowledgeByPosition(Duration limit) throws SQLException {
        if (!stopDrained(limit)) {
            return false;
        }
        // From the middle of a transaction nothing can be followed.
        Optional<ReplicaStatus.Place> place = link.status()
                .filter(now -> now.readUpTo().equals(now.appliedUpTo()))
                .flatMap(ReplicaStatus::readUpTo);
        if (place.isPresent()) {
            link.execute(
                    link.dialect().followFrom(place.get().file(), place.get().position()));
        }
        link.start();
        return place.isPresent();
    }

    /** Has a replica that was told to go by position ask by GTID again, when it has applied all that it received. */
    public boolean followByGtid(Duration limit) throws SQLException {
        if (!stopDrained(limit)) {
            return false;
        }
        link.forgetTheRest();
        link.execute(link.dialect().followByGtid());
        link.start();
        return true;
    }

    /** Stops replication when everything received is applied; if that takes too long, it goes on. */
    private boolean stopDrained(Duration limit) throws SQLException {
        link.stopReceiver();
        if (!link.awaitReceived(link.received().minus(link.executed()), limit)) {
            link.startReceiver();
            return false;
        }
        link.stop();
        return true;
    }

    /** How many acknowledgements the server, as a primary, waits for; 0: none. */
    public void awaitAcknowledgements(int count) throws SQLException {
        for (String sql : link.dialect().awaitAcknowledgements(count)) {
            link.execute(sql);
        }
    }
}
