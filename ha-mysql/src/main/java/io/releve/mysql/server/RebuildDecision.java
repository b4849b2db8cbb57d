package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.ReplicaStatus;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a server is replaced by a copy of the primary now. Pure. */
sealed interface RebuildDecision {

    /** The primary has purged what the replica would need: MariaDB's number, and MySQL's. */
    Set<Integer> PURGED = Set.of(1236, 13114);

    /** Nobody wants it. */
    record Leave() implements RebuildDecision {}

    /**
     * It is wanted and cannot be yet.
     *
     * @param text why, and what would help
     */
    record Wait(String text) implements RebuildDecision {}

    /**
     * It holds what was acknowledged: it must leave the set of those first.
     *
     * @param text what happens
     */
    record StepBack(String text) implements RebuildDecision {}

    /**
     * It can be.
     *
     * @param source the primary
     * @param reason who wants it
     * @param asked whether the operator asked for it, or an earlier attempt has begun: then what is not found in the
     *     server's own log does not hold it up
     */
    record Begin(PrimaryRecord source, String reason, boolean asked) implements RebuildDecision {}

    /**
     * What is known.
     *
     * @param requested whether the operator wants it
     * @param unfinished whether an earlier attempt has begun
     * @param errant what the server has and the primary lacks; empty if unknown
     * @param status the state of its replication
     * @param primaryAnswers whether the primary answers
     */
    record Seen(
            boolean requested,
            boolean unfinished,
            Optional<GtidSet> errant,
            Optional<ReplicaStatus> status,
            boolean primaryAnswers) {}

    /**
     * The decision.
     *
     * @param set who holds what was acknowledged; empty in asynchronous mode
     */
    static RebuildDecision decide(
            MySqlServer self,
            Seen seen,
            RebuildPolicy policy,
            Optional<PrimaryRecord> primary,
            Optional<PromotableSet> set,
            Durability durability) {
        Optional<String> reason = reason(self, seen, policy, durability);
        if (reason.isEmpty()) {
            return new Leave();
        }
        if (primary.isEmpty() || primary.get().state() != PrimaryRecord.State.OPEN) {
            return new Wait("is to be rebuilt, and there is no primary to copy from; start one");
        }
        if (primary.get().names(self)) {
            return new Wait(
                    "is to be rebuilt, and was itself the last primary: move the primary to another server first,"
                            + " or start one that has everything");
        }
        if (!seen.primaryAnswers()) {
            return new Wait("is to be rebuilt as soon as " + primary.get().node() + " answers");
        }
        if (durability.isSync() && !seen.unfinished()) {
            if (set.isEmpty()
                    || set.get().epoch() < primary.get().epoch()
                    || !set.get().primary().equals(primary.get().node())) {
                return new Wait("is to be rebuilt as soon as " + primary.get().node()
                        + " has said who holds what is acknowledged");
            }
            if (set.get().contains(self.node())) {
                return inSet(self, primary.get(), set.get(), durability);
            }
        }
        return new Begin(primary.get(), reason.get(), seen.requested() || seen.unfinished());
    }

    private static RebuildDecision inSet(
            MySqlServer self, PrimaryRecord primary, PromotableSet set, Durability durability) {
        TreeSet<String> others = new TreeSet<>(set.replicas());
        others.remove(self.node());
        if (others.size() < set.acknowledgements() && !durability.alone()) {
            return new Wait("is to be rebuilt, and is needed: " + primary.node()
                    + " acknowledges nothing without it. Have another replica follow first");
        }
        return new StepBack("is to be rebuilt, and leaves the set of those that hold what was acknowledged first");
    }

    private static Optional<String> reason(MySqlServer self, Seen seen, RebuildPolicy policy, Durability durability) {
        if (seen.unfinished()) {
            return Optional.of("an earlier attempt was not completed");
        }
        if (seen.requested()) {
            return Optional.of("on the operator's word");
        }
        if (policy.unacknowledgedByItself()
                && durability.isSync()
                && seen.errant()
                        .filter(gtids -> !gtids.isEmpty() && gtids.wasWrittenAsPrimary(self))
                        .isPresent()) {
            return Optional.of("it has committed, as the primary, what nobody has acknowledged");
        }
        if (!policy.byItself()) {
            return Optional.empty();
        }
        if (seen.errant().filter(gtids -> !gtids.isEmpty()).isPresent()) {
            return Optional.of("it has transactions that the primary lacks");
        }
        return seen.status()
                .flatMap(ReplicaStatus::receiverError)
                .filter(error -> PURGED.contains(error.code()))
                .map(error -> "the primary no longer has what it would need (" + error + ")");
    }
}
