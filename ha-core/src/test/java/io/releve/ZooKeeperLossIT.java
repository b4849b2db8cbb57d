package io.releve;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.coordination.zookeeper.Ensemble;
import io.releve.model.Constraint.Location;
import io.releve.model.Primitive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole nodes on three real ZooKeeper servers: who loses a server, or the leader, loses nothing else. */
@Timeout(120)
class ZooKeeperLossIT {

    private final Ensemble ensemble = new Ensemble(3, Map.of());
    private final BlockingQueue<String> switched = new LinkedBlockingQueue<>();
    private final List<HaCluster> open = new ArrayList<>();

    @AfterEach
    void stop() {
        open.forEach(HaCluster::close);
        ensemble.close();
    }

    private void start(String node) {
        HaCluster cluster = HaCluster.builder()
                .name("loss")
                .node(node)
                .nodes("serv1", "serv2", "serv3")
                .zooKeeper(ensemble.addresses())
                .lease(Duration.ofSeconds(3))
                .agent("switch", Switch::new)
                .resource(Primitive.of("light", "switch").monitor(Duration.ofSeconds(1)))
                .constraint(Location.prefer("light", "serv1", 100))
                .build();
        open.add(cluster);
        cluster.start();
    }

    private final class Switch implements ResourceAgent {
        private final String node;
        private boolean on;

        Switch(AgentContext context) {
            this.node = context.nodeName();
        }

        @Override
        public Outcome start(OperationContext operation) {
            on = true;
            switched.add("on " + node);
            return Outcome.ok();
        }

        @Override
        public Outcome stop(OperationContext operation) {
            if (on) {
                on = false;
                switched.add("off " + node);
            }
            return Outcome.ok();
        }

        @Override
        public Outcome monitor(OperationContext operation) {
            return on ? Outcome.ok() : Outcome.notRunning("off");
        }
    }

    private void assertThatNothingIsSwitchedFor(Duration time) throws InterruptedException {
        assertThat(switched.poll(time.toMillis(), TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void shouldMoveNothingWhenOnlyServersOfZooKeeperAreLost() throws InterruptedException {
        start("serv1");
        start("serv2");
        start("serv3");
        assertThat(switched.poll(30, TimeUnit.SECONDS)).isEqualTo("on serv1");

        int killed = ensemble.awaitLeader();
        ensemble.kill(killed);
        assertThatNothingIsSwitchedFor(Duration.ofSeconds(5));
        ensemble.start(killed);
        ensemble.awaitServing(killed);

        int frozen = ensemble.awaitLeader();
        ensemble.freeze(frozen);
        assertThatNothingIsSwitchedFor(Duration.ofSeconds(5));
        ensemble.thaw(frozen);
        assertThatNothingIsSwitchedFor(Duration.ofSeconds(2));

        // And the cluster still decides.
        open.remove(0).close();
        assertThat(switched.poll(30, TimeUnit.SECONDS)).isEqualTo("off serv1");
        assertThat(switched.poll(30, TimeUnit.SECONDS)).startsWith("on serv");
    }

    @Test
    void shouldStopAtTheEndOfTheLeaseWithoutAMajorityAndStartAgainWithOne() throws InterruptedException {
        start("serv1");
        start("serv2");
        assertThat(switched.poll(30, TimeUnit.SECONDS)).isEqualTo("on serv1");

        ensemble.kill(1);
        ensemble.kill(2);
        assertThat(switched.poll(4, TimeUnit.SECONDS)).isEqualTo("off serv1");
        assertThatNothingIsSwitchedFor(Duration.ofSeconds(6));
        ensemble.start(1);
        ensemble.start(2);

        // Who comes back first has it, and gives it to the one that it prefers.
        String first = switched.poll(30, TimeUnit.SECONDS);
        if (!"on serv1".equals(first)) {
            assertThat(first).isEqualTo("on serv2");
            assertThat(switched.poll(30, TimeUnit.SECONDS)).isEqualTo("off serv2");
            assertThat(switched.poll(30, TimeUnit.SECONDS)).isEqualTo("on serv1");
        }
        assertThatNothingIsSwitchedFor(Duration.ofSeconds(1));
    }
}
