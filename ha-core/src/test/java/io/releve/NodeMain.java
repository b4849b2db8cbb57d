package io.releve;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.fencing.CommandFencer;
import io.releve.fencing.LastResort;
import io.releve.model.Group;
import io.releve.model.Primitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, that a test can freeze. All nodes write what they do into one file. */
final class NodeMain {

    /** What the nodes of a test have in common. */
    record Setup(String zooKeeper, Path file, String fenceProgram, String plug) {

        HaClusterBuilder node(String name) {
            HaClusterBuilder builder = HaCluster.builder()
                    .name("frozen")
                    .node(name)
                    .nodes("serv1", "serv2")
                    .zooKeeper(zooKeeper)
                    .lease(Duration.ofSeconds(1))
                    .agent("entry", context -> new Entry(context, file))
                    .resource(Group.of(
                            "both",
                            Primitive.of("first", "entry").monitor(Duration.ofMillis(500)),
                            Primitive.of("second", "entry").monitor(Duration.ofMillis(500))))
                    .resourceDefault("resource-stickiness", "100");
            if (!fenceProgram.isEmpty()) {
                builder.fencer(
                                "kill",
                                CommandFencer.program(fenceProgram)
                                        .node("serv1", "plug", plug)
                                        .node("serv2", "plug", "0")
                                        .build())
                        .fencingLevel("serv1", 1, "kill");
            }
            return builder;
        }
    }

    private NodeMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        String plug = Long.toString(ProcessHandle.current().pid());
        Setup setup = new Setup(arguments[0], Path.of(arguments[2]), arguments[3], plug);
        setup.node(arguments[1]).lastResort(LastResort.haltJvm()).build().start();
        new CountDownLatch(1).await();
    }

    /** Stands for a service; starting the first one takes a while in the process that is frozen. */
    private static final class Entry implements ResourceAgent {
        private final String id;
        private final String node;
        private final Path file;
        private boolean on;

        Entry(AgentContext context, Path file) {
            this.id = context.resourceId();
            this.node = context.nodeName();
            this.file = file;
        }

        @Override
        public Outcome start(OperationContext operation) throws InterruptedException, IOException {
            write("begin");
            if (id.equals("first") && node.equals("serv1")) {
                new CountDownLatch(1).await(2, TimeUnit.SECONDS);
            }
            on = true;
            write("start");
            return Outcome.ok();
        }

        @Override
        public Outcome stop(OperationContext operation) throws IOException {
            if (on) {
                write("stop");
            }
            on = false;
            return Outcome.ok();
        }

        @Override
        public Outcome monitor(OperationContext operation) {
            return on ? Outcome.ok() : Outcome.notRunning("off");
        }

        private void write(String what) throws IOException {
            Files.writeString(
                    file, what + " " + id + " " + node + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
