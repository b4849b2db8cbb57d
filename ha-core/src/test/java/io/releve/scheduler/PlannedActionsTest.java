package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.model.ClusterConfig;
import io.releve.model.Primitive;
import io.releve.scheduler.Action.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannedActionsTest {

    private final Transition plan = new SimulatedCluster(ClusterConfig.builder("small")
                    .nodes("n1", "n2", "n3")
                    .resource(Primitive.of("web", "web").monitor(Duration.ofSeconds(10)))
                    .resource(Primitive.of("mail", "mail"))
                    .build())
            .online("n1", "n2", "n3")
            .plan();

    @Test
    void shouldNumberEveryActionByItsPlace() {
        assertThat(plan.actions().stream().map(Action::id))
                .containsExactlyElementsOf(
                        IntStream.range(0, plan.actions().size()).boxed().toList());
    }

    @Test
    void shouldLookEverywhereBeforeAnythingStarts() {
        Action start = action("start", "web");
        Action barrier = plan.actions().get(start.after().get(0));

        assertThat(barrier.kind()).isEqualTo(Kind.BARRIER);
        assertThat(barrier.after().stream().map(plan.actions()::get))
                .hasSize(3)
                .allSatisfy(probe -> {
                    assertThat(probe.kind()).isEqualTo(Kind.OPERATION);
                    assertThat(probe.operation()).isEqualTo("monitor");
                    assertThat(probe.resourceId()).isEqualTo("web");
                    assertThat(probe.expectedCode()).isEqualTo(7);
                    assertThat(probe.after()).isEmpty();
                })
                .extracting(probe -> probe.node().orElseThrow())
                .containsExactly("n1", "n2", "n3");
    }

    @Test
    void shouldBeTheSameAsTheListItStandsFor() {
        assertThat(plan.actions()).isEqualTo(List.copyOf(plan.actions()));
        assertThat(new Transition(plan.actions(), plan.placement(), plan.reasons(), plan.recheckAt()))
                .isEqualTo(plan);
    }

    @Test
    void shouldRefuseNumbersThatItDoesNotHave() {
        assertThatThrownBy(() -> plan.actions().get(plan.actions().size()))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> plan.actions().get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private Action action(String operation, String resource) {
        return plan.actions().stream()
                .filter(one -> one.operation().equals(operation)
                        && one.resourceId().equals(resource)
                        && one.kind() == Kind.OPERATION)
                .findFirst()
                .orElseThrow();
    }
}
