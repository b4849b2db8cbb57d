package io.releve.mysql.replication;

/**
 * A look at a server's wall clock, and between which two readings of this JVM's clock, which only goes forward, it was taken.
 *
 * @param server microseconds since 1970
 * @param before a reading before it, in nanoseconds
 * @param after a reading after it, in nanoseconds
 */
record ClockSighting(long server, long before, long after) {

    /**
     * Whether the server's clock was set forward since an earlier look, past a moment that would still be to come otherwise.
     * Counted so that a slow answer, or a JVM that stood still, does not look like it.
     *
     * @param moment a time of the server's clock, as it was at the earlier look
     */
    boolean wasSetForwardPast(long moment, ClockSighting earlier) {
        long unchanged = earlier.server + (after - earlier.before) / 1000;
        return server >= moment && unchanged < moment;
    }
}
