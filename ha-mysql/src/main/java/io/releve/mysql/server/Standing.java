package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import java.util.Optional;

/**
 * How a server stands: whether it may be promoted, how gladly, and why. Pure.
 *
 * @param score the promotion score
 * @param text one readable sentence
 * @param well whether nobody needs to look at it
 */
record Standing(int score, String text, boolean well) {

    static final int NEVER = -1_000_000;

    static final int PRIMARY = 1000;
    private static final int FORMER_PRIMARY = 900;
    private static final int REPLICA = 100;

    /** It would have to apply first what others have applied already. */
    private static final int LAST_CHOICE = 1;

    /** More than the primary itself. */
    private static final int WANTED = 2000;

    /**
     * What is known of a server that is up.
     *
     * @param open whether it is open as the primary
     * @param status the state of its replication; empty if it follows nobody
     * @param errant transactions that the primary lacks; empty set or unknown if none
     * @param allHeard whether every other server has answered
     * @param ahead whether it has everything that the others that answered have
     */
    record Seen(
            boolean open, Optional<ReplicaStatus> status, Optional<GtidSet> errant, boolean allHeard, boolean ahead) {}

    static Standing of(
            MySqlServer self,
            Seen seen,
            Optional<PrimaryRecord> primary,
            Optional<PromotableSet> set,
            Durability durability) {
        if (seen.open()) {
            return new Standing(PRIMARY, "is the primary", true);
        }
        if (seen.errant().filter(gtids -> !gtids.isEmpty()).isPresent()) {
            return never("has transactions that the primary lacks ("
                    + seen.errant().get() + "): it does not follow before people have looked at them and rebuilt it");
        }
        if (seen.status().flatMap(ReplicaStatus::applierError).isPresent()) {
            return never("cannot apply what it received: "
                    + seen.status().get().applierError().get());
        }
        if (primary.isEmpty()) {
            return beforeTheFirst(self, seen);
        }
        if (durability.isSync() && set.isPresent()) {
            return inSet(self, seen, primary.get(), set.get());
        }
        if (primary.get().names(self)) {
            return new Standing(FORMER_PRIMARY, "was the last primary", true);
        }
        return replica(self, seen, primary.get());
    }

    private static Standing beforeTheFirst(MySqlServer self, Seen seen) {
        if (!seen.allHeard()) {
            return never("there has been no primary yet, and not every server has been heard: start them all once");
        }
        return seen.ahead()
                ? new Standing(Math.max(1, REPLICA - self.number()), "can be the first primary", true)
                : never("another server has transactions that this one lacks: that one becomes the first primary");
    }

    private static Standing inSet(MySqlServer self, Seen seen, PrimaryRecord primary, PromotableSet set) {
        if (set.primary().equals(self.node()) && primary.epoch() <= set.epoch()) {
            return new Standing(FORMER_PRIMARY, "was the last primary", true);
        }
        if (set.primary().equals(self.node()) && !set.replicas().isEmpty()) {
            return new Standing(
                    1, "was the primary in epoch " + set.epoch() + "; " + primary + " came after it", false);
        }
        if (!set.contains(self.node())) {
            return never(
                    "may lack what was acknowledged: " + set + " have it. It must catch up with " + primary.node());
        }
        return replica(self, seen, primary);
    }

    private static Standing replica(MySqlServer self, Seen seen, PrimaryRecord primary) {
        int score = Math.max(1, REPLICA - self.number());
        if (seen.status().isEmpty()) {
            return new Standing(score, "follows nobody yet; the primary is " + primary.node(), false);
        }
        ReplicaStatus status = seen.status().get();
        if (!status.applierRunning()) {
            return new Standing(
                    LAST_CHOICE,
                    "does not apply what it receives from " + primary.node() + ": its applier is stopped",
                    false);
        }
        if (status.receiver() == Receiver.STOPPED && status.receiverError().isPresent()) {
            return new Standing(
                    score,
                    "receives nothing from " + primary.node() + ": "
                            + status.receiverError().get(),
                    false);
        }
        return new Standing(score, "follows " + primary.node(), true);
    }

    /** The same for the server that the operator wants to be the primary. */
    Standing wanted() {
        return score > 0 && well ? new Standing(score + WANTED, text, true) : this;
    }

    private static Standing never(String why) {
        return new Standing(NEVER, why, false);
    }
}
