package io.releve;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.model.Constraint.Location;
import io.releve.model.Primitive;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A node in a JVM of its own that goes by failsafe. It says on its standard output what it switches. */
public final class FailsafeNode {

    private FailsafeNode() {}

    /** Arguments: ZooKeeper's address, the node's name, the lease in milliseconds, three ports, a directory. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[4]);
        String node = arguments[1];
        String[] ports = arguments[3].split(",", -1);
        Map<String, InetSocketAddress> addresses = new HashMap<>();
        for (int i = 0; i < ports.length; i++) {
            addresses.put(
                    "serv" + (i + 1),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(ports[i])));
        }
        HaCluster cluster = HaCluster.builder()
                .name("failsafe")
                .node(node)
                .nodes("serv1", "serv2", "serv3")
                .zooKeeper(arguments[0])
                .lease(Duration.ofMillis(Long.parseLong(arguments[2])))
                .sessionTimeout(Duration.ofSeconds(30))
                .stateDirectory(directory.resolve(node))
                .property("no-quorum-policy", "failsafe")
                .failsafe(addresses, () -> "a secret of the tests".toCharArray())
                .agent("switch", Switch::new)
                .resource(Primitive.of("light", "switch").monitor(Duration.ofSeconds(1)))
                .constraint(Location.prefer("light", "serv1", 100))
                .build();
        cluster.start();
        System.out.println("up " + node);
        cluster.closed().toCompletableFuture().join();
    }

    private static final class Switch implements ResourceAgent {
        private final String node;
        private boolean on;

        Switch(AgentContext context) {
            this.node = context.nodeName();
        }

        @Override
        public Outcome start(OperationContext operation) {
            write("on");
            on = true;
            return Outcome.ok();
        }

        @Override
        public Outcome stop(OperationContext operation) {
            if (on) {
                write("off");
            }
            on = false;
            return Outcome.ok();
        }

        @Override
        public Outcome monitor(OperationContext operation) {
            return on ? Outcome.ok() : Outcome.notRunning("off");
        }

        private void write(String what) {
            System.out.println(what + " " + node);
        }
    }
}
