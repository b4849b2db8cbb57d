package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import java.util.Optional;

/**
 * What a replica said.
 *
 * @param follows whether it receives from this server
 * @param acknowledges whether it acknowledges
 * @param complete whether it has received all that this server had executed just before
 * @param ready whether it follows as it is to follow from now on
 * @param executed what it has executed; empty if it does not answer
 */
record ReplicaView(
        MySqlServer server,
        boolean answers,
        boolean refused,
        boolean follows,
        boolean acknowledges,
        boolean complete,
        boolean ready,
        Optional<GtidSet> executed) {

    static ReplicaView silent(MySqlServer server, boolean refused) {
        return new ReplicaView(server, false, refused, false, false, false, false, Optional.empty());
    }

    /** The same without a place in the set: it has what the primary lacks, and would stand in the way of a promotion. */
    ReplicaView errant() {
        return new ReplicaView(server, answers, true, false, acknowledges, false, false, executed);
    }

    String node() {
        return server.node();
    }

    boolean holds() {
        return follows && acknowledges && complete;
    }
}
