package io.releve.model;

import java.util.List;
import java.util.Optional;

/** A wish about where resources run, with whom, and after whom. */
public sealed interface Constraint {

    /** The id, unique in the configuration. */
    String id();

    /**
     * Where a resource prefers to run, or must not.
     *
     * @param id the id
     * @param resource the id of the resource, or a regular expression over ids if {@code pattern}
     * @param pattern whether {@code resource} is a regular expression
     * @param role the role that is meant; empty: any
     * @param preferences where, and how much
     * @param discovery whether the nodes named are looked at for instances that run already; default: ALWAYS
     */
    record Location(
            String id,
            String resource,
            boolean pattern,
            Optional<Role> role,
            List<Preference> preferences,
            Discovery discovery)
            implements Constraint {
        public Location {
            preferences = List.copyOf(preferences);
        }

        /** A location that says nothing about discovery. */
        public Location(
                String id, String resource, boolean pattern, Optional<Role> role, List<Preference> preferences) {
            this(id, resource, pattern, role, preferences, Discovery.ALWAYS);
        }

        /** Where a resource is looked for. */
        public enum Discovery {
            /** On these nodes as on all others. */
            ALWAYS,
            /** Not on these nodes. */
            NEVER,
            /** Only on these nodes; and it runs only on them. */
            EXCLUSIVE
        }

        /** The resource prefers this node by so many points. */
        public static Location prefer(String resource, String node, int points) {
            return onNode(resource, node, Score.of(points));
        }

        /** The resource must never run on this node. */
        public static Location avoid(String resource, String node) {
            return onNode(resource, node, Score.MINUS_INFINITY);
        }

        /** The score counts on each node where the rule passes. */
        public static Location where(String resource, Rule rule, Score score) {
            return new Location(
                    "location-" + resource + "-rule",
                    resource,
                    false,
                    Optional.empty(),
                    List.of(new Preference.WhereRule(rule, score)));
        }

        /** The score counts on this node. */
        public static Location onNode(String resource, String node, Score score) {
            return new Location(
                    "location-" + resource + "-" + node,
                    resource,
                    false,
                    Optional.empty(),
                    List.of(new Preference.OnNode(node, score)));
        }

        /** The same under another id. */
        public Location id(String newId) {
            return new Location(newId, resource, pattern, role, preferences, discovery);
        }
    }

    /** A score and the nodes on which it counts. */
    sealed interface Preference {
        /** Counts on one node. */
        record OnNode(String node, Score score) implements Preference {}

        /** Counts where the rule passes. */
        record WhereRule(Rule rule, Score score) implements Preference {}

        /** Counts where the rule passes; the score is the value of a node attribute. */
        record WhereRuleByAttribute(Rule rule, String scoreAttribute) implements Preference {}
    }

    /**
     * One resource runs where another runs, or must not.
     *
     * @param id the id
     * @param dependent the resource that is placed
     * @param dependentRole the role that is meant; empty: any
     * @param primary the resource that it is placed by; placed first
     * @param primaryRole the role that is meant; empty: any
     * @param score INFINITY: only there; −INFINITY: never there; else a preference
     * @param influence whether the dependent's wishes count when the primary is placed; empty: if the dependent is
     *     {@code critical}
     * @param nodeAttribute nodes count as the same if they agree in this attribute; default: the node's name
     */
    record Colocation(
            String id,
            String dependent,
            Optional<Role> dependentRole,
            String primary,
            Optional<Role> primaryRole,
            Score score,
            Optional<Boolean> influence,
            String nodeAttribute)
            implements Constraint {

        /** The dependent runs only where the primary runs. */
        public static Colocation with(String dependent, String primary) {
            return of(dependent, primary, Score.INFINITY);
        }

        /** The two never run on the same node. */
        public static Colocation apart(String dependent, String primary) {
            return of(dependent, primary, Score.MINUS_INFINITY);
        }

        /** The dependent prefers the primary's node by this score. */
        public static Colocation of(String dependent, String primary, Score score) {
            return new Colocation(
                    "colocation-" + dependent + "-" + primary,
                    dependent,
                    Optional.empty(),
                    primary,
                    Optional.empty(),
                    score,
                    Optional.empty(),
                    "#uname");
        }

        /** The same for one role of the primary: with the Promoted instance, for example. */
        public Colocation primaryRole(Role role) {
            return new Colocation(
                    id, dependent, dependentRole, primary, Optional.of(role), score, influence, nodeAttribute);
        }
    }

