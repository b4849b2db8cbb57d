package io.releve.mysql.testing;

import io.releve.HaCluster;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.server.MySqlAgent;
import io.releve.mysql.server.Supervision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A node of a {@link TestCluster} in a JVM of its own, attached to its server; the test kills or freezes it. */
public final class AttachedNodeProgram {

    private AttachedNodeProgram() {}

    /** Arguments: ZooKeeper's address, the node, the directory of its server, and the ports of all servers. */
    public static void main(String[] arguments) throws Exception {
        MySqlServers.Builder servers = MySqlServers.primaryAndReplicas();
        List<String> ports = List.of(arguments).subList(3, arguments.length);
        String[] nodes = new String[ports.size()];
        for (int i = 0; i < ports.size(); i++) {
            nodes[i] = "serv" + (i + 1);
            servers.server(nodes[i], "127.0.0.1", Integer.parseInt(ports.get(i)));
        }
        HaCluster cluster = HaCluster.builder()
                .name("intralab")
                .node(arguments[1])
                .nodes(nodes)
                .zooKeeper(arguments[0])
                .lease(Duration.ofSeconds(1))
                .stopTimeout(Duration.ofSeconds(20))
                .agent(
                        "mysql",
                        TestCluster.agent(servers.build(), AttachedServers.agentsDirectory(Path.of(arguments[2])))
                                .supervision(Supervision.attached())
                                .build())
                .resource(MySqlAgent.promotable(TestCluster.RESOURCE, "mysql"))
                .build();
        cluster.start();
        System.out.println("started");
        // Until it is killed, or the test is gone.
        while (System.in.read() >= 0) {}
    }
}
