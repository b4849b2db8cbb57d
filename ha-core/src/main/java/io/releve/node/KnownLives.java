package io.releve.node;

import io.releve.fencing.LeaseTable.Life;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The lives that one life has written down, and whether it may count on them (rule 1).
 *
 * <p>A record counts once a renewal that was sent after it was written is confirmed; and none is written between a renewal by
 * promises and the next confirmed one. So as long as the number of renewals that others see stays the same, the record that
 * they read is the one that promises are counted on.
 *
 * <p>A value: each change gives a new one.
 *
 * @param recorded what was last written, this life included
 * @param state how far that is
 * @param writtenAt when it was confirmed
 * @param promisedAt when the questions were sent that all have promised to last
 * @param renewedAt when the last confirmed renewal was sent
 */
record KnownLives(
        Life self, Set<Life> recorded, State state, long writtenAt, OptionalLong promisedAt, OptionalLong renewedAt) {

    enum State {
        /** Nothing is surely written. */
        UNKNOWN,
        /** A write is under way. */
        WRITING,
        /** Written, but no renewal is confirmed that was sent after it. */
        WRITTEN,
        /** To be counted on. */
        SETTLED
    }

    KnownLives {
        recorded = Set.copyOf(recorded);
    }

    static KnownLives of(Life self) {
        return new KnownLives(self, Set.of(), State.UNKNOWN, 0, OptionalLong.empty(), OptionalLong.empty());
    }

    /** Whether what is seen must be written, and may be now. */
    boolean mustWrite(Set<Life> seen) {
        boolean renewedSince =
                promisedAt.isEmpty() || (renewedAt.isPresent() && renewedAt.getAsLong() - promisedAt.getAsLong() >= 0);
        boolean differs = state == State.UNKNOWN || !recorded.equals(seen);
        return state != State.WRITING && differs && renewedSince && seen.contains(self);
    }

    KnownLives writing(Set<Life> seen) {
        return new KnownLives(self, seen, State.WRITING, 0, promisedAt, renewedAt);
    }

    KnownLives written(long nowNanos) {
        return new KnownLives(self, recorded, State.WRITTEN, nowNanos, promisedAt, renewedAt);
    }

    KnownLives notWritten() {
        return new KnownLives(self, Set.of(), State.UNKNOWN, 0, promisedAt, renewedAt);
    }

    /** The coordination service has confirmed a renewal. */
    KnownLives renewed(long sentAtNanos) {
        boolean settles = state == State.WRITTEN && sentAtNanos - writtenAt > 0;
        return new KnownLives(
                self, recorded, settles ? State.SETTLED : state, writtenAt, promisedAt, OptionalLong.of(sentAtNanos));
    }

    /** All have promised. */
    KnownLives promised(long sentAtNanos) {
        return new KnownLives(self, recorded, state, writtenAt, OptionalLong.of(sentAtNanos), renewedAt);
    }

    /** Who has to promise; nobody: promises cannot renew the lease now. */
    Set<Life> toAsk(Set<Life> seen) {
        if (state != State.SETTLED || !recorded.containsAll(seen)) {
            return Set.of();
        }
        Set<Life> others = new HashSet<>(recorded);
        others.remove(self);
        return Set.copyOf(others);
    }
}
