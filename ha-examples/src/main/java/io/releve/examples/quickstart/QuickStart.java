package io.releve.examples.quickstart;

import io.releve.HaCluster;
import io.releve.model.Clone;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Group;
import io.releve.model.Primitive;
import io.releve.model.Rule;
import io.releve.model.Score;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.server.MySqlAgent;
import io.releve.vip.VirtualIpAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The shortest useful cluster: two database servers that copy each other, a virtual IP, and a {@code DataSource}. */
public final class QuickStart {

    private QuickStart() {}

    /**
     * Joins the cluster as one of its two nodes. The same program runs on both hosts.
     *
     * @param node {@code serv1} or {@code serv2}
     * @param passwords gives the password of each database account by its name
     * @return the cluster, to be closed when the application ends, and the way to its database
     */
    public static Joined join(String node, Function<String, Supplier<char[]>> passwords) {
        // spotless:off
        // README: begin
        MySqlServers servers = MySqlServers.builder()
                .server("serv1", "10.0.0.1", 3306)
                .server("serv2", "10.0.0.2", 3306)
                .build();
        HaCluster cluster = HaCluster.builder()
                .name("intralab").node(node).nodes("serv1", "serv2")
                .zooKeeper("zk1:2181,zk2:2181,zk3:2181")
                .agent("vip", VirtualIpAgent.factory())
                .agent("mysql", MySqlAgent.builder()
                        .servers(servers).directory(Path.of("/var/lib/intralab")).initialize(true)
                        .administrator("releve", passwords.apply("releve"))
                        .replication("replicator", passwords.apply("replicator"))
                        .application("intralab", "app", passwords.apply("app"))
                        .build())
                .resource(Clone.anonymous("databases",
                        Primitive.of("database", "mysql").monitor(Duration.ofSeconds(1))))
                .resource(Group.of("front", Primitive.of("address", "vip").parameter("ip", "10.0.0.100")))
                .constraint(Location.prefer("front", "serv1", 100))
                .constraint(Location.where("front", Rule.attributeIsNot("caught-up-database", "1"), Score.MINUS_INFINITY))
                .constraint(Colocation.with("front", "databases"))
                .constraint(Order.startAfter("front", "databases").kind(Order.Kind.OPTIONAL))
                .build();
        DataSource dataSource = FailoverDataSource.builder()
                .cluster(cluster).follow("front").servers(servers)
                .database("intralab").user("app").password(passwords.apply("app"))
                .build();
        cluster.start();
        // README: end
        // spotless:on
        return new Joined(cluster, dataSource);
    }

    /**
     * What the application goes on with.
     *
     * @param cluster says where everything runs; leaves when closed
     * @param dataSource its connections lead to the node where the address is
     */
    public record Joined(HaCluster cluster, DataSource dataSource) {}
}
