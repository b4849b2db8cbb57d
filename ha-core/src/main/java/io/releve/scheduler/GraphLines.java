package io.releve.scheduler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes the core operations and which of them wait for which, through whatever stands between. */
final class GraphLines {

    private final Decision decision;

    GraphLines(Decision decision) {
        this.decision = decision;
    }

    List<String> lines() {
        List<Act> core = new ArrayList<>();
        Map<String, Integer> counts = new TreeMap<>();
        for (Act act : decision.graph.acts()) {
            if (act.task.isCore() && !act.pseudo && !act.isRecurring()) {
                core.add(act);
                counts.merge(name(act), 1, Integer::sum);
            }
        }
        Set<String> pairs = new HashSet<>();
        for (Act act : core) {
            addPairs(act, pairs);
        }
        List<String> lines = new ArrayList<>();
        counts.forEach((name, count) -> lines.add("A\t" + name.replace(' ', '\t') + (count > 1 ? "\tx" + count : "")));
        for (String pair : new TreeSet<>(pairs)) {
            int middle = pair.indexOf('\t');
            String first = pair.substring(0, middle);
            String then = pair.substring(middle + 1);
            if (!first.equals(then) && !pairs.contains(then + "\t" + first)) {
                lines.add("O\t" + pair);
            }
        }
        lines.sort(null);
        return lines;
    }

    private String name(Act act) {
        String node = act.node == null ? "-" : act.node.name;
        if (act.task == Task.FENCE) {
            return "stonith:" + decision.cluster.options.fencingAction() + " - " + node;
        }
        String resource = act.unit instanceof PrimitiveUnit unit ? name(unit) : String.valueOf(act.unit);
        return act.task + " " + resource + " " + node;
    }

    /** An instance too many goes by the name of its history and its own number. */
    private static String name(PrimitiveUnit unit) {
        String history = unit.historyId;
        boolean numbered = unit.removed && !unit.isUnique() && history != null && history.contains(":");
        return numbered ? history + unit.id.substring(unit.id.lastIndexOf(':')) : unit.publicId();
    }

    private void addPairs(Act from, Set<String> pairs) {
        Set<Act> seen = new HashSet<>();
        Deque<Act> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            for (Act.Edge edge : open.pop().after) {
                Act then = edge.then;
                if (Graph.counts(edge) && seen.add(then)) {
                    open.push(then);
                    if (then.task.isCore() && !then.pseudo && !then.isRecurring()) {
                        pairs.add(name(from) + "\t" + name(then));
                    }
                }
            }
        }
    }
}
