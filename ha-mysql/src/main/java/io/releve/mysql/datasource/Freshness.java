package io.releve.mysql.datasource;

import io.releve.mysql.replication.GtidSet;
import java.time.Duration;

/**
 * How up to date a replica is, as far as measured. Times are those of {@link System#nanoTime()}. Pure.
 */
sealed interface Freshness {

    /** Whether it may be read from. */
    boolean isWithin(Duration maxLag, long now);

    /** How long it took, when last measured, to have what the primary had. */
    Duration lag();

    /** One clause about a server, for people. */
    String describe(long now);

    /**
     * It was not measured, or must not be read from.
     *
     * @param why a clause about the server
     */
    record Unfit(String why) implements Freshness {

        @Override
        public boolean isWithin(Duration maxLag, long now) {
            return false;
        }

        @Override
        public Duration lag() {
            return Duration.ofNanos(Long.MAX_VALUE);
        }

        @Override
        public String describe(long now) {
            return why;
        }
    }

    /**
     * It has everything that the primary had executed at a moment.
     *
     * @param asOf the moment
     * @param lag how long after it that was seen
     */
    record Measured(long asOf, Duration lag) implements Freshness {

        @Override
        public boolean isWithin(Duration maxLag, long now) {
            return now - asOf <= maxLag.toNanos();
        }

        @Override
        public String describe(long now) {
            return "has nothing newer than " + (now - asOf) / 1_000_000 + " ms for certain";
        }
    }

    /**
     * What the primary had at a moment.
     *
     * @param takenAt before it was asked
     * @param executed what it had executed
     * @param logged that, and what waits for an acknowledgement: more than any replica of it can have had before
     */
    record Sample(long takenAt, GtidSet executed, GtidSet logged) {

        /** What a replica had before the sample was taken, and the primary does not: nobody should read that. */
        GtidSet errantAmong(GtidSet before) {
            return before.minus(logged);
        }
    }
}
