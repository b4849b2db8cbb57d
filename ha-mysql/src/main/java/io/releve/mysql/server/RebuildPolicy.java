package io.releve.mysql.server;

/**
 * When a server of a primary and its replicas is replaced by a copy of the primary. In either case what it has and the primary
 * lacks is reported and kept first ({@link ErrantReport}). Immutable.
 *
 * @param byItself whether also without the operator's word
 * @param unacknowledgedByItself whether at least for what nobody has acknowledged; follows from the first
 */
public record RebuildPolicy(boolean byItself, boolean unacknowledgedByItself) {

    public RebuildPolicy {
        unacknowledgedByItself |= byItself;
    }

    /** When the operator says so, by {@link PrimaryControl#rebuild}. */
    public static RebuildPolicy onRequest() {
        return new RebuildPolicy(false, false);
    }

    /**
     * Also by itself when all that the server has and the primary lacks was written by itself while it was the primary, under
     * {@link Durability#sync}: then it was acknowledged to nobody, or the primary would have it. MariaDB commits that when
     * it closes itself at the end of its lease, for that ends the sessions that wait. Only MariaDB's GTIDs tell; with MySQL
     * this is {@link #onRequest}.
     */
    public static RebuildPolicy unacknowledged() {
        return new RebuildPolicy(false, true);
    }

    /**
     * Also by itself: when the server has transactions that the primary lacks and all of them were found in its binary log and
     * kept, or when the primary no longer has the binary logs that the server would need.
     */
    public static RebuildPolicy automatic() {
        return new RebuildPolicy(true, true);
    }
}
