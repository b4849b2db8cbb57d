package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.state.NodeState.Membership;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each construct beyond the everyday, with what Pacemaker makes of it. */
class ConstructExamplesTest {

    private static final String A = "primitive A Dummy";
    private static final String B = "primitive B Dummy";
    private static final String STATEFUL = "primitive S ocf:pacemaker:Stateful";
    private static final String PROMOTABLE = "clone cl S meta promotable=true";

    @Nested
    class Utilization {
        private Sketch three(String strategy) {
            return Sketch.of(
                    "node n1 utilization mem=4",
                    "node n2 utilization mem=5",
                    "node n3 utilization mem=6",
                    A + " utilization mem=3",
                    B + " utilization mem=2",
                    "primitive C Dummy utilization mem=2",
                    "property placement-strategy=" + strategy);
        }

        @Test
        void shouldFollowEachStrategy() {
            Map<String, List<String>> expected = Map.of(
                    "default", List.of("A Started n1", "B Started n2", "C Started n3"),
                    "utilization", List.of("A Started n1", "B Started n2", "C Started n3"),
                    "minimal", List.of("A Started n1", "B Started n2", "C Started n2"),
                    "balanced", List.of("A Started n3", "B Started n2", "C Started n1"));
            expected.forEach((strategy, placed) ->
                    assertThat(three(strategy).placed()).as(strategy).isEqualTo(placed));
        }

        @Test
        void shouldLookForRoomForAllThatBelongsTogether() {
            Sketch sketch = Sketch.of(
                    "node n1 utilization mem=4",
                    "node n2 utilization mem=5",
                    A + " utilization mem=3",
                    B + " utilization mem=3",
                    "primitive C Dummy utilization mem=2",
                    "colocation c inf: B A",
                    "property placement-strategy=utilization");
            assertThat(sketch.placed()).containsExactly("A Started n2", "C Started n1");
            for (String strategy : List.of("minimal", "balanced")) {
                Sketch roomy = Sketch.of(
                        "node n1 utilization mem=4",
                        "node n2 utilization mem=6",
                        A + " utilization mem=3",
                        B + " utilization mem=3",
                        "colocation c inf: B A",
                        "property placement-strategy=" + strategy);
                assertThat(roomy.placed()).containsExactly("A Started n2", "B Started n2");
            }
        }

        @Test
        void shouldNotStartWhatFitsNowhereButIgnoreCapacityByDefault() {
            assertThat(three("utilization").placed()).hasSize(3);
            for (String strategy : List.of("utilization", "minimal", "balanced", "default")) {
                Sketch sketch = Sketch.of(
                        "node n1 utilization cpu=1 mem=9",
                        "node n2 utilization mem=9",
                        A + " utilization cpu=2 mem=1",
                        "property placement-strategy=" + strategy);
                assertThat(sketch.placed()).as(strategy).hasSize(strategy.equals("default") ? 1 : 0);
            }
        }

        @Test
        void shouldPlaceThoseOfHighPriorityFirst() {
            Sketch sketch = Sketch.of(
                    "node n1 utilization mem=3",
                    A + " utilization mem=3",
                    B + " utilization mem=3 meta priority=5",
                    "property placement-strategy=utilization");
            assertThat(sketch.placed()).containsExactly("B Started n1");
        }

        @Test
        void shouldStartOnlyWhenTheRoomHasBeenLeft() {
            Sketch sketch = Sketch.of(
                            "node n1 utilization mem=3",
                            "node n2 utilization mem=3",
                            A + " utilization mem=3",
                            B + " utilization mem=3",
                            "location la A 100: n2",
                            "property placement-strategy=utilization")
                    .started("A", "n1")
                    .started("B", "n2");
            assertThat(sketch.happens()).containsExactly("Move A n1 n2", "Move B n2 n1");
            assertThat(sketch.operations())
                    .contains("start A n2 after stop A n1, stop B n2", "start B n1 after stop A n1, stop B n2");
        }

