package io.releve.scheduler;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Group;
import io.releve.model.InvalidConfigurationException;
import io.releve.model.Primitive;
import io.releve.model.Resource;
import io.releve.model.Role;
import io.releve.model.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Makes clusters and what befalls them, from a seed: the same seed gives the same. */
final class RandomCluster {

    /** None, and no sum of a few, is a stickiness: what stays only for want of something better can go with any change. */
    private static final int[] POINTS = {-213, -91, 11, 53, 97, 229};

    private final RandomGenerator random;
    private int primitives;

    private RandomCluster(RandomGenerator random) {
        this.random = random;
    }

    /** A case from a generator. */
    static ClusterCase of(RandomGenerator random) {
        while (true) {
            RandomCluster cluster = new RandomCluster(random);
            try {
                return cluster.make();
            } catch (InvalidConfigurationException refused) {
                // Constraints that contradict each other are not what is tested here: another one.
            }
        }
    }

    private ClusterCase make() {
        List<String> nodes = Stream.of("ash", "beech", "cedar", "date", "elm")
                .limit(random.nextInt(1, 6))
                .toList();
        List<Resource> resources = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            resources.add(resource(resources.size()));
        }
        List<Constraint> constraints = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            constraint(constraints, resources, nodes);
        }
        ClusterConfig.Builder builder = ClusterConfig.builder("random").nodes(nodes.toArray(String[]::new));
        resources.forEach(builder::resource);
        constraints.forEach(builder::constraint);
        builder.property("stonith-enabled", Boolean.toString(random.nextInt(4) == 0));
        if (random.nextInt(6) == 0) {
            builder.property("symmetric-cluster", "false");
        }
        builder.resourceDefault(
                "resource-stickiness", random.nextBoolean() ? "1" : random.nextBoolean() ? "100" : "INFINITY");
        if (random.nextInt(3) == 0) {
            builder.resourceDefault("migration-threshold", Integer.toString(random.nextInt(1, 4)));
        }
        if (random.nextInt(3) == 0) {
            builder.resourceDefault("failure-timeout", "60s");
        }
        ClusterConfig config = builder.build();
        List<Disturbance> disturbances = new ArrayList<>();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            disturbances.add(disturbance(config));
        }
        return new ClusterCase(config, disturbances, random.nextLong()).with(this::perhapsNotified);
    }

    private Resource resource(int number) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> primitive();
            case 2, 3 -> group(number);
            case 4 -> {
                Clone clone = Clone.anonymous("clone" + number, random.nextInt(3) == 0 ? group(number) : primitive());
                yield options(clone);
            }
            default -> {
                Clone clone = options(
                        random.nextInt(4) == 0
                                ? Clone.globallyUnique("unique" + number, primitive())
                                        .meta("clone-node-max", Integer.toString(random.nextInt(1, 3)))
                                : Clone.promotable("pair" + number, primitive())
                                        .meta("promoted-max", Integer.toString(random.nextInt(1, 3))));
                yield clone;
            }
        };
    }

    private Clone options(Clone clone) {
        Clone result = clone.interleave(random.nextBoolean());
        return random.nextInt(3) == 0 ? result.max(random.nextInt(1, 4)) : result;
    }

    private Resource perhapsNotified(Resource resource) {
        return resource instanceof Clone clone && random.nextInt(3) == 0 ? clone.meta("notify", "true") : resource;
    }

    private Group group(int number) {
        Primitive[] members = new Primitive[random.nextInt(1, 4)];
        for (int i = 0; i < members.length; i++) {
            members[i] = primitive();
        }
        return Group.of("group" + number, members);
    }

    private Primitive primitive() {
        Primitive primitive = Primitive.of("r" + primitives++, "agent");
        if (random.nextBoolean()) {
            primitive = primitive.monitor(Duration.ofSeconds(10));
        }
        if (random.nextInt(5) == 0) {
            primitive = primitive.meta("priority", Integer.toString(random.nextInt(10)));
        }
        return primitive;
    }

    private void constraint(List<Constraint> all, List<Resource> resources, List<String> nodes) {
        String id = "c" + all.size();
        int a = random.nextInt(resources.size());
        if (random.nextInt(3) == 0 || resources.size() == 1) {
            String node = nodes.get(random.nextInt(nodes.size()));
            all.add(Location.onNode(resources.get(a).id(), node, score()).id(id));
            return;
        }
        int b = random.nextInt(resources.size() - 1);
        b = b >= a ? b + 1 : b;
        // What comes later in the list goes with, and after, what comes earlier: no circles.
        Resource first = resources.get(Math.min(a, b));
        Resource second = resources.get(Math.max(a, b));
        boolean together = all.stream()
                .anyMatch(one -> one instanceof Colocation known
                        && known.dependent().equals(second.id())
                        && known.primary().equals(first.id()));
        // Two colocations of the same two can ask for the impossible, and then nothing is ever settled.
        if (!together && random.nextBoolean()) {
            Optional<Role> role =
                    isPromotable(first) && random.nextBoolean() ? Optional.of(Role.PROMOTED) : Optional.empty();
            Colocation made = new Colocation(
                    id, second.id(), Optional.empty(), first.id(), role, score(), Optional.empty(), "#uname");
            if (!asksForTheImpossible(all, made)) {
                all.add(made);
            }
        } else {
            String action = isPromotable(first) && random.nextBoolean() ? "promote" : "start";
            Order.Kind kind = random.nextInt(4) == 0 ? Order.Kind.OPTIONAL : Order.Kind.MANDATORY;
            all.add(new Order(id, first.id(), action, second.id(), "start", kind, random.nextInt(5) > 0));
        }
    }

    /** Whether two that must be apart must both be where a third is: then, as in Pacemaker, nothing is ever settled. */
    private static boolean asksForTheImpossible(List<Constraint> all, Colocation made) {
        List<Colocation> colocations = Stream.concat(all.stream(), Stream.of(made))
                .filter(Colocation.class::isInstance)
                .map(Colocation.class::cast)
                .toList();
        Map<String, String> heads = new HashMap<>();
        for (Colocation one : colocations) {
            if (one.score().equals(Score.INFINITY)) {
                heads.put(head(heads, one.dependent()), head(heads, one.primary()));
            }
        }
        return colocations.stream()
                .anyMatch(one -> one.score().equals(Score.MINUS_INFINITY)
                        && head(heads, one.dependent()).equals(head(heads, one.primary())));
    }

    private static String head(Map<String, String> heads, String id) {
        String head = id;
        while (heads.containsKey(head) && !heads.get(head).equals(head)) {
            head = heads.get(head);
        }
        return head;
    }

    static boolean isPromotable(Resource resource) {
        return resource instanceof Clone clone && clone.kind().isPromotable();
    }

    private Score score() {
        return switch (random.nextInt(4)) {
            case 0 -> Score.INFINITY;
            case 1 -> Score.MINUS_INFINITY;
            default -> Score.of(POINTS[random.nextInt(POINTS.length)]);
        };
    }

    private Disturbance disturbance(ClusterConfig config) {
        String node = config.nodeNames().get(random.nextInt(config.nodes().size()));
        List<Primitive> all = config.primitives();
        String resource = all.get(random.nextInt(all.size())).id();
        return switch (random.nextInt(9)) {
            case 0 -> new Disturbance.Lost(node);
            case 1, 2 -> new Disturbance.Joins(node);
            case 3 -> new Disturbance.Standby(node, random.nextInt(3) > 0);
            case 4 -> new Disturbance.Leaves(node);
            case 5 -> new Disturbance.Fails(resource, random.nextInt(3));
            case 6 -> new Disturbance.CannotStart(resource);
            case 7 -> new Disturbance.Scores(resource, node, random.nextInt(-5, 20));
            default -> new Disturbance.Passes(Duration.ofSeconds(random.nextInt(120)));
        };
    }
}
