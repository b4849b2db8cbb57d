package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.agent.Tether;
import io.releve.fencing.FenceRequest;
import io.releve.fencing.FenceResult;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint.Location;
import io.releve.model.FencingLevel;
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
 * Disrupts clusters at random whose nodes are switched off before anybody takes over from them, then leaves them in peace.
 * What runs on a frozen node, what could not be stopped, and what outlives its JVM all count: nothing may ever run twice.
 * A failure names its seed; {@code -Dreleve.seed=N} runs that one, {@code -Dreleve.seeds=N} so many.
 */
class FencingDisruptionTest {

    private static final List<String> NODES = List.of("serv1", "serv2", "serv3");

    private static ClusterConfig config() {
        ClusterConfig.Builder builder = ClusterConfig.builder("intralab")
                .nodes("serv1", "serv2", "serv3")
                .property("stonith-enabled", "true")
                .resource(Group.of(
                        "service",
                        Primitive.of("job", "job").monitor(Duration.ofSeconds(1)),
                        Primitive.of("web", "web").monitor(Duration.ofSeconds(1))))
                .resource(Primitive.of("other", "other").monitor(Duration.ofSeconds(1)))
                .resourceDefault("failure-timeout", "20s")
                .constraint(Location.prefer("service", "serv1", 100));
        NODES.forEach(node -> builder.fencingLevel(FencingLevel.of(node, 1, "outlet")));
        return builder.build();
    }

    @Test
    void shouldRunNothingTwiceWhateverHappensAndRecoverInPeace() {
        long only = Long.getLong("releve.seed", -1);
        int seeds = Integer.getInteger("releve.seeds", 40);
        for (long seed = only < 0 ? 0 : only; seed < (only < 0 ? seeds : only + 1); seed++) {
            new Run(seed).go();
        }
    }

    private static final class Run {
        private final long seed;
        private final SplittableRandom random;
        private final SimulatedCluster cluster;
        private final Set<String> cut = new HashSet<>();
        private final Set<String> frozen = new HashSet<>();
        private final List<String> story = new ArrayList<>();
        private boolean peace;

        Run(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.cluster = new SimulatedCluster(seed, config());
            cluster.exclusive("job", "web", "other");
            cluster.tether("web", Tether.NONE);
            cluster.fencer("outlet", this::fence);
        }

        private FenceResult fence(FenceRequest request) {
            if (!peace && random.nextInt(3) == 0) {
                story.add("the outlet of " + request.node() + " fails");
                return FenceResult.failed("the outlet does not answer", "look at its cable");
            }
            story.add("the outlet of " + request.node() + " is switched");
            cluster.powerOff(request.node());
            forget(request.node());
            return FenceResult.fenced("the outlet is off");
        }

        private void forget(String node) {
            cut.remove(node);
            frozen.remove(node);
        }

        void go() {
            NODES.forEach(this::begin);
            int disruptions = random.nextInt(3, 20);
            for (int i = 0; i < disruptions; i++) {
                disrupt(NODES.get(random.nextInt(NODES.size())));
                pass(Duration.ofMillis(random.nextInt(10, 6000)));
            }
            calm();
            for (String resource : List.of("job", "web")) {
                assertThat(cluster.placesOf(resource)).as(this::told).containsExactly("serv1");
            }
            assertThat(cluster.placesOf("other")).as(this::told).hasSize(1);
        }

        private void calm() {
            story.add("peace");
            peace = true;
            List.copyOf(frozen).forEach(this::thaw);
            List.copyOf(cut).forEach(this::reconnect);
            for (String node : NODES) {
                for (String resource : List.of("job", "web", "other")) {
                    cluster.mend("stop", resource, node);
                }
            }
            for (int i = 0; i < 8; i++) {
                NODES.stream().filter(node -> !cluster.isUp(node)).forEach(this::begin);
                pass(Duration.ofSeconds(30));
            }
        }

        private void disrupt(String node) {
            boolean up = cluster.isUp(node);
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (up) {
                        story.add("power off " + node);
                        cluster.powerOff(node);
                        forget(node);
                    }
                }
                case 1 -> {
                    if (up) {
                        story.add("kill the JVM of " + node);
                        cluster.halt(node);
                        forget(node);
                    }
                }
                case 2, 3 -> {
                    if (!up) {
                        begin(node);
                    }
                }
                case 4 -> {
                    if (up && cut.add(node)) {
                        story.add("cut " + node);
                        cluster.disconnect(node);
                    } else if (up) {
                        reconnect(node);
                    }
                }
                case 5 -> {
                    if (up && frozen.add(node)) {
                        story.add("freeze " + node);
                        cluster.freeze(node);
                    } else if (up) {
                        thaw(node);
                    }
                }
                case 6 -> {
                    String resource = List.of("job", "web", "other").get(random.nextInt(3));
                    story.add("break the stop of " + resource + " on " + node);
                    cluster.breakOperation("stop", resource, node, Outcome.failed("it does not listen"));
                }
                default -> {
                    for (String resource : List.of("job", "web", "other")) {
                        if (random.nextInt(2) == 0
                                && up
                                && cluster.placesOf(resource).contains(node)) {
                            story.add("kill " + resource + " on " + node);
                            cluster.kill(resource, node, true);
                        }
                    }
                }
            }
        }

        private void begin(String node) {
            story.add("start " + node);
            forget(node);
            cluster.start(node);
        }

        private void thaw(String node) {
            story.add("thaw " + node);
            if (frozen.remove(node) && cluster.isUp(node)) {
                cluster.thaw(node);
            }
        }

        private void reconnect(String node) {
            story.add("reconnect " + node);
            if (cut.remove(node) && cluster.isUp(node)) {
                cluster.reconnect(node);
            }
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
