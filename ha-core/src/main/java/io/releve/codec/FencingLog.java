package io.releve.codec;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which nodes were fenced, which are being fenced, and how. One document of the whole cluster, written by its controllers.
 *
 * @param fenced of each node the life that was last fenced
 * @param open the nodes that are to be fenced and are not yet
 * @param history what was done, the last first; at most {@value #LONGEST_HISTORY} entries
 */
public record FencingLog(Map<String, String> fenced, Map<String, Open> open, List<Done> history) {

    /** The key of the record that it is kept in. */
    public static final String KEY = "_fencing";

    /** How many entries the history has at most. */
    public static final int LONGEST_HISTORY = 20;

    private static final int LONGEST_TEXT = 400;

    /** Nobody was ever fenced. */
    public static final FencingLog EMPTY = new FencingLog(Map.of(), Map.of(), List.of());

    public FencingLog {
        fenced = Map.copyOf(fenced);
        open = Map.copyOf(open);
        history = List.copyOf(history);
    }

    /**
     * A node that is to be fenced and is not yet.
     *
     * @param incarnation which of its lives
     * @param action {@code off} or {@code reboot}
     * @param by the controller that does it
     * @param reason why it is to be fenced
     * @param since when it began
     * @param attempts how often all levels have failed
     * @param failure why the last attempt failed, and what a person can do; empty before the first failure
     * @param nextTry when it is tried again; empty while it is being tried, and when it has been given up
     */
    public record Open(
            String incarnation,
            String action,
            String by,
            String reason,
            Instant since,
            int attempts,
            String failure,
            Optional<Instant> nextTry) {
        public Open {
            failure = shortened(failure);
        }
    }

    /**
     * A node that was fenced.
     *
     * @param node the node
     * @param incarnation which of its lives
     * @param action {@code off} or {@code reboot}; for the end of the lease too, what would have been done
     * @param by the controller that did it
     * @param reason why it was fenced
     * @param level the level that succeeded
     * @param evidence what made it certain
     * @param at when it was certain
     * @param took how long it took from the decision on; for a lost node with nothing but its lease: how long it was waited for
     * @param attempts how often all levels had failed before
     */
    public record Done(
            String node,
            String incarnation,
            String action,
            String by,
            String reason,
            String level,
            String evidence,
            Instant at,
            Duration took,
            int attempts) {
        public Done {
            evidence = shortened(evidence);
        }
    }

    /** Whether this life was fenced. */
    public boolean isFenced(String node, String incarnation) {
        return incarnation.equals(fenced.get(node));
    }

    /** The log with one more node that is to be fenced, or with news of one. */
    public FencingLog with(String node, Open attempt) {
        Map<String, Open> all = new HashMap<>(open);
        all.put(node, attempt);
        return new FencingLog(fenced, all, history);
    }

    /** The log without a node that is to be fenced: that life need not be any more. */
    public FencingLog without(String node, String incarnation) {
        Map<String, Open> all = new HashMap<>(open);
        all.computeIfPresent(node, (name, there) -> there.incarnation().equals(incarnation) ? null : there);
        return new FencingLog(fenced, all, history);
    }

    /** The log after a node was fenced. */
    public FencingLog with(Done done) {
        Map<String, String> lives = new HashMap<>(fenced);
        lives.put(done.node(), done.incarnation());
        List<Done> all = new ArrayList<>();
        all.add(done);
        all.addAll(history);
        return new FencingLog(
                lives,
                without(done.node(), done.incarnation()).open,
                all.subList(0, Math.min(all.size(), LONGEST_HISTORY)));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