        @Test
        void shouldCountAGroupAsOne() {
            Sketch sketch = Sketch.of(
                    "node n1 utilization mem=3",
                    "node n2 utilization mem=4",
                    A + " utilization mem=2",
                    B + " utilization mem=2",
                    "group g A B",
                    "property placement-strategy=utilization");
            assertThat(sketch.placed()).containsExactly("A Started n2", "B Started n2");
        }
    }

    @Nested
    class Tickets {
        private Sketch sketch(String resource, String policy) {
            return Sketch.of(
                    "node n1",
                    "node n2",
                    A,
                    STATEFUL,
                    "clone cl S meta promotable=true clone-max=1",
                    "rsc_ticket t T: " + resource + (policy.isEmpty() ? "" : " loss-policy=" + policy),
                    "property stonith-enabled=true",
                    "property have-watchdog=true");
        }

        private Sketch running(String resource, String policy) {
            return sketch(resource, policy)
                    .started("A", "n1")
                    .promoted("S", "n2")
                    .attribute("n2", "master-S", "10");
        }

        @Test
        void shouldNotStartWithoutTheTicket() {
            assertThat(sketch("A", "stop").placed()).noneMatch(line -> line.startsWith("A"));
            assertThat(sketch("A", "stop").ticket("T", true, false).placed()).contains("A Started n1");
            assertThat(sketch("A", "freeze").ticket("T", true, true).placed()).noneMatch(line -> line.startsWith("A"));
        }

        @Test
        void shouldFollowEachPolicyWhenTheTicketIsLost() {
            assertThat(running("A", "").happens()).containsExactly("Stop A n1 -");
            assertThat(running("A", "stop").happens()).containsExactly("Stop A n1 -");
            assertThat(running("A", "demote").happens()).containsExactly("Stop A n1 -");
            assertThat(running("A", "freeze").happens()).isEmpty();
            assertThat(running("A", "fence").happens()).contains("Fence(reboot) n1", "Stop A n1 -");
        }

        @Test
        void shouldFollowEachPolicyForThePromotedRole() {
            assertThat(running("cl:Promoted", "").happens()).containsExactly("Demote S n2/Promoted n2/Unpromoted");
            assertThat(running("cl:Promoted", "demote").happens())
                    .containsExactly("Demote S n2/Promoted n2/Unpromoted");
            assertThat(running("cl:Promoted", "stop").happens()).containsExactly("Stop S n2/Promoted -");
            assertThat(running("cl:Promoted", "fence").happens()).contains("Fence(reboot) n2");
        }

        @Test
        void shouldPromoteNobodyWithoutTheTicketButStartUnpromoted() {
            assertThat(sketch("cl:Promoted", "demote")
                            .attribute("n2", "master-S", "10")
                            .placed())
                    .contains("S Unpromoted n2");
            assertThat(sketch("cl:Promoted", "stop")
                            .attribute("n2", "master-S", "10")
                            .placed())
                    .noneMatch(line -> line.startsWith("S"));
        }

        @Test
        void shouldNeitherFenceNorFreezeForATicketOnStandby() {
            assertThat(running("A", "fence").ticket("T", true, true).happens()).containsExactly("Stop A n1 -");
            assertThat(running("A", "freeze").ticket("T", true, true).happens()).containsExactly("Stop A n1 -");
            assertThat(running("cl:Promoted", "demote").ticket("T", true, true).happens())
                    .containsExactly("Demote S n2/Promoted n2/Unpromoted");
        }

        @Test
        void shouldOnlyStopWhereNobodyCanFence() {
            Sketch sketch = Sketch.of(A, "rsc_ticket t T: A loss-policy=fence").started("A", "n1");
            assertThat(sketch.happens()).containsExactly("Stop A n1 -");
        }
    }

    @Nested
    class Dates {
        private List<String> at(String moment, String... rule) {
            return Sketch.of(A, "location l A rule -inf: " + String.join(" ", rule))
                    .at(moment)
                    .placed();
        }

