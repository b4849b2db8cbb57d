package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Who follows whom in circular replication: each server follows the one before it, the first one the last. */
public final class Ring {

    private Ring() {}

    /**
     * The source of the server on a node: the nearest server before it that is in use, so that the ring closes around a
     * server that is down; if none is in use, its natural predecessor.
     *
     * @param servers the ring
     * @param node the node of the server that asks
     * @param inUse whether a server is up and has caught up
     * @return empty if the server is alone, or not in the ring
     */
    public static Optional<MySqlServer> sourceOf(MySqlServers servers, String node, Predicate<MySqlServer> inUse) {
        List<MySqlServer> all = servers.all();
        Optional<MySqlServer> self = servers.onNode(node);
        if (self.isEmpty() || all.size() < 2) {
            return Optional.empty();
        }
        int place = all.indexOf(self.get());
        for (int back = 1; back < all.size(); back++) {
            MySqlServer candidate = all.get(Math.floorMod(place - back, all.size()));
            if (inUse.test(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.of(all.get(Math.floorMod(place - 1, all.size())));
    }
}
