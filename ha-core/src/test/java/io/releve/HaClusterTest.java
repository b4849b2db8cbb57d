package io.releve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.model.AttributeSet;
import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint.Location;
import io.releve.model.Group;
import io.releve.model.InvalidConfigurationException;
import io.releve.model.Primitive;
import io.releve.status.ActiveNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The door, with a ZooKeeper server in this JVM and services that are variables. */
@Timeout(60)
class HaClusterTest {

    private final List<HaCluster> open = new ArrayList<>();
    private TestingServer zooKeeper;

    @BeforeEach
    void startZooKeeper() throws Exception {
        zooKeeper = new TestingServer();
    }

    @AfterEach
    void stopAll() throws IOException {
        open.forEach(HaCluster::close);
        zooKeeper.close();
    }

    private HaClusterBuilder declared(String node) {
        return HaCluster.builder()
                .name("intralab")
                .node(node)
                .nodes("serv1", "serv2")
                .zooKeeper(zooKeeper.getConnectString())
                .lease(Duration.ofSeconds(1))
                .startTimeout(Duration.ofSeconds(20))
                .stopTimeout(Duration.ofSeconds(10))
                .agent("switch", Switch::new)
                .resource(Group.of(
                        "lights",
                        Primitive.of("red", "switch").monitor(Duration.ofSeconds(1)),
                        Primitive.of("green", "switch")))
                .constraint(Location.prefer("lights", "serv1", 100));
    }

    private HaCluster start(HaClusterBuilder builder) {
        HaCluster cluster = builder.build();
        open.add(cluster);
        cluster.start();
        return cluster;
    }

    private final BlockingQueue<String> switched = new LinkedBlockingQueue<>();

    private final class Switch implements ResourceAgent {
        private final String name;
        private boolean on;

        Switch(AgentContext context) {
            this.name = context.resourceId() + " of " + context.nodeName();
        }

        @Override
        public Outcome start(OperationContext operation) {
            on = true;
            switched.add(name + " on");
            return Outcome.ok();
        }

        @Override
        public Outcome stop(OperationContext operation) {
            if (on) {
                on = false;
                switched.add(name + " off");
            }
            return Outcome.ok();
        }

        @Override
        public Outcome monitor(OperationContext operation) {
            return on ? Outcome.ok() : Outcome.notRunning("off");
        }
    }

    private static BlockingQueue<Optional<String>> follow(HaCluster cluster) {
        BlockingQueue<Optional<String>> places = new LinkedBlockingQueue<>();
        cluster.follow("lights", place -> places.add(place.map(ActiveNode::node)));
        return places;
    }

    private static void await(BlockingQueue<Optional<String>> places, String node) throws InterruptedException {
        Optional<String> place = Optional.empty();
        while (!place.equals(Optional.of(node))) {
            place = places.poll(20, TimeUnit.SECONDS);
            assertThat(place).as("lights never came to " + node).isNotNull();
        }
    }

    @Test
    void shouldRunAGroupOnItsPreferredNodeAndMoveItWhenThatNodeLeaves() throws InterruptedException {
        HaCluster serv1 = start(declared("serv1"));
        HaCluster serv2 = start(declared("serv2"));
        BlockingQueue<Optional<String>> places = follow(serv2);

        await(places, "serv1");
        assertThat(serv2.find("lights").map(ActiveNode::node)).contains("serv1");
        long epoch = serv2.find("lights").orElseThrow().epoch();

        serv1.close();
        await(places, "serv2");
        assertThat(serv2.find("lights").orElseThrow().epoch()).isGreaterThan(epoch);
        assertThat(serv2.status().toString())
                .contains("Resource Group: lights:")
                .contains("OFFLINE: [ serv1 ]")
                .contains("Started serv2");
    }

    private void awaitSwitched(String... expected) throws InterruptedException {
        for (String each : expected) {
            assertThat(switched.poll(20, TimeUnit.SECONDS)).isEqualTo(each);
        }
    }

    @Test
    void shouldGiveUpWhatItRunsWhenZooKeeperIsGoneAndTakeItUpAgain() throws Exception {
        HaCluster serv1 = start(declared("serv1"));
        awaitSwitched("red of serv1 on", "green of serv1 on");
        await(follow(serv1), "serv1");

        zooKeeper.stop();
        awaitSwitched("green of serv1 off", "red of serv1 off");
        assertThat(serv1.find("lights").map(ActiveNode::node))
                .as("the last known place stands")
                .contains("serv1");

        zooKeeper.restart();
        awaitSwitched("red of serv1 on", "green of serv1 on");
    }