        private boolean passes(String moment, String... rule) {
            return at(moment, rule).isEmpty();
        }

        @Test
        void shouldIncludeBothEndsOfASpan() {
            String[] rule = {"date in start=2026-01-05T10:00:00Z end=2026-01-05T11:00:00Z"};
            assertThat(passes("2026-01-05T09:59:59Z", rule)).isFalse();
            assertThat(passes("2026-01-05T10:00:00Z", rule)).isTrue();
            assertThat(passes("2026-01-05T11:00:00Z", rule)).isTrue();
            assertThat(passes("2026-01-05T11:00:01Z", rule)).isFalse();
        }

        @Test
        void shouldAddADurationToTheStart() {
            String[] rule = {"date in start=2026-01-31T00:00:00Z months=1 hours=2"};
            assertThat(passes("2026-01-31T00:00:00Z", rule)).isTrue();
            assertThat(passes("2026-02-28T02:00:00Z", rule)).isTrue();
            assertThat(passes("2026-03-04T00:00:00Z", rule)).isFalse();
        }

        @Test
        void shouldExcludeTheMomentItselfBeforeAndAfter() {
            assertThat(passes("2026-01-05T10:00:00Z", "date gt 2026-01-05T10:00:00Z"))
                    .isFalse();
            assertThat(passes("2026-01-05T10:00:01Z", "date gt 2026-01-05T10:00:00Z"))
                    .isTrue();
            assertThat(passes("2026-01-05T10:00:00Z", "date lt 2026-01-05T10:00:00Z"))
                    .isFalse();
            assertThat(passes("2026-01-05T09:59:59Z", "date lt 2026-01-05T10:00:00Z"))
                    .isTrue();
        }

        @Test
        void shouldWantEachFieldOfASpecInItsRange() {
            String[] office = {"date spec hours=9-16 weekdays=1-5"};
            assertThat(passes("2026-01-05T09:00:00Z", office)).isTrue();
            assertThat(passes("2026-01-05T16:59:59Z", office)).isTrue();
            assertThat(passes("2026-01-05T17:00:00Z", office)).isFalse();
            assertThat(passes("2026-01-04T12:00:00Z", office)).isFalse();
            assertThat(passes("2026-01-05T12:00:00Z", "date spec years=2025-")).isTrue();
            assertThat(passes("2026-01-05T12:00:00Z", "date spec years=-2025")).isFalse();
            assertThat(passes("2026-01-05T12:00:00Z", "date spec monthdays=5 months=1 yeardays=5"))
                    .isTrue();
            // The first of January of 2027 belongs to the last week of 2026.
            assertThat(passes("2027-01-01T12:00:00Z", "date spec weekyears=2026 weeks=53"))
                    .isTrue();
            assertThat(passes("2026-01-05T12:30:15Z", "date spec minutes=30 seconds=10-20"))
                    .isTrue();
        }

        @Test
        void shouldSayWhenToLookAgain() {
            assertThat(Sketch.of(A, "location l A rule -inf: date gt 2026-01-01T13:00:00Z")
                            .simulate()
                            .transition()
                            .recheckAt())
                    .contains(Instant.parse("2026-01-01T13:00:01Z"));
            assertThat(Sketch.of(
                                    A,
                                    "location l A rule -inf: date in start=2026-01-01T11:00:00Z end=2026-01-01T15:00:00Z")
                            .simulate()
                            .transition()
                            .recheckAt())
                    .contains(Instant.parse("2026-01-01T15:00:01Z"));
        }
    }

    @Nested
    class Health {
        private Sketch sketch(String... options) {
            String all = "property " + String.join(" ", options);
            return Sketch.of("node n1", "node n2", A, B, all)
                    .attribute("n1", "#health-disk", "yellow")
                    .attribute("n2", "#health-disk", "green")
                    .started("A", "n1");
        }

