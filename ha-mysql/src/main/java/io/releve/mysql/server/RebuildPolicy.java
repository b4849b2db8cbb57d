package io.releve.mysql.server;

/**
 * When a server of a primary and its replicas is replaced by a copy of the primary. In either case what it has and the primary
 * lacks is reported and kept first ({@link ErrantReport}). Immutable.
 *
 * @param byItself whether also without the operator's word
 */
public record RebuildPolicy(boolean byItself) {

    /** When the operator says so, by {@link PrimaryControl#rebuild}. */
    public static RebuildPolicy onRequest() {
        return new RebuildPolicy(false);
    }

    /**
     * Also by itself: when the server has transactions that the primary lacks and all of them were found in its binary log and
     * kept, or when the primary no longer has the binary logs that the server would need.
     */
    public static RebuildPolicy automatic() {
        return new RebuildPolicy(true);
    }
}
