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
 * @param errors whether the application may be told of errors
 * @param heldBack whether the first host that the row breaks must stay out, as a replica that follows nobody
 */
record Expectation(Moves moves, Optional<Duration> limit, int leases, boolean errors, boolean heldBack) {

    /** Whether the application is led to another host. */
    enum Moves {
        MUST,
        MUST_NOT,
        MAY
    }

    static Expectation failover() {
        return of(Moves.MUST);
    }

    static Expectation stay() {
        return of(Moves.MUST_NOT);
    }

    static Expectation either() {
        return of(Moves.MAY);
    }

    private static Expectation of(Moves moves) {
        return new Expectation(moves, Optional.empty(), 0, true, false);
    }

    /** The same, with a limit. */
    Expectation within(long millis) {
        return withinLeases(0, millis);
    }

    /** The same, with a limit that grows with the lease. */
    Expectation withinLeases(int count, long andMillis) {
        return new Expectation(moves, Optional.of(Duration.ofMillis(andMillis)), count, errors, heldBack);
    }

    /** The same, and the application is to see a pause at most. */
    Expectation withoutErrors() {
        return new Expectation(moves, limit, leases, false, heldBack);
    }

    /** The same, and people must have looked at the first host before it follows again. */
    Expectation holdingBackTheFirst() {
        return new Expectation(moves, limit, leases, errors, true);
    }

    /** The limit for a lease. */
    Optional<Duration> limit(Duration lease) {
        return limit.map(fixed -> fixed.plus(lease.multipliedBy(leases)));
    }
}