        @Test
        void shouldIgnoreHealthUnlessAskedToLookAtIt() {
            assertThat(sketch("maintenance-mode=false").scores("B")).isEqualTo("0 0");
        }

        @Test
        void shouldKnowEachStrategy() {
            assertThat(sketch("node-health-strategy=migrate-on-red").scores("B"))
                    .isEqualTo("0 0");
            assertThat(sketch("node-health-strategy=migrate-on-red")
                            .attribute("n2", "#health-cpu", "red")
                            .scores("B"))
                    .isEqualTo("0 -INFINITY");
            assertThat(sketch("node-health-strategy=only-green").scores("B")).isEqualTo("-INFINITY 0");
            assertThat(sketch("node-health-strategy=only-green").happens()).contains("Move A n1 n2");
            assertThat(sketch(
                                    "node-health-strategy=progressive",
                                    "node-health-base=100",
                                    "node-health-yellow=-10",
                                    "node-health-green=5")
                            .scores("B"))
                    .isEqualTo("90 105");
            assertThat(sketch(
                                    "node-health-strategy=custom",
                                    "node-health-base=100",
                                    "node-health-yellow=-10",
                                    "node-health-green=5")
                            .scores("B"))
                    .isEqualTo("-10 5");
        }

        @Test
        void shouldAddNumbersAndLeaveAloneWhatMayRunOnUnhealthyNodes() {
            Sketch sketch = Sketch.of(
                            "node n1",
                            A + " meta allow-unhealthy-nodes=true",
                            B,
                            "property node-health-strategy=custom node-health-red=-7")
                    .attribute("n1", "#health-x", "-20")
                    .attribute("n1", "#health-y", "red");
            assertThat(sketch.scores("A")).isEqualTo("0");
            assertThat(sketch.scores("B")).isEqualTo("-27");
            assertThat(sketch.attribute("n1", "#health-z", "50").scores("A")).isEqualTo("23");
        }
    }

    @Nested
    class ShutdownLocks {
        @Test
        void shouldWaitForTheNodeThatLeftUntilTheLimit() {
            Sketch leaving = Sketch.of(A, B, "group g A B", "property shutdown-lock=true")
                    .started("A", "n1")
                    .started("B", "n1")
                    .leaving("n1");
            assertThat(leaving.happens()).containsExactly("Stop A n1 -", "Stop B n1 -");
            Sketch gone = Sketch.of(A, "property shutdown-lock=true shutdown-lock-limit=10min")
                    .offline("n1")
                    .locked("A", "n1", Sketch.NOW.minusSeconds(300));
            assertThat(gone.placed()).containsExactly("A Stopped n1");
            assertThat(gone.simulate().transition().recheckAt()).contains(Sketch.NOW.plusSeconds(301));
            assertThat(gone.at("2026-01-01T12:05:01Z").placed()).containsExactly("A Started n2");
        }

        @Test
        void shouldNotHoldInstancesOfClones() {
            Sketch leaving = Sketch.of(A, "clone cl A meta clone-max=1", "property shutdown-lock=true")
                    .started("A", "n1")
                    .leaving("n1");
            assertThat(leaving.happens()).containsExactly("Move A n1 n2");
        }

        @Test
        void shouldMoveAwayFromALostNodeAllTheSame() {
            Sketch lost = Sketch.of(A, "property shutdown-lock=true stonith-enabled=true have-watchdog=true")
                    .started("A", "n1")
                    .membership("n1", Membership.UNCLEAN);
            assertThat(lost.happens()).containsExactly("Fence(reboot) n1", "Move A n1 n2");
        }
    }

    @Nested
    class Quorum {
        private Sketch inquorate(String policy) {
            return Sketch.of(
                            A,
                            B,
                            STATEFUL,
                            "clone cl S meta promotable=true clone-max=1",
                            "property no-quorum-policy=" + policy)
                    .started("A", "n1")
                    .promoted("S", "n2")
                    .attribute("n2", "master-S", "10")
                    .noQuorum();
        }