    /**
     * One operation comes after another.
     *
     * @param id the id
     * @param first the resource that acts first
     * @param firstAction {@code start}, {@code stop}, {@code promote} or {@code demote}
     * @param then the resource that acts after it
     * @param thenAction the same for it; where not given, the same as {@code firstAction}
     * @param kind how strict the order is
     * @param symmetrical whether the reverse holds for the reverse operations; default: true unless kind is SERIALIZE
     */
    record Order(
            String id, String first, String firstAction, String then, String thenAction, Kind kind, boolean symmetrical)
            implements Constraint {

        /** How strict an order is. */
        public enum Kind {
            /** The second only acts if the first has acted. */
            MANDATORY,
            /** The order holds only if both act in the same transition. */
            OPTIONAL,
            /** The two never act at the same time. */
            SERIALIZE
        }

        /** {@code then} starts only when {@code first} has started; it stops before {@code first} stops. */
        public static Order startAfter(String then, String first) {
            return new Order("order-" + first + "-" + then, first, "start", then, "start", Kind.MANDATORY, true);
        }

        /**
         * The same, as strict as this. After a clone, {@link Kind#OPTIONAL} is often what is meant: a mandatory order
         * restarts what runs whenever one more instance of the clone starts on any node.
         */
        public Order kind(Kind newKind) {
            return new Order(id, first, firstAction, then, thenAction, newKind, symmetrical);
        }

        /** {@code then} starts only when {@code first} has been promoted. */
        public static Order startAfterPromotion(String then, String first) {
            return new Order("order-" + first + "-" + then, first, "promote", then, "start", Kind.MANDATORY, true);
        }
    }

    /**
     * Operations that come after at least one of several others.
     *
     * @param id the id
     * @param firsts the resources of which one must have acted; for a clone, one of its instances
     * @param firstAction {@code start} or {@code promote}
     * @param thens the resources that act after it
     * @param thenAction the same for them
     * @param kind how strict the order is
     * @param symmetrical whether {@code thens} do the reverse before any of {@code firsts} does
     */
    record OrderAfterAny(
            String id,
            List<String> firsts,
            String firstAction,
            List<String> thens,
            String thenAction,
            Order.Kind kind,
            boolean symmetrical)
            implements Constraint {
        public OrderAfterAny {
            firsts = List.copyOf(firsts);
            thens = List.copyOf(thens);
        }

        /** {@code then} starts when at least one of {@code firsts} has started. */
        public static OrderAfterAny startAfterOneOf(String then, String... firsts) {
            return new OrderAfterAny(
                    "order-any-" + then, List.of(firsts), "start", List.of(then), "start", Order.Kind.MANDATORY, true);
        }
    }

    /**
     * A resource runs only while the cluster holds a ticket: the right of one site of several.
     *
     * @param id the id
     * @param resource the resource
     * @param role the role that needs the ticket; empty: any
     * @param ticket the ticket's name
     * @param lossPolicy what happens when the ticket is lost
     */
    record Ticket(String id, String resource, Optional<Role> role, String ticket, LossPolicy lossPolicy)
            implements Constraint {

        /** What happens when the ticket is lost. */
        public enum LossPolicy {
            /** Stop the resource. */
            STOP,
            /** Demote it; stop it if any role needs the ticket. */
            DEMOTE,
            /** Fence the nodes that run it. */
            FENCE,
            /** Leave it as it is, and leave it alone. */
            FREEZE
        }
    }
}
