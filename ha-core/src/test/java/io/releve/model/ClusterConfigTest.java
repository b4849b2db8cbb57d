package io.releve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.releve.model.Constraint.Colocation;
import io.releve.model.Constraint.Location;
import io.releve.model.Constraint.Order;
import java.time.Duration;
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
}
