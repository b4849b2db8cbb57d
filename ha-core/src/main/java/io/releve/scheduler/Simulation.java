package io.releve.scheduler;

import io.releve.model.ClusterConfig;
import io.releve.state.ClusterState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What would be done for a configuration and a state, without doing it: where everything would be, what would happen to
 * each resource, and which operations in which order.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Simulation {

    private final Transition transition;
    private final List<String> placement;
    private final List<String> actions;
    private final List<String> graph;

    private Simulation(Decision decision) {
        this.transition = decision.transition();
        this.placement = transition.placement().stream()
                .map(placed -> placed.resourceId() + "\t" + placed.role() + "\t"
                        + placed.node().orElse("-"))
                .distinct()
                .sorted()
                .toList();
        this.actions =
                decision.summary().stream().map(Simulation::line).sorted().toList();
        this.graph = List.copyOf(new GraphLines(decision).lines());
    }

    /** Plans and keeps what came of it. */
    public static Simulation of(ClusterConfig config, ClusterState state, Instant now) {
        return new Simulation(new Decision(config, state, now));
    }

    /** The transition itself. */
    public Transition transition() {
        return transition;
    }

    /**
     * Where everything is afterwards: lines of resource, role and node, separated by tabs, in the order of their bytes. A
     * resource that runs nowhere is {@code Stopped} on {@code -}.
     */
    public List<String> placementLines() {
        return placement;
    }

    /**
     * What happens: lines of verb, resource, where from and where to, separated by tabs, with {@code blocked} at the end
     * where it is wanted but may not be carried out; in the order of their bytes.
     */
    public List<String> actionLines() {
        return actions;
    }

    /**
     * The operations ({@code A} lines: task, resource, node) and their order ({@code O} lines: two operations, the first
     * of which ends before the second begins), separated by tabs, in the order of their bytes.
     */
    public List<String> graphLines() {
        return graph;
    }

    private static String line(Summary.Line line) {
        List<String> parts = new ArrayList<>();
        parts.add(line.verb());
        if (line.resource().isEmpty()) {
            parts.add(line.from());
        } else {
            parts.add(line.resource());
            parts.add(line.from());
            parts.add(line.to());
        }
        if (line.blocked()) {
            parts.add("blocked");
        }
        return String.join("\t", parts);
    }
}
