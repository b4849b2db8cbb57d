package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Group;
import io.releve.model.Primitive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Disrupts whole clusters at random, then leaves them in peace: at no moment may an address be held twice, and in peace
 * everything must come back. A failure names its seed; {@code -Dreleve.seed=N} runs that one, {@code -Dreleve.seeds=N} so
 * many.
 */
class ClusterDisruptionTest {

    private static final List<String> NODES = List.of("serv1", "serv2", "serv3");

    /** Lease, margin, election, probes, starts, and a failed attempt on the way. */
    private static final Duration PEACE = Duration.ofSeconds(90);

    private static ClusterConfig config() {
        return ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2", "serv3")
                .property("stonith-enabled", "true")
                .resource(Clone.anonymous(
                        "databases", Primitive.of("database", "mysql").monitor(Duration.ofSeconds(1))))
                .resource(Group.of(
                        "service",
                        Primitive.of("address", "vip").monitor(Duration.ofSeconds(1)),
                        Primitive.of("web", "web").monitor(Duration.ofSeconds(1))))
                .constraint(Location.prefer("service", "serv1", 100))
                .constraint(Colocation.with("service", "databases"))
                .constraint(Order.startAfter("service", "databases"))
                .build();
    }

    @Test
    void shouldHoldAnAddressOnceWhateverHappensAndRecoverInPeace() {
        long only = Long.getLong("releve.seed", -1);
        int seeds = Integer.getInteger("releve.seeds", 60);
        for (long seed = only < 0 ? 0 : only; seed < (only < 0 ? seeds : only + 1); seed++) {
            new Run(seed).go();
        }
    }

    private static final class Run {
        private final long seed;
        private final SplittableRandom random;
        private final SimulatedCluster cluster;
        private final Set<String> up = new HashSet<>();
        private final Set<String> cut = new HashSet<>();
        private final List<String> story = new ArrayList<>();

        Run(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.cluster = new SimulatedCluster(seed, config());
            cluster.exclusive("address", "web");
        }

        void go() {
            for (String node : NODES) {
                begin(node);
            }
            int disruptions = random.nextInt(3, 20);
            for (int i = 0; i < disruptions; i++) {
                disrupt(NODES.get(random.nextInt(NODES.size())));
                pass(Duration.ofMillis(random.nextInt(10, 6000)));
            }
            List.copyOf(cut).forEach(this::reconnect);
            NODES.stream().filter(node -> !up.contains(node)).forEach(this::begin);
            pass(PEACE);
            assertThat(cluster.placesOf("database")).as(this::told).containsExactlyElementsOf(NODES);
            assertThat(cluster.placesOf("address")).as(this::told).containsExactly("serv1");
            assertThat(cluster.placesOf("web")).as(this::told).containsExactly("serv1");
        }

        private void disrupt(String node) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    if (up.remove(node)) {
                        story.add("power off " + node);
                        cut.remove(node);
                        cluster.powerOff(node);
                    }
                }
                case 1 -> {
                    if (!up.contains(node)) {
                        begin(node);
                    }
                }
                case 2 -> {
                    if (up.contains(node) && cut.add(node)) {
                        story.add("cut " + node);
                        cluster.disconnect(node);
                    }
                }
                case 3 -> {
                    if (cut.contains(node)) {
                        reconnect(node);
                    }
                }
                default -> {
                    for (String resource : List.of("web", "address", "database")) {
                        if (random.nextInt(3) == 0 && cluster.placesOf(resource).contains(node)) {
                            boolean seen = random.nextBoolean();
                            story.add("kill " + resource + " on " + node + (seen ? ", seen" : ""));
                            cluster.kill(resource, node, seen);
                        }
                    }
                }
            }
        }

        private void begin(String node) {
            story.add("start " + node);
            up.add(node);
            cluster.start(node);
        }

        private void reconnect(String node) {
            story.add("reconnect " + node);
            cut.remove(node);
            cluster.reconnect(node);
        }

        private void pass(Duration time) {
            story.add(time.toMillis() + " ms");
            cluster.advance(time);
            assertThat(cluster.violations()).as(this::told).isEmpty();
        }

        private String told() {
            return "seed " + seed + ": " + String.join(", ", story);
        }
    }
}
