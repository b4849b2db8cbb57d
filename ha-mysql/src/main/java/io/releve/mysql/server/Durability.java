package io.releve.mysql.server;

/**
 * What a client's "committed" is worth when the primary is lost. Immutable.
 *
 * @param mode whether a commit waits for replicas
 * @param acknowledgements for how many; 1 with MariaDB, which cannot wait for more
 * @param alone whether the primary goes on when no replica is left; else its commits wait until one is back
 */
public record Durability(Mode mode, int acknowledgements, boolean alone) {

    /** Whether a commit waits for replicas. */
    public enum Mode {
        /** A commit does not wait. What the primary had not sent when it was lost is lost, or errant if it returns. */
        ASYNC,
        /** A transaction that a client was told is committed is on the primary and on replicas that may be promoted. */
        SYNC
    }

    public Durability {
        if (acknowledgements < 0 || (mode == Mode.SYNC && acknowledgements < 1)) {
            throw new IllegalArgumentException(acknowledgements + " acknowledgements: at least one is needed");
        }
    }

    /**
     * Each commit waits for one replica. When no replica is left, commits wait until one is back: nothing acknowledged is
     * ever on one server only.
     */
    public static Durability sync() {
        return new Durability(Mode.SYNC, 1, false);
    }

    /** No commit waits. */
    public static Durability async() {
        return new Durability(Mode.ASYNC, 0, true);
    }

    /** The same, waiting for so many replicas. */
    public Durability acknowledgements(int count) {
        return new Durability(mode, count, alone);
    }

    /**
     * The same, but when no replica is left the primary goes on. Until one is back, only this server may be promoted, and
     * what it acknowledges meanwhile is on no other.
     */
    public Durability goOnAlone() {
        return new Durability(mode, acknowledgements, true);
    }

    boolean isSync() {
        return mode == Mode.SYNC;
    }
}
