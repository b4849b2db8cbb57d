package io.releve.lab.faults;

import java.time.Duration;
import java.util.Optional;

/**
 * What must come of a fault, besides what always must: no acknowledged write lost, no second writer, no second holder of
 * the address, everything running again in the end.
 *
 * @param moves whether the application is to be led to another host
 * @param limit the longest outage, if there is a limit: what does not depend on the lease
 * @param leases how many leases are added to it
 */
record Expectation(Moves moves, Optional<Duration> limit, int leases) {

    /** Whether the application is led to another host. */
    enum Moves {
        MUST,
        MUST_NOT,
        MAY
    }

    static Expectation failover() {
        return new Expectation(Moves.MUST, Optional.empty(), 0);
    }

    static Expectation stay() {
        return new Expectation(Moves.MUST_NOT, Optional.empty(), 0);
    }

    static Expectation either() {
        return new Expectation(Moves.MAY, Optional.empty(), 0);
    }

    /** The same, with a limit. */
    Expectation within(long millis) {
        return new Expectation(moves, Optional.of(Duration.ofMillis(millis)), 0);
    }

    /** The same, with a limit that grows with the lease. */
    Expectation withinLeases(int count, long andMillis) {
        return new Expectation(moves, Optional.of(Duration.ofMillis(andMillis)), count);
    }

    /** The limit for a lease. */
    Optional<Duration> limit(Duration lease) {
        return limit.map(fixed -> fixed.plus(lease.multipliedBy(leases)));
    }
}
