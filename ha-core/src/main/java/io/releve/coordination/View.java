package io.releve.coordination;

import java.util.Map;
import java.util.Optional;

/**
 * The shared memory as one participant sees it at one moment. Never newer than the truth; may be older.
 *
 * @param connection whether the participant is in touch with the service; the rest is what was last known
 * @param config the shared configuration
 * @param members the members, by node
 * @param reports each node's last report, by node; outlives the membership
 * @param evictions the incarnation of each node that was last evicted, by node
 * @param records what nodes have written down for each other, by key
 * @param plan the last plan
 * @param controller the node that is the elected controller
 * @param reign this participant's own reign, while it is in touch and the controller
 */
public record View(
        Connection connection,
        Optional<Document> config,
        Map<String, Member> members,
        Map<String, Document> reports,
        Map<String, String> evictions,
        Map<String, Document> records,
        Optional<Document> plan,
        Optional<String> controller,
        Optional<Reign> reign) {

    /** How a participant stands with the service. */
    public enum Connection {
        /** In touch. */
        CONNECTED,
        /** Not in touch; the session may still be alive. */
        SUSPENDED,
        /** The session is over: no membership is left. */
        LOST
    }

    public View {
        members = Map.copyOf(members);
        reports = Map.copyOf(reports);
        evictions = Map.copyOf(evictions);
        records = Map.copyOf(records);
    }

    /**
     * The same knowledge, no longer in touch with the service. Whoever is out of touch does not rule: somebody else may
     * have been elected since.
     *
     * @param how {@link Connection#SUSPENDED} or {@link Connection#LOST}
     */
    public View outOfTouch(Connection how) {
        return new View(how, config, members, reports, evictions, records, plan, controller, Optional.empty());
    }

    /** What is known before the first contact: nothing. */
    public static View unknown() {
        return new View(
                Connection.SUSPENDED,
                Optional.empty(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
