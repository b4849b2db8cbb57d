package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides whether a server of a ring has caught up, so that the application may use it.
 *
 * <p>A server has caught up when it has executed everything that its peers have executed. A peer that does not answer may
 * have executed anything. Its silence is no obstacle if
 *
 * <ul>
 *   <li>it had left before this server stopped, when this one had everything (it was the last one up), or
 *   <li>another peer answers that itself has caught up, and so speaks for those that are gone, or
 *   <li>the operator says so.
 * </ul>
 *
 * In all other cases the server waits: after "A goes down, B goes on alone, B goes down, A comes back alone", A knows
 * nothing of what B did and must not serve until B is back.
 */
final class CatchUp {

    private CatchUp() {}

    /** What a peer answered. */
    sealed interface PeerView {
        MySqlServer server();

        /** It answered with what it has executed. */
        record Heard(MySqlServer server, GtidSet executed) implements PeerView {}

        /** It did not answer. */
        record Silent(MySqlServer server, String reason) implements PeerView {}
    }

    /**
     * What else is known.
     *
     * @param left nodes whose servers had left before this server stopped, when this one had everything
     * @param caughtUp nodes whose servers have caught up, as the cluster knows it now
     * @param drained whether all that this server received is applied
     * @param operatorsWord whether the operator says that this server may serve alone
     */
    record Knowledge(Set<String> left, Set<String> caughtUp, boolean drained, boolean operatorsWord) {}

    /** What comes out. */
    sealed interface Decision {

        /** One readable sentence. */
        String text();

        /**
         * The server has everything.
         *
         * @param text on what grounds
         */
        record Ready(String text) implements Decision {}

        /**
         * The server must apply this first.
         *
         * @param missing what it lacks
         * @param text who has it
         */
        record Behind(GtidSet missing, String text) implements Decision {}

        /**
         * The server cannot know what it lacks.
         *
         * @param text whom it waits for and what else would help
         */
        record Waiting(String text) implements Decision {}

        /**
         * The server lacks something that replication will not bring.
         *
         * @param text what, and the remedy
         */
        record Unreachable(String text) implements Decision {}
    }

    /**
     * The decision.
     *
     * @param mine what this server has executed
     * @param peers the views of all others
     * @param unreceivable picks out of what is missing what replication will never bring
     * @param knowledge what else is known
     */
    static Decision decide(
            GtidSet mine,
            List<PeerView> peers,
            java.util.function.UnaryOperator<GtidSet> unreceivable,
            Knowledge knowledge) {
        Optional<GtidSet> heard = peers.stream()
                .filter(PeerView.Heard.class::isInstance)
                .map(peer -> ((PeerView.Heard) peer).executed())
                .reduce(GtidSet::union);
        if (heard.isPresent() && !mine.contains(heard.get())) {
            return behind(heard.get().minus(mine), unreceivable);
        }
        List<PeerView.Silent> silent = peers.stream()
                .filter(PeerView.Silent.class::isInstance)
                .map(PeerView.Silent.class::cast)
                .toList();
        if (silent.isEmpty()) {
            return new Decision.Ready("has everything that its peers have executed");
        }
        Optional<String> voucher = peers.stream()
                .filter(PeerView.Heard.class::isInstance)
                .map(peer -> peer.server().node())
                .filter(knowledge.caughtUp()::contains)
                .findFirst();
        if (voucher.isPresent()) {
            return new Decision.Ready("has everything that " + voucher.get() + " has, which had caught up itself");
        }
        String names = silent.stream()
                .map(peer -> peer.server() + ": " + peer.reason())
                .collect(Collectors.joining("; "));
        if (knowledge.operatorsWord()) {
            return new Decision.Ready("serves alone on the operator's word (" + names + ")");
        }
        if (!knowledge.drained()) {
            return new Decision.Waiting("has not applied yet what it received (" + names + ")");
        }
        if (silent.stream()
                .allMatch(peer -> knowledge.left().contains(peer.server().node()))) {
            return new Decision.Ready("was the last one up, with everything; " + names);
        }
        return new Decision.Waiting(
                "cannot know what it missed: " + names
                        + "; start that server, or create the file serve-alone in this instance's directory if its data is lost");
    }

    private static Decision behind(GtidSet missing, java.util.function.UnaryOperator<GtidSet> unreceivable) {
        GtidSet own = unreceivable.apply(missing);
        if (!own.isEmpty()) {
            return new Decision.Unreachable("its peers have transactions of this very server that it lost itself ("
                    + own + "), and servers do not take their own transactions back; rebuild it from a copy of a peer");
        }
        return new Decision.Behind(missing, "has yet to apply " + missing);
    }
}
