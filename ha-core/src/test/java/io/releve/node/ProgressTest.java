package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.codec.PlanId;
import io.releve.scheduler.Action;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final Plan PLAN = new Plan(
            2,
            5,
            false,
            Map.of("serv1", "a", "serv2", "b"),
            List.of(
                    step(0, Action.Kind.OPERATION, "serv1"),
                    step(1, Action.Kind.OPERATION, "serv2"),
                    step(2, Action.Kind.BARRIER, "", 3),
                    step(3, Action.Kind.BARRIER, "", 0, 1),
                    step(4, Action.Kind.OPERATION, "serv1", 2)),
            "");

    private static Action step(int id, Action.Kind kind, String node, Integer... after) {
        return new Action(
                id,
                kind,
                "start",
                "r" + id,
                Optional.of(node).filter(name -> !name.isEmpty()),
                Duration.ZERO,
                Duration.ofSeconds(1),
                0,
                Map.of(),
                Map.of(),
                List.of(after));
    }

    private static NodeReport report(String node, String incarnation, PlanId plan, Integer... done) {
        return new NodeReport(
                node, incarnation, 3000, false, false, Map.of(), Map.of(), List.of(), 0, plan, Set.of(done));
    }

    @Test
    void shouldHoldAStepBackUntilAllStepsBeforeItAreDoneOnWhateverNode() {
        NodeReport one = report("serv1", "a", PLAN.id(), 0);
        NodeReport two = report("serv2", "b", PLAN.id());

        assertThat(Progress.of(PLAN, List.of(one, two)).ready("serv1")).isEmpty();
        assertThat(Progress.of(PLAN, List.of(one, report("serv2", "b", PLAN.id(), 1)))
                        .ready("serv1"))
                .extracting(Action::id)
                .containsExactly(4);
    }

    @Test
    void shouldNotCountWhatWasDoneUnderAnotherPlanOrInAnotherLife() {
        NodeReport one = report("serv1", "a", PLAN.id(), 0);

        assertThat(Progress.of(PLAN, List.of(one, report("serv2", "b", new PlanId(2, 4), 1)))
                        .ready("serv1"))
                .isEmpty();
        assertThat(Progress.of(PLAN, List.of(one, report("serv2", "z", PLAN.id(), 1)))
                        .ready("serv1"))
                .isEmpty();
    }

    @Test
    void shouldCountWhatThisNodeHasDoneBeforeItIsReported() {
        NodeReport two = report("serv2", "b", PLAN.id(), 1);

        assertThat(Progress.of(PLAN, List.of(two), Set.of(0)).ready("serv1"))
                .extracting(Action::id)
                .containsExactly(4);
    }

    @Test
    void shouldBeCompleteWhenEveryStepIsDone() {
        Progress progress =
                Progress.of(PLAN, List.of(report("serv1", "a", PLAN.id(), 0, 4), report("serv2", "b", PLAN.id(), 1)));

        assertThat(progress.isComplete()).isTrue();
        assertThat(progress.remaining()).isEmpty();
    }
}
