package io.releve.lab.idle;

import io.releve.HaCluster;
import io.releve.HaClusterBuilder;
import io.releve.agent.JavaServiceAgent;
import io.releve.model.Primitive;
import java.io.IOException;
import java.time.Duration;

/**
 * A node that embeds nothing else: one resource, of plain Java, monitored every ten seconds. Ends when its standard input
 * does: whoever started it keeps the other end of the pipe, and the kernel closes that however its owner ends.
 */
public final class IdleNode {

    /** Printed when it is a member. */
    static final String JOINED = "joined";

    private IdleNode() {}

    /** Arguments: ZooKeeper's address, this node's name, the lease in milliseconds, all nodes' names. */
    public static void main(String[] arguments) {
        endWithStandardInput();
        String[] nodes = java.util.Arrays.copyOfRange(arguments, 3, arguments.length);
        HaClusterBuilder builder = HaCluster.builder()
                .name("idle")
                .node(arguments[1])
                .nodes(nodes)
                .zooKeeper(arguments[0])
                .lease(Duration.ofMillis(Long.parseLong(arguments[2])))
                .agent("nothing", JavaServiceAgent.of(() -> {}, () -> {}, () -> true))
                .resource(Primitive.of("nothing", "nothing").monitor(Duration.ofSeconds(10)));
        HaCluster cluster = builder.build();
        cluster.start();
        System.out.println(JOINED);
        cluster.closed().toCompletableFuture().join();
    }

    private static void endWithStandardInput() {
        Thread leash = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is ever said; only the end counts.
                        }
                    } catch (IOException e) {
                        // As good as the end.
                    }
                    // There is nobody to take over from it, and nothing that would have to be stopped.
                    Runtime.getRuntime().halt(0);
                },
                "leash");
        leash.setDaemon(true);
        leash.start();
    }
}
