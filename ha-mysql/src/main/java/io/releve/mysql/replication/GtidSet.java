package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;

/**
 * A set of transactions by their global ids, with the arithmetic that "has everything that the other has" needs.
 * Immutable.
 *
 * <p>Sets of MySQL and of MariaDB do not mix: arithmetic between them throws {@link IllegalArgumentException}.
 */
public sealed interface GtidSet permits MySqlGtidSet, MariaDbGtidSet {

    /** Whether there is no transaction in it. */
    boolean isEmpty();

    /** Whether every transaction of the other set is in this one. */
    boolean contains(GtidSet other);

    /** The transactions of both. */
    GtidSet union(GtidSet other);

    /** The transactions of this set that are not in the other. */
    GtidSet minus(GtidSet other);

    /**
     * How many transactions of this set are not in the other. With MariaDB the numbers of a domain are counted, of which
     * none is left out where each domain has one writer.
     */
    long countWithout(GtidSet other);

    /**
     * Whether a server surely wrote all of it, and did so while it was the primary. MySQL's GTIDs do not tell: {@code false}.
     *
     * @param server the server
     */
    boolean wasWrittenAsPrimary(MySqlServer server);

    /**
     * Reads a set of the same kind.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    GtidSet read(String text);

    /** The set in the server's own form, which the server accepts again. */
    @Override
    String toString();
}
