package io.releve.scheduler;

import java.time.Duration;

/** What can befall a cluster. */
sealed interface Disturbance {

    /** A node is gone, and what it ran is over; with fencing, only once it is fenced. */
    record Lost(String node) implements Disturbance {}

    /** A node joins, or joins again, with nothing running. */
    record Joins(String node) implements Disturbance {}

    /** A node is put in standby, or taken out of it. */
    record Standby(String node, boolean standby) implements Disturbance {}

    /** A node wants to leave in good order. */
    record Leaves(String node) implements Disturbance {}

    /**
     * A running instance of a resource is found to have stopped.
     *
     * @param instance which one, modulo their number
     */
    record Fails(String resource, int instance) implements Disturbance {}

    /** The next start of a resource fails. */
    record CannotStart(String resource) implements Disturbance {}

    /** An agent publishes a promotion score. */
    record Scores(String resource, String node, int score) implements Disturbance {}

    /** Time goes by. */
    record Passes(Duration time) implements Disturbance {}
}
