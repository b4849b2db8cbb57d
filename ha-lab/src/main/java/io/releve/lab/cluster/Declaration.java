package io.releve.lab.cluster;

import io.releve.HaCluster;
import io.releve.HaClusterBuilder;
import io.releve.model.Clone;
import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import io.releve.model.Group;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.model.Role;
import io.releve.model.Rule;
import io.releve.model.Score;
import io.releve.mysql.server.MySqlAgent;
import java.time.Duration;
import java.util.List;

/** The cluster on trial, as each of its nodes declares it. */
public final class Declaration {

    /** The cluster's name. */
    public static final String NAME = "lab";

    /** The clone of database servers. */
    public static final String DATABASES = "databases";

    /** The group of what stands beside the active server: the virtual IP. */
    public static final String SERVICE = "service";

    /** The database that the ledger is in. */
    public static final String SCHEMA = "lab";

    /** The ledger's account. */
    public static final String USER = "ledger";

    static final String ADMINISTRATOR = "releve";
    private static final String DATABASE = "database";
    private static final String ADDRESS = "address";
    private static final String SERVER_AGENT = "mysql";

    private Declaration() {}

    static HaClusterBuilder declare(Topology topology, List<String> nodes, String virtualIp) {
        HaClusterBuilder cluster = HaCluster.builder()
                .name(NAME)
                .nodes(nodes.toArray(String[]::new))
                // It moves because something failed, not because something came back.
                .resourceDefault("resource-stickiness", "100");
        Group service = Group.of(
                SERVICE, Primitive.of(ADDRESS, "vip").parameter("ip", virtualIp).monitor(Duration.ofSeconds(1)));
        return switch (topology) {
            case PRIMARY -> primary(cluster).resource(service);
            case RING -> ring(cluster).resource(service);
        };
    }

    private static HaClusterBuilder primary(HaClusterBuilder cluster) {
        return cluster.resource(MySqlAgent.promotable(DATABASES, SERVER_AGENT))
                .constraint(Colocation.with(SERVICE, DATABASES).primaryRole(Role.PROMOTED))
                .constraint(Order.startAfterPromotion(SERVICE, DATABASES));
    }

    private static HaClusterBuilder ring(HaClusterBuilder cluster) {
        return cluster.resource(Clone.anonymous(
                        DATABASES,
                        Primitive.of(DATABASE, SERVER_AGENT)
                                .operation(Operation.of("start").timeout(Duration.ofMinutes(1)))
                                .monitor(Duration.ofSeconds(1))))
                .constraint(Location.where(
                        SERVICE, Rule.attributeIsNot("caught-up-" + DATABASE, "1"), Score.MINUS_INFINITY))
                .constraint(Colocation.with(SERVICE, DATABASES))
                .constraint(Order.startAfter(SERVICE, DATABASES).kind(Order.Kind.OPTIONAL));
    }

    /**
     * The session of those who only watch: they stay with a silent server for two thirds of it. Nodes leave one after half
     * a lease.
     */
    public static Duration watchersSession(Duration lease) {
        return lease.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : lease;
    }
}
