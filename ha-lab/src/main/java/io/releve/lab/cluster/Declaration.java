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
import io.releve.model.Rule;
import io.releve.model.Score;
import java.time.Duration;
import java.util.List;

/** The cluster on trial, as each of its nodes declares it. */
public final class Declaration {

    /** The cluster's name. */
    public static final String NAME = "lab";

    /** The clone of database servers. */
    public static final String DATABASES = "databases";

    /** Whose place the DataSource follows. */
    public static final String SERVICE = "service";

    /** The database that the ledger is in. */
    public static final String SCHEMA = "lab";

    /** The ledger's account. */
    public static final String USER = "ledger";

    static final String DATABASE = "database";
    private static final String ADDRESS = "address";

    private Declaration() {}

    static HaClusterBuilder declare(List<String> nodes, String virtualIp) {
        Group service = Group.of(
                SERVICE, Primitive.of(ADDRESS, "vip").parameter("ip", virtualIp).monitor(Duration.ofSeconds(1)));
        return HaCluster.builder()
                .name(NAME)
                .nodes(nodes.toArray(String[]::new))
                .resource(Clone.anonymous(
                        DATABASES,
                        Primitive.of(DATABASE, "mysql")
                                .operation(Operation.of("start").timeout(Duration.ofSeconds(60)))
                                .monitor(Duration.ofSeconds(1))))
                .resource(service)
                // It moves because something failed, not because something came back.
                .resourceDefault("resource-stickiness", "100")
                .constraint(Location.where(
                        SERVICE, Rule.attributeIsNot("caught-up-" + DATABASE, "1"), Score.MINUS_INFINITY))
                .constraint(Colocation.with(SERVICE, DATABASES))
                .constraint(Order.startAfter(SERVICE, DATABASES).kind(Order.Kind.OPTIONAL));
    }

    /** Whether several servers take writes by design, so that only the DataSource's choice makes one of them special. */
    public static boolean manyWriters() {
        return true;
    }

    /** What the DataSource follows. */
    public static String followed() {
        return SERVICE;
    }

    /**
     * The length of ZooKeeper's sessions: a client stays with a silent server for two thirds of it, and has the rest of its
     * lease to find another.
     */
    public static Duration sessionTimeout(Duration lease) {
        return lease;
    }

    /** What runs, in one sentence. */
    public static String describe() {
        return "three servers in a ring, and a virtual IP that the application follows";
    }
}
