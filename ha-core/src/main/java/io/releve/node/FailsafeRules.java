package io.releve.node;

import io.releve.fencing.LeaseTable;
import io.releve.fencing.LeaseTable.Life;
import io.releve.peer.Question;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What failsafe allows. docs/failsafe.md has the rules, and why no two hold. Decides only; keeps nothing. */
class FailsafeRules {

    /** Rule 1: who has to promise; nobody: promises cannot renew the lease now. */
    Set<Life> toAsk(KnownLives known, Set<Life> seen) {
        return known.toAsk(seen);
    }

    /**
     * Rule 2: whether a promise is given.
     *
     * @param self this node's life
     * @param holds whether it is a member and holds its lease
     */
    boolean mayPromise(Question question, Life self, boolean holds, Promises promises) {
        return holds && question.asked().equals(self) && !promises.ending().containsKey(question.asker());
    }

    /** Rule 3: whether so many promises renew the lease. */
    boolean isRenewal(int asked, int promised) {
        return asked > 0 && promised == asked;
    }

    /**
     * Rule 4: whether this node may end a life.
     *
     * @param record the lives that it has written down, read after its number of renewals was seen; empty: it has written none
     * @param over since when lives are known to be over
     */
    boolean mayEnd(
            Life victim,
            Duration lease,
            Optional<Set<Life>> record,
            Life self,
            Promises promises,
            Map<Life, Long> over,
            long nowNanos) {
        if (promises.isRunning(victim, nowNanos)) {
            return false;
        }
        if (record.isEmpty()
                || record.get().stream().allMatch(victim::equals)
                || record.get().contains(self)) {
            return true;
        }
        long longEnough = lease.plus(LeaseTable.margin(lease)).toNanos();
        return record.get().stream().filter(life -> !life.equals(victim)).anyMatch(life -> {
            Long since = over.get(life);
            return since != null && nowNanos - since >= longEnough;
        });
    }
}
