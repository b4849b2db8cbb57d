package io.releve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.model.Primitive;
import io.releve.status.ActiveNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;

class ClusterObserverTest {

    @Test
    void shouldFollowAResourceWithoutBeingANode() throws Exception {
        try (TestingServer server = new TestingServer();
                ClusterObserver observer = ClusterObserver.connect(server.getConnectString(), "seen")) {
            BlockingQueue<Optional<ActiveNode>> places = new LinkedBlockingQueue<>();
            AutoCloseable following = observer.follow("job", places::add);
            assertThat(places.poll(10, TimeUnit.SECONDS)).isEmpty();
            assertThat(observer.status()).isEmpty();

            try (HaCluster cluster = cluster(server)) {
                cluster.start();

                Optional<ActiveNode> place = places.poll(20, TimeUnit.SECONDS);
                assertThat(place).map(ActiveNode::node).contains("a");
                assertThat(observer.find("job")).isEqualTo(place);
                assertThat(observer.status().orElseThrow().nodes()).containsOnlyKeys("a");
            }
            assertThat(places.poll(20, TimeUnit.SECONDS))
                    .as("the only node has left")
                    .isEmpty();
            following.close();
        }
    }

    @Test
    void shouldNameTheMistakesOfItsAddress() {
        assertThatIllegalArgumentException().isThrownBy(() -> ClusterObserver.connect("", "seen"));
    }

    private static HaCluster cluster(TestingServer server) {
        return HaCluster.builder()
                .name("seen")
                .node("a")
                .nodes("a")
                .zooKeeper(server.getConnectString())
                .stopTimeout(Duration.ofSeconds(10))
                .agent("job", context -> new Job())
                .resource(Primitive.of("job", "job"))
                .build();
    }

    /** Runs when started. */
    private static final class Job implements ResourceAgent {

        private volatile boolean running;

        @Override
        public Outcome start(OperationContext operation) {
            running = true;
            return Outcome.ok();
        }

        @Override
        public Outcome stop(OperationContext operation) {
            running = false;
            return Outcome.ok();
        }

        @Override
        public Outcome monitor(OperationContext operation) {
            return running ? Outcome.ok() : Outcome.notRunning("it was not started");
        }
    }
}