        @Test
        void shouldFollowEachPolicyWithoutQuorum() {
            assertThat(inquorate("stop").happens())
                    .containsExactly("Start B - n2 blocked", "Stop A n1 -", "Stop S n2/Promoted -");
            assertThat(inquorate("freeze").placed()).containsExactly("A Started n1", "S Promoted n2");
            assertThat(inquorate("freeze").operations()).isEmpty();
            assertThat(inquorate("ignore").happens()).containsExactly("Start B - n2");
            assertThat(inquorate("demote").happens())
                    .contains("Demote S n2/Promoted n2/Unpromoted", "Stop A n1 -")
                    .noneMatch(line -> line.equals("Start B - n2"));
            assertThat(inquorate("demote").operations()).containsExactly("demote S n2", "stop A n1");
            // Without fencing nobody can be fenced.
            assertThat(inquorate("fence").happens()).contains("Stop A n1 -");
        }

        @Test
        void shouldKeepWhatNeedsNoQuorum() {
            Sketch sketch = Sketch.of(A + " meta requires=nothing", B)
                    .started("A", "n1")
                    .noQuorum();
            assertThat(sketch.placed()).containsExactly("A Started n1");
            assertThat(sketch.standby("n1").happens()).contains("Move A n1 n2");
        }

        @Test
        void shouldFenceAllOfItsOwnWhereThatIsThePolicyAndQuorumWasThereOnce() {
            Sketch sketch = Sketch.of(
                            "node n1",
                            "node n2",
                            A,
                            "property no-quorum-policy=fence stonith-enabled=true have-watchdog=true no-quorum-panic=1")
                    .started("A", "n1")
                    .noQuorum();
            assertThat(sketch.happens()).contains("Fence(reboot) n1", "Fence(reboot) n2");
        }
    }

    @Nested
    class OnFail {
        private Sketch failing(String reaction, String... more) {
            return Sketch.of(join(
                            more,
                            "primitive S ocf:pacemaker:Stateful op monitor interval=10 role=Promoted on-fail="
                                    + reaction + " op monitor interval=11 role=Unpromoted",
                            PROMOTABLE))
                    .promoted("S", "n1")
                    .started("S", "n2", "n3")
                    .attribute("n1", "master-S", "10")
                    .failed("S", "n1", "monitor", 10, 9, "1");
        }

        @Test
        void shouldDemoteAndPromoteAgainWhereThatIsTheReaction() {
            assertThat(failing("demote").happens()).containsExactly("Re-promote S n1/Promoted n1/Promoted");
            assertThat(failing("demote").operations()).containsExactly("demote S n1", "promote S n1 after demote S n1");
        }

        @Test
        void shouldRecoverByARestartByDefault() {
            assertThat(failing("restart").happens()).containsExactly("Recover S n1/Promoted n1/Promoted");
            assertThat(failing("restart").operations())
                    .containsExactly(
                            "demote S n1",
                            "promote S n1 after demote S n1, start S n1, stop S n1",
                            "start S n1 after demote S n1, stop S n1",
                            "stop S n1 after demote S n1");
        }

        @Test
        void shouldDoNothingOrNoMoreThanAskedOtherwise() {
            assertThat(failing("ignore").happens()).isEmpty();
            assertThat(failing("block").happens()).isEmpty();
            assertThat(failing("stop").placed()).isEmpty();
            assertThat(failing("standby").placed()).noneMatch(line -> line.endsWith("n1"));
            assertThat(failing("fence", "property stonith-enabled=true have-watchdog=true")
                            .happens())
                    .contains("Fence(reboot) n1");
        }

        @Test
        void shouldTakeDemoteForRestartWhereThereIsNothingToDemote() {
            Sketch sketch = Sketch.of("primitive A Dummy op monitor interval=10 on-fail=demote")
                    .started("A", "n1")
                    .failed("A", "n1", "monitor", 10, 1, "1");
            assertThat(sketch.happens()).containsExactly("Recover A n1 n1");
        }

