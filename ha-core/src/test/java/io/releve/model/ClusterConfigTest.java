package io.releve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {

    @Test
    void shouldReportAllMistakesAtOnceEachWithItsPath() {
        ClusterConfig.Builder builder = ClusterConfig.builder("intra lab")
                .nodes("serv1", "serv1")
                .resource(Primitive.of("web", "web")
                        .operation(Operation.of("start").timeout(Duration.ofSeconds(-5)))
                        .monitor(Duration.ofSeconds(-1)))
                .resource(Primitive.of("web", ""))
                .resource(Group.of("empty"))
                .resource(Clone.anonymous("outer", Clone.anonymous("inner", Primitive.of("db", "mysql"))))
                .resource(Primitive.of("odd", "web").meta("is-managed", "perhaps"))
                .constraint(Location.prefer("nobody", "serv1", 1))
                .constraint(Location.prefer("web", "serv9", 1))
                .constraint(Colocation.with("web", "nothing"))
                .constraint(Order.startAfter("ghost", "web"));

        InvalidConfigurationException refused =
                catchThrowableOfType(InvalidConfigurationException.class, builder::build);

        assertThat(refused.problems())
                .extracting(ConfigProblem::path)
                .contains(
                        "name",
                        "nodes/serv1",
                        "resources/web/operations/start",
                        "resources/web/operations/monitor",
                        "resources/web",
                        "resources/empty",
                        "resources/outer",
                        "resources/odd/meta/is-managed",
                        "constraints/location-nobody-serv1/resource",
                        "constraints/location-web-serv9",
                        "constraints/colocation-web-nothing/primary",
                        "constraints/order-web-ghost/then");
        assertThat(refused).hasMessageContaining("mistakes:").hasMessageContaining("'serv9'");
    }

    @Test
    void shouldRefuseARingOfOrders() {
        ClusterConfig.Builder builder = ClusterConfig.builder("ring")
                .nodes("serv1")
                .resource(Primitive.of("a", "x"))
                .resource(Primitive.of("b", "x"))
                .resource(Primitive.of("c", "x"))
                .constraint(Order.startAfter("b", "a"))
                .constraint(Order.startAfter("c", "b"))
                .constraint(Order.startAfter("a", "c"));

        assertThatThrownBy(builder::build).hasMessageContaining("cyclic").hasMessageContaining("start a");
    }

    @Test
    void shouldAcceptAnOrderThatOnlyLooksLikeARing() {
        assertThat(ClusterConfig.builder("line")
                        .nodes("serv1")
                        .resource(Primitive.of("a", "x"))
                        .resource(Primitive.of("b", "x"))
                        .resource(Primitive.of("c", "x"))
                        .constraint(Order.startAfter("b", "a"))
                        .constraint(Order.startAfter("c", "b"))
                        .constraint(Order.startAfter("c", "a"))
                        .build()
                        .primitives())
                .hasSize(3);
    }

    @Test
    void shouldNotChangeAPrimitiveThatIsGivenAParameter() {
        Primitive bare = Primitive.of("address", "vip");
        Primitive full = bare.parameter("ip", "10.0.0.1").stickiness(100).migrationThreshold(3);

        assertThat(bare.parameter("ip")).isEmpty();
        assertThat(full.parameter("ip")).contains("10.0.0.1");
        assertThat(full.meta("resource-stickiness")).contains("100");
        assertThat(full.meta("migration-threshold")).contains("3");
    }

    @Test
    void shouldReportAllMistakesOfAFencingTopologyAtOnce() {
        ClusterConfig.Builder builder = ClusterConfig.builder("fenced")
                .nodes("serv1", "serv2")
                .fencingLevel(FencingLevel.of("serv1", 0, "ipmi"))
                .fencingLevel(FencingLevel.of("serv1", 10, "ipmi"))
                .fencingLevel(FencingLevel.of("serv9", 1, "ipmi"))
                .fencingLevel(FencingLevel.of("serv2", 1))
                .fencingLevel(FencingLevel.of("serv2", 2, "ipmi", "ipmi", " "))
                .fencingLevel(FencingLevel.of("serv2", 2, "pdu"))
                .fencingLevel(new FencingLevel(new FencingTarget.NamePattern("serv["), 1, List.of("ipmi")))
                .fencingLevel(new FencingLevel(new FencingTarget.Attribute("", "a"), 1, List.of("ipmi")))
                .fencingLevel(new FencingLevel(new FencingTarget.Attribute("rack", "7"), 1, List.of("ipmi")));

        InvalidConfigurationException refused =
                catchThrowableOfType(InvalidConfigurationException.class, builder::build);

        assertThat(refused.problems())
                .extracting(ConfigProblem::toString)
                .satisfiesExactly(
                        one -> assertThat(one).contains("fencing-topology/serv1/0", "the index 0", "1 to 9"),
                        one -> assertThat(one).contains("fencing-topology/serv1/10", "the index 10"),
                        one -> assertThat(one).contains("'serv9' fits none of serv1, serv2"),
                        one -> assertThat(one).contains("has no devices"),
                        one -> assertThat(one).contains("'ipmi' is named twice"),
                        one -> assertThat(one).contains("name is empty"),
                        one -> assertThat(one).contains("declared twice"),
                        one -> assertThat(one).contains("'serv[' is not a regular expression"),
                        one -> assertThat(one).contains("the attribute's name is empty"),
                        one -> assertThat(one).contains("'attr:rack=7' fits none"));
    }

    @Test
    void shouldGiveANodeTheLevelsOfItsNameBeforeThoseOfAPatternOrAttribute() {
        FencingTarget rack = new FencingTarget.Attribute("rack", "1");
        FencingTarget all = new FencingTarget.NamePattern("^serv");
        ClusterConfig config = ClusterConfig.builder("fenced")
                .node(ClusterNode.of("serv1").attribute("rack", "1"))
                .node(ClusterNode.of("serv2").attribute("rack", "1"))
                .nodes("serv3", "quorum")
                .fencingLevel(FencingLevel.of("serv1", 2, "ssh"))
                .fencingLevel(new FencingLevel(rack, 3, List.of("pdu1", "pdu2")))
                .fencingLevel(new FencingLevel(all, 1, List.of("ipmi")))
                .fencingLevel(FencingLevel.of("serv1", 1, "lease"))
                .build();

        assertThat(config.fencingLevelsFor(config.nodes().get(0)))
                .containsExactly(FencingLevel.of("serv1", 1, "lease"), FencingLevel.of("serv1", 2, "ssh"));
        assertThat(config.fencingLevelsFor(config.nodes().get(1)))
                .containsExactly(new FencingLevel(rack, 3, List.of("pdu1", "pdu2")));
        assertThat(config.fencingLevelsFor(config.nodes().get(2)))
                .containsExactly(new FencingLevel(all, 1, List.of("ipmi")));
        assertThat(config.fencingLevelsFor(config.nodes().get(3))).isEmpty();
    }
}
