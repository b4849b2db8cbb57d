package io.releve.scheduler;

import io.releve.model.Constraint;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Preference;
import io.releve.model.Rule;
import io.releve.model.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Puts the wishes about nodes into the scores: location constraints, node health, stickiness. */
final class Preferences {

    private final Cluster cluster;
    private final List<Wish> wishes = new ArrayList<>();

    Preferences(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Scores on nodes, for one role or for any. */
    record Located(String id, Phase role, Map<Node, Integer> scores, Location.Discovery discovery) {}

    private record Wish(Unit unit, Located located) {}

    /** Reads health and location constraints. */
    void read() {
        readHealth();
        for (Constraint constraint : cluster.config.constraints()) {
            if (constraint instanceof Location location) {
                readLocation(location);
            }
        }
    }

    /** Applies what was read; the newest first, as sums that reach infinity depend on the order. */
    void apply() {
        for (int i = wishes.size() - 1; i >= 0; i--) {
            Wish wish = wishes.get(i);
            apply(wish.unit(), wish.located(), true);
            explain(wish);
        }
        cluster.forEachPrimitive(this::stick);
    }

    private void explain(Wish wish) {
        Located located = wish.located();
        if (located.role() == Phase.STOPPED) {
            return;
        }
        Set<String> parts = new LinkedHashSet<>();
        wish.unit().forEachPrimitive(part -> parts.add(part.publicId()));
        parts.remove(wish.unit().id);
        located.scores().forEach((node, score) -> {
            String text = (score < 0 ? "avoids " : "prefers ") + node + " by " + Score.of(Math.abs(score))
                    + (located.role() == Phase.PROMOTED ? " when Promoted" : "");
            cluster.reasons.add(wish.unit().id, node, score, located.id(), text);
            for (String part : parts) {
                cluster.reasons.add(part, node, score, located.id(), wish.unit().id + " " + text);
            }
        });
    }

    private void readLocation(Location location) {
        if (!location.pattern()) {
            Unit unit = cluster.find(location.resource());
            if (unit != null) {
                add(unit, location, null);
            }
            return;
        }
        boolean inverted = location.resource().startsWith("!");
        Pattern pattern;
        try {
            pattern = Pattern.compile(inverted ? location.resource().substring(1) : location.resource());
        } catch (PatternSyntaxException broken) {
            return;
        }
        for (Unit unit : cluster.units) {
            Matcher matcher = pattern.matcher(unit.id);
            boolean found = matcher.find();
            if (found != inverted) {
                add(unit, location, found ? matcher.toMatchResult() : null);
            }
        }
    }

    private void add(Unit unit, Location location, @Nullable MatchResult match) {
        Phase role = location.role()
                .map(Phase::of)
                .filter(wanted -> wanted == Phase.PROMOTED || wanted == Phase.STOPPED)
                .orElse(Phase.UNKNOWN);
        for (Preference preference : location.preferences()) {
            Map<Node, Integer> scores = new LinkedHashMap<>();
            if (preference instanceof Preference.OnNode onNode) {
                Node node = cluster.node(onNode.node());
                if (node != null) {
                    scores.put(node, onNode.score().value());
                }
            } else if (preference instanceof Preference.WhereRule where) {
                for (Node node : cluster.nodes) {
                    if (passes(where.rule(), unit, node, match)) {
                        scores.put(node, where.score().value());
                    }
                }
            } else if (preference instanceof Preference.WhereRuleByAttribute where) {
                String attribute = Rules.submatches(where.scoreAttribute(), match, '\\');
                for (Node node : cluster.nodes) {
                    OptionalInt score = Values.score(node.attributes.get(Rules.submatches(attribute, match, '%')));
                    if (score.isPresent() && passes(where.rule(), unit, node, match)) {
                        scores.put(node, score.getAsInt());
                    }
                }
            }
            Located located = new Located(location.id(), role, scores, location.discovery());
            if (location.discovery() == Location.Discovery.EXCLUSIVE) {
                unit.exclusiveDiscovery = true;
            }
            if (!scores.isEmpty()) {
                wishes.add(new Wish(unit, located));
                if (role == Phase.PROMOTED) {
                    unit.promotionLocations.add(located);
                }
            }
        }
    }

    private boolean passes(Rule rule, Unit unit, Node node, @Nullable MatchResult match) {
        Map<String, String> parameters =
                unit instanceof PrimitiveUnit primitive ? primitive.parameters(cluster.parameters, node) : Map.of();
        return cluster.rules.passes(rule, new Rules.Subject(node.attributes, parameters, unit.meta, "", "", 0, match));
    }

    private void readHealth() {
        boolean redOut = cluster.options.healthStrategy().equals("migrate-on-red");
        boolean greenOnly = cluster.options.healthStrategy().equals("only-green");
        boolean custom = cluster.options.healthStrategy().equals("custom");
        boolean progressive = cluster.options.healthStrategy().equals("progressive");
        if (!redOut && !greenOnly && !custom && !progressive) {
            return;
        }
        boolean own = custom || progressive;
        int red = own ? cluster.options.healthRed() : -ScoreTable.INFINITY;
        int yellow = own ? cluster.options.healthYellow() : greenOnly ? -ScoreTable.INFINITY : 0;
        int green = own ? cluster.options.healthGreen() : 0;
        for (Node node : cluster.nodes) {
            int sum = progressive ? cluster.options.healthBase() : 0;
            for (Map.Entry<String, String> attribute : node.attributes.entrySet()) {
                if (attribute.getKey().startsWith("#health")) {
                    int part = switch (attribute.getValue().toLowerCase(java.util.Locale.ROOT)) {
                        case "red" -> red;
                        case "yellow" -> yellow;
                        case "green" -> green;
                        default -> Values.score(attribute.getValue(), 0);
                    };
                    sum = Score.add(sum, part);
                }
            }
            if (sum != 0) {
                addHealth(node, sum);
            }
        }
    }

    private void addHealth(Node node, int sum) {
        for (Unit unit : cluster.units) {
            if (sum > 0 || !Values.isTrue(unit.meta.get("allow-unhealthy-nodes"))) {
                wishes.add(new Wish(
                        unit, new Located("node-health", Phase.UNKNOWN, Map.of(node, sum), Location.Discovery.ALWAYS)));
            }
        }
    }

    private void apply(Unit unit, Located located, boolean full) {
        if (located.role() == Phase.UNKNOWN || located.role() == unit.next) {
            located.scores().forEach((node, score) -> {
                unit.table.add(node.index, full ? score : 0);
                if (located.discovery() != Location.Discovery.ALWAYS) {
                    unit.discovery.merge(
                            node, located.discovery(), (a, b) -> a == Location.Discovery.EXCLUSIVE ? a : b);
                }
            });
        }
        boolean first = true;
        for (Unit child : unit.children()) {
            boolean whole = !(unit instanceof GroupUnit group) || first || !group.colocated;
            apply(child, located, full && whole);
            first = false;
        }
    }

    /** What is active on exactly one node prefers it by its stickiness. */
    private void stick(PrimitiveUnit unit) {
        if (unit.stickiness < 1 || !unit.managed || unit.active.size() != 1) {
            return;
        }
        Node node = unit.active.get(0);
        if (cluster.options.symmetric() || unit.table.lists(node.index)) {
            unit.table.add(node.index, unit.stickiness);
            cluster.reasons.add(unit, node, unit.stickiness, "stickiness", "prefers to stay on " + node);
        }
    }

    /** Where a resource is to be looked for only on some nodes, it also runs only there. */
    void banUndiscovered() {
        for (Unit unit : cluster.units) {
            unit.forEach(part -> {
                if (part.exclusiveDiscovery || unit.exclusiveDiscovery) {
                    for (Node node : cluster.nodes) {
                        if (part.table.lists(node.index) && part.discovery.get(node) != Location.Discovery.EXCLUSIVE) {
                            part.table.set(node.index, -ScoreTable.INFINITY);
                        }
                    }
                }
            });
        }
    }
}
