package io.releve.scheduler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says which of two nodes is the better one for a resource, by score, load and name. */
final class NodeChoice {

    private final Cluster cluster;

    NodeChoice(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Negative if the first node is the better one. */
    int compare(ScoreTable table, @Nullable Node current, Node a, Node b) {
        int scoreA = a.isAvailable() ? table.get(a.index) : -ScoreTable.INFINITY;
        int scoreB = b.isAvailable() ? table.get(b.index) : -ScoreTable.INFINITY;
        if (scoreA != scoreB) {
            return Integer.compare(scoreB, scoreA);
        }
        if (cluster.options.strategy() != Options.Strategy.MINIMAL) {
            if (cluster.options.strategy() == Options.Strategy.BALANCED) {
                int votes = freeVotes(b, a);
                if (votes != 0) {
                    return votes;
                }
            }
            if (a.load != b.load) {
                return Integer.compare(a.load, b.load);
            }
            if (a == current || b == current) {
                return a == b ? 0 : a == current ? -1 : 1;
            }
        }
        return a.name.compareTo(b.name);
    }

    /** In how many kinds of capacity the first node has more left than the second, less the reverse. */
    static int freeVotes(Node a, Node b) {
        Set<String> names = new HashSet<>(a.capacity.keySet());
        names.addAll(b.capacity.keySet());
        int votes = 0;
        for (String name : names) {
            votes +=
                    Integer.signum(Integer.compare(a.capacity.getOrDefault(name, 0), b.capacity.getOrDefault(name, 0)));
        }
        return votes;
    }

    /** The best of the listed nodes; none if none is listed. */
    @Nullable
    Node best(ScoreTable table, @Nullable Node current) {
        Node best = null;
        for (Node node : cluster.nodes) {
            if (table.lists(node.index) && (best == null || compare(table, current, node, best) < 0)) {
                best = node;
            }
        }
        return best;
    }

    /** The listed nodes, the best first. */
    List<Node> sorted(ScoreTable table, @Nullable Node current) {
        List<Node> result = new ArrayList<>();
        for (Node node : cluster.nodes) {
            if (table.lists(node.index)) {
                result.add(node);
            }
        }
        result.sort((a, b) -> compare(table, current, a, b));
        return result;
    }

    /** Whether the table lists a node on which something may run. */
    boolean anyAvailable(ScoreTable table) {
        for (Node node : cluster.nodes) {
            if (isAvailable(table, node)) {
                return true;
            }
        }
        return false;
    }

    boolean isAvailable(ScoreTable table, Node node) {
        return table.lists(node.index) && table.get(node.index) >= 0 && node.isAvailable();
    }

    static void take(Node node, Map<String, Integer> utilization) {
        utilization.forEach((name, amount) -> node.capacity.merge(name, -amount, Integer::sum));
    }

    static void giveBack(Node node, Map<String, Integer> utilization) {
        utilization.forEach((name, amount) -> node.capacity.merge(name, amount, Integer::sum));
    }
}