        private String[] join(String[] more, String... lines) {
            String[] all = java.util.Arrays.copyOf(lines, lines.length + more.length);
            System.arraycopy(more, 0, all, lines.length, more.length);
            return all;
        }
    }

    @Nested
    class MultiplyActive {
        private Sketch twice(String policy) {
            return Sketch.of(A + " meta multiple-active=" + policy, B, "order o A B", "colocation c inf: B A")
                    .started("A", "n1", "n2")
                    .started("B", "n1");
        }

        @Test
        void shouldFollowEachPolicy() {
            assertThat(twice("stop_start").operations())
                    .contains("stop A n1 after stop B n1", "stop A n2 after stop B n1")
                    .contains("start A n1 after stop A n1, stop A n2, stop B n1");
            assertThat(twice("stop_only").operations())
                    .contains("stop A n2 after stop B n1")
                    .noneMatch(line -> line.startsWith("start A"));
            assertThat(twice("block").happens()).noneMatch(line -> line.contains("A n"));
            assertThat(twice("stop_unexpected").operations())
                    .contains("stop A n2 after stop B n1")
                    .noneMatch(line -> line.startsWith("stop A n1") || line.startsWith("start A"));
        }
    }

    @Nested
    class TemplatesAndTags {
        @Test
        void shouldMeanAllOfATemplateOrTag() {
            String[] lines = {
                "rsc_template T Dummy meta resource-stickiness=7",
                "primitive A @T",
                "primitive B @T",
                "primitive C Dummy",
                "tag both A B"
            };
            for (String name : List.of("T", "both")) {
                Sketch location = sketch(lines, "location l " + name + " 100: n3");
                assertThat(location.scores("A")).isEqualTo("0 0 100");
                assertThat(location.scores("B")).isEqualTo("0 0 100");
                Sketch order = sketch(lines, "order o C " + name);
                assertThat(order.operations())
                        .containsExactly("start A n1 after start C n3", "start B n2 after start C n3", "start C n3");
                Sketch colocation = sketch(lines, "colocation c inf: " + name + " C", "location l C 5: n2");
                assertThat(colocation.placed()).allMatch(line -> line.endsWith("n2"));
            }
        }

        private Sketch sketch(String[] lines, String... more) {
            String[] all = java.util.Arrays.copyOf(lines, lines.length + more.length);
            System.arraycopy(more, 0, all, lines.length, more.length);
            return Sketch.of(all);
        }
    }

    @Nested
    class Maintenance {
        @Test
        void shouldLeaveAloneWhatIsInMaintenanceOrUnmanaged() {
            for (String how : List.of("is-managed=false", "maintenance=true")) {
                Sketch sketch =
                        Sketch.of(A + " meta " + how, B, "location l A inf: n2").started("A", "n1");
                assertThat(sketch.happens()).containsExactly("Start B - n2");
            }
            Sketch node =
                    Sketch.of(A, "location l A inf: n2").started("A", "n1").attribute("n1", "maintenance", "true");
            assertThat(node.happens()).isEmpty();
            Sketch cluster = Sketch.of(
                            A + " meta is-managed=true", B, "location l A inf: n2", "property maintenance-mode=true")
                    .started("A", "n1");
            assertThat(cluster.happens()).isEmpty();
        }
    }

    @Nested
    class Changes {
        @Test
        void shouldForgetFailuresAfterTheirTime() {
            Sketch sketch = Sketch.of(
                            "primitive A Dummy op monitor interval=10 meta migration-threshold=1 failure-timeout=60")
                    .started("A", "n2")
                    .failCount("A", "n1", "monitor", 10, "1");
            assertThat(sketch.scores("A")).isEqualTo("-INFINITY 0 0");
            assertThat(sketch.simulate().transition().recheckAt()).contains(Sketch.NOW.plusSeconds(60));
            assertThat(sketch.at("2026-01-01T12:02:00Z").scores("A")).isEqualTo("0 0 0");
        }
    }
}