    @Test
    void shouldBeReadFromOutside() throws InterruptedException {
        HaCluster serv1 = start(declared("serv1"));
        await(follow(serv1), "serv1");

        ClusterSnapshot seen = ClusterSnapshot.read(zooKeeper.getConnectString(), "intralab", Duration.ofSeconds(20));

        assertThat(seen.config().resource("lights")).isPresent();
        assertThat(seen.state().controller()).isEqualTo("serv1");
        assertThat(seen.state().nodes().get("serv1").history()).containsKeys("red", "green");
        assertThatThrownBy(
                        () -> ClusterSnapshot.read(zooKeeper.getConnectString(), "elsewhere", Duration.ofSeconds(20)))
                .isInstanceOf(ClusterReadException.class)
                .hasMessageContaining("elsewhere")
                .hasMessageContaining("check the cluster's name");
    }

    @Test
    void shouldSayThatZooKeeperDoesNotAnswer() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        HaCluster cluster = declared("serv1")
                .zooKeeper("127.0.0.1:" + port)
                .startTimeout(Duration.ofSeconds(1))
                .build();

        assertThatThrownBy(cluster::start)
                .isInstanceOf(ClusterStartException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("1000 ms")
                .hasMessageContaining("does not answer");
    }

    @Test
    void shouldRefuseANodeThatDeclaresSomethingElse() {
        start(declared("serv1"));

        HaCluster other =
                declared("serv2").resource(Primitive.of("blue", "switch")).build();

        assertThatThrownBy(other::start)
                .isInstanceOf(ClusterStartException.class)
                .hasMessageContaining("resource blue is only declared here");
    }

    /** A refused node was once waited for when it was closed: forty seconds by default. */
    @Test
    void shouldCloseARefusedNodeAtOnce() {
        start(declared("serv1"));
        HaCluster other = declared("serv2")
                .resource(Primitive.of("blue", "switch"))
                .stopTimeout(Duration.ofMinutes(5))
                .build();
        assertThatThrownBy(other::start).isInstanceOf(ClusterStartException.class);

        assertTimeoutPreemptively(Duration.ofSeconds(20), other::close);
    }

    @Test
    void shouldLetInANodeThatDeclaresNothingOfAnOperatorsStandby() throws Exception {
        HaCluster first = start(declared("serv1"));
        first.reconfigure(config -> new ClusterConfig(
                        config.name(),
                        config.nodes().stream()
                                .map(node -> node.attribute("standby", "serv2".equals(node.name()) ? "on" : "off"))
                                .toList(),
                        config.resources(),
                        config.constraints(),
                        config.properties(),
                        config.resourceDefaults(),
                        config.operationDefaults(),
                        config.fencingTopology()))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        HaCluster second = start(declared("serv2"));

        assertThat(second.config().nodes())
                .filteredOn(node -> node.name().equals("serv2"))
                .flatExtracting(ClusterNode::attributes)
                .extracting(AttributeSet::values)
                .containsExactly(Map.of("standby", "on"));
    }

    @Test
    void shouldRefuseASecondNodeOfTheSameName() {
        start(declared("serv1"));

        HaCluster twin = declared("serv1").startTimeout(Duration.ofSeconds(3)).build();

        assertThatThrownBy(twin::start)
                .isInstanceOf(ClusterStartException.class)
                .hasMessageContaining("another member is called serv1");
    }

    @Test
    void shouldNameEveryMistakeOfTheBuilderAtOnce() {
        HaClusterBuilder builder = HaCluster.builder()
                .name("intralab")
                .node("serv9")
                .nodes("serv1")
                .lease(Duration.ofMillis(10))
                .resource(Primitive.of("web", "unknown"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'serv9', is not one of the nodes [serv1]")
                .hasMessageContaining("zookeeper.connectString")
                .hasMessageContaining("lease: 10 ms is too short")
                .hasMessageContaining("there is no agent 'unknown'");
    }

    @Test
    void shouldRefuseFailsafeWithoutAWayBetweenTheNodes() {
        assertThatThrownBy(() -> HaCluster.builder()
                        .name("intralab")
                        .node("serv1")
                        .nodes("serv1", "serv2")
                        .zooKeeper("localhost:2181")
                        .property("no-quorum-policy", "failsafe")
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("give the addresses and a secret with failsafe(…)")
                .hasMessageContaining("give a stateDirectory(…)");
    }

    @Test
    void shouldCloseWithoutHavingBeenStarted() {
        HaCluster cluster = declared("serv1").build();
        cluster.close();
        cluster.close();

        assertThat(cluster.closed().toCompletableFuture()).isDone();
    }
}
