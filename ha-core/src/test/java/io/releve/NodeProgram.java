package io.releve;

import io.releve.agent.process.ProcessAgent;
import io.releve.model.Constraint.Location;
import io.releve.model.Primitive;
import java.nio.file.Path;
import java.time.Duration;

/** A node in a JVM of its own, for tests that kill, freeze and starve it. It runs a process that outlives it. */
public final class NodeProgram {

    private NodeProgram() {}

    /** Arguments: ZooKeeper's address, the node's name, the lease in milliseconds, a directory, whether to remember. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[3]);
        HaClusterBuilder builder =
                declared(arguments[0], arguments[1], Duration.ofMillis(Long.parseLong(arguments[2])), directory);
        if (arguments[4].equals("remember")) {
            builder.stateDirectory(directory);
        }
        HaCluster cluster = builder.build();
        cluster.start();
        cluster.closed().toCompletableFuture().join();
    }

    /** What all nodes declare. */
    static HaClusterBuilder declared(String zooKeeper, String node, Duration lease, Path directory) {
        return HaCluster.builder()
                .name("office")
                .node(node)
                .nodes("serv1", "serv2")
                .zooKeeper(zooKeeper)
                .lease(lease)
                .agent(
                        "worker",
                        ProcessAgent.command(
                                        "/bin/sh",
                                        "-c",
                                        "echo started >> " + directory.resolve("starts") + "; exec sleep 100000")
                                .stateDirectory(directory.resolve(node))
                                .build())
                .resource(Primitive.of("worker", "worker").monitor(Duration.ofSeconds(1)))
                .constraint(Location.prefer("worker", "serv2", 100));
    }
}
