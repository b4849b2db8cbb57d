package io.releve.examples.demo;

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
import java.util.Optional;

/** The cluster of the demonstration, as every one of its nodes declares it. */
final class Intralab {

    static final String NAME = "intralab";
    static final String GROUP = "servIntralab";
    static final String DATABASES = "cServiceMySQL";
    static final String DATABASE = "serviceMySQL";
    static final String ADDRESS = "IPFailover";
    static final String WEB = "serviceWeb";
    static final String SCHEMA = "intralab";
    static final String APPLICATION_USER = "expenses";

    private Intralab() {}

    /**
     * Declares the resources and what ties them together.
     *
     * @param virtualIp the address that the web application is reached at; without it, it listens on loopback
     */
    static HaClusterBuilder declare(Optional<String> virtualIp) {
        HaClusterBuilder cluster = HaCluster.builder().name(NAME).nodes("serv1", "serv2");
        Primitive web = Primitive.of(WEB, "web")
                .parameter("ip", virtualIp.orElse("127.0.0.1"))
                .monitor(Duration.ofSeconds(1));
        Group group = virtualIp
                .map(ip -> Group.of(
                        GROUP, Primitive.of(ADDRESS, "vip").parameter("ip", ip).monitor(Duration.ofSeconds(1)), web))
                .orElseGet(() -> Group.of(GROUP, web));
        return cluster.resource(Clone.anonymous(
                        DATABASES,
                        Primitive.of(DATABASE, "mysql")
                                .operation(Operation.of("start").timeout(Duration.ofSeconds(60)))
                                .monitor(Duration.ofSeconds(1))))
                .resource(group)
                .constraint(Location.prefer(GROUP, "serv1", 100))
                // A server that was away serves nothing until it has what the other one has.
                .constraint(
                        Location.where(GROUP, Rule.attributeIsNot("caught-up-" + DATABASE, "1"), Score.MINUS_INFINITY))
                .constraint(Colocation.with(GROUP, DATABASES))
                // Optional: a mandatory order would restart the group whenever a server starts on the other node.
                .constraint(Order.startAfter(GROUP, DATABASES).kind(Order.Kind.OPTIONAL));
    }
}
