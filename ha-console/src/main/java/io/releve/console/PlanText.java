package io.releve.console;

import io.releve.model.Score;
import io.releve.scheduler.Simulation;
import io.releve.scheduler.Transition;
import io.releve.state.NodeState;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What would be done, for people. */
final class PlanText {

    private final Situation situation;
    private final Simulation simulation;
    private final List<String> lines = new ArrayList<>();

    private PlanText(Situation situation, Simulation simulation) {
        this.situation = situation;
        this.simulation = simulation;
    }

    /**
     * The lines.
     *
     * @param changes what is taken as if it had happened
     * @param explained the resources whose reasons are shown; empty: all
     * @param reasons whether reasons are shown at all
     */
    static List<String> lines(
            Situation situation, Simulation simulation, List<Change> changes, Set<String> explained, boolean reasons) {
        PlanText text = new PlanText(situation, simulation);
        text.head(changes);
        text.nodes();
        text.happens();
        text.steps();
        text.afterwards();
        if (reasons) {
            text.reasons(explained);
        }
        text.leftOut();
        return text.lines;
    }

    private void head(List<Change> changes) {
        String name = situation.config().name();
        lines.add((name.isEmpty() ? "Cluster" : "Cluster " + name) + " at "
                + situation.now().truncatedTo(ChronoUnit.SECONDS) + ", "
                + (situation.state().quorate() ? "with quorum" : "without quorum") + "; "
                + count(situation.config().nodes().size(), "node") + ", "
                + count(situation.config().primitives().size(), "resource"));
        if (!situation.assumption().isEmpty()) {
            lines.add("Assumed: " + situation.assumption());
        }
        changes.forEach(change -> lines.add("What if: " + change.describe()));
    }

    private void nodes() {
        section("Nodes");
        Map<String, String> states = new LinkedHashMap<>();
        situation.config().nodeNames().forEach(name -> states.put(name, "never seen"));
        situation.state().nodes().forEach((name, node) -> states.put(name, state(node)));
        table(states.entrySet().stream()
                .map(node -> List.of(node.getKey(), node.getValue()))
                .toList());
    }

    private static String state(NodeState node) {
        String membership = switch (node.membership()) {
            case ONLINE -> "online";
            case PENDING -> "about to join";
            case OFFLINE -> "offline";
            case UNCLEAN -> "lost; what it ran may still run";
            case UNCLEAN_MEMBER -> "a member that must be fenced";
        };
        return membership
                + (node.standby() ? ", standby" : "")
                + (node.maintenance() ? ", maintenance" : "")
                + (node.shutdownRequested() ? ", wants to leave" : "");
    }

    private void happens() {
        section("What would happen");
        List<List<String>> rows = new ArrayList<>();
        for (String action : simulation.actionLines()) {
            String[] fields = action.split("\t", -1);
            if (fields.length < 4) {
                rows.add(List.of(fields[0], fields.length > 1 ? fields[1] : "", ""));
            } else {
                boolean blocked = fields.length > 4;
                rows.add(List.of(
                        fields[0], fields[1], way(fields[2], fields[3]) + (blocked ? "  (wanted, but blocked)" : "")));
            }
        }
        if (rows.isEmpty()) {
            lines.add("  nothing: everything is as it should be");
        }
        table(rows);
    }

    private static String way(String from, String to) {
        if (from.equals("-")) {
            return "on " + to;
        }
        if (to.equals("-") || from.equals(to)) {
            return "on " + from;
        }
        return from + " → " + to;
    }

    private void steps() {
        if (!simulation.transition().isEmpty()) {
            section("Steps");
            new Steps(simulation.transition().actions()).lines().forEach(step -> lines.add("  " + step));
        }
        simulation
                .transition()
                .recheckAt()
                .ifPresent(moment -> lines.add("  then plan again at " + moment + ", even if nothing changes"));
    }

    private void afterwards() {
        section("Afterwards");
        List<List<String>> rows = new ArrayList<>();
        String last = "";
        for (String placed : simulation.placementLines()) {
            String[] fields = placed.split("\t", -1);
            rows.add(List.of(
                    fields[0].equals(last) ? "" : fields[0], fields[1], fields[2].equals("-") ? "" : fields[2]));
            last = fields[0];
        }
        table(rows);
    }

    private void reasons(Set<String> explained) {
        Map<String, Map<String, List<Transition.Reason>>> byResource = new TreeMap<>();
        for (Transition.Reason reason : simulation.transition().reasons()) {
            if (explained.isEmpty() || isExplained(reason.resourceId(), explained)) {
                byResource
                        .computeIfAbsent(reason.resourceId(), id -> new TreeMap<>())
                        .computeIfAbsent(reason.node().orElse(""), node -> new ArrayList<>())
                        .add(reason);
            }
        }
        section("Reasons");
        byResource.forEach((resource, byNode) -> {
            lines.add("  " + resource);
            List<List<String>> rows = new ArrayList<>();
            byNode.forEach((node, reasons) -> reasons.forEach(reason -> rows.add(row(node, reason))));
            table(rows);
        });
        if (byResource.isEmpty()) {
            lines.add(explained.isEmpty() ? "  none: no score decided anything" : "  none");
        }
    }

    private static boolean isExplained(String resource, Set<String> explained) {
        int colon = resource.lastIndexOf(':');
        return explained.contains(resource) || (colon > 0 && explained.contains(resource.substring(0, colon)));
    }

    private static List<String> row(String node, Transition.Reason reason) {
        int points = reason.score();
        return List.of(
                "  " + (node.isEmpty() ? "anywhere" : node),
                points == 0 ? "" : (points > 0 ? "+" : "") + Score.of(points),
                reason.text() + (reason.source().isEmpty() ? "" : " [" + reason.source() + "]"));
    }

    private void leftOut() {
        if (!situation.notCarriedOver().isEmpty()) {
            section("In the input, but left out");
            situation.notCarriedOver().forEach(note -> lines.add("  " + note));
        }
    }

    private void section(String title) {
        lines.add("");
        lines.add(title);
    }

    private void table(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
