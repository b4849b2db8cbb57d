package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.state.NodeState.Membership;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is known of what Pacemaker does in which order: each example was checked with Pacemaker itself. */
class OrderExamplesTest {

    private static final String A = "primitive A Dummy op monitor interval=10";
    private static final String B = "primitive B Dummy op monitor interval=10";
    private static final String C = "primitive C Dummy op monitor interval=10";
    private static final String A_STOPPED = "primitive A Dummy meta target-role=Stopped";
    private static final String STATEFUL = "primitive S ocf:pacemaker:Stateful";
    private static final String[] ORDERS = {
        "order o Mandatory: A B", "order o Optional: A B", "order o Mandatory: A B symmetrical=false"
    };

    @Nested
    class OfPairs {
        @Test
        void shouldRestartWithWhatItComesAfterOnlyWhereThatIsMandatoryBothWays() {
            String[][] expected = {{"Recover A n1 n1", "Restart B n2 n2"}, {"Recover A n1 n1"}, {"Recover A n1 n1"}};
            for (int i = 0; i < ORDERS.length; i++) {
                Sketch sketch = running(A, B, ORDERS[i]).failed("A", "n1", "monitor", 10, 7, "1");
                assertThat(sketch.happens()).as(ORDERS[i]).containsExactly(expected[i]);
            }
            assertThat(running(A, B, ORDERS[0])
                            .failed("A", "n1", "monitor", 10, 7, "1")
                            .operations())
                    .containsExactly(
                            "start A n1 after stop A n1, stop B n2",
                            "start B n2 after start A n1, stop A n1, stop B n2",
                            "stop A n1 after stop B n2",
                            "stop B n2");
        }

        @Test
        void shouldStopWithWhatItComesAfterOnlyWhereThatIsMandatoryBothWays() {
            assertThat(running(A_STOPPED, B, ORDERS[0]).operations())
                    .containsExactly("stop A n1 after stop B n2", "stop B n2");
            assertThat(running(A_STOPPED, B, ORDERS[1]).operations()).containsExactly("stop A n1");
            assertThat(running(A_STOPPED, B, ORDERS[2]).operations()).containsExactly("stop A n1");
        }

        @Test
        void shouldNotStartWithoutWhatItComesAfter() {
            assertThat(Sketch.of(A_STOPPED, B, ORDERS[0]).happens()).containsExactly("Start B - n1 blocked");
            assertThat(Sketch.of(A_STOPPED, B, ORDERS[1]).happens()).containsExactly("Start B - n1");
            assertThat(Sketch.of(A_STOPPED, B, ORDERS[2]).happens()).containsExactly("Start B - n1 blocked");
        }

        @Test
        void shouldFailAlone() {
            for (String order : ORDERS) {
                assertThat(running(A, B, order)
                                .failed("B", "n2", "monitor", 10, 7, "1")
                                .happens())
                        .containsExactly("Recover B n2 n2");
            }
        }

        @Test
        void shouldExcludeEachOtherByOrder() {
            Sketch both = Sketch.of("primitive A Dummy", B, "order o Mandatory: A:start B:stop symmetrical=false")
                    .started("B", "n2");
            assertThat(both.operations()).noneMatch(line -> line.startsWith("stop A"));
        }

        @Test
        void shouldRestartOnlyTheFirstOfTwoThatStopInTurn() {
            Sketch sketch = running(A, B, "order o Mandatory: A:stop B:stop");
            assertThat(sketch.failed("B", "n2", "monitor", 10, 7, "1").happens())
                    .containsExactly("Recover B n2 n2");
        }

        @Test
        void shouldSerializeWithoutAnyOtherEffect() {
            assertThat(Sketch.of(A, B, "order o Serialize: A B").operations())
                    .containsExactly("start A n1", "start B n2 after start A n1");
            assertThat(Sketch.of(A_STOPPED, B, "order o Serialize: A B").happens())
                    .containsExactly("Start B - n1");
        }

        @Test
        void shouldMoveFreelyBehindWhatIsInMaintenanceButNotStartBehindWhatIsUnmanagedAndStopped() {
            Sketch maintained = running("primitive A Dummy meta maintenance=true", B, ORDERS[0])
                    .standby("n2");
            assertThat(maintained.happens()).containsExactly("Move B n2 n3");
            Sketch stopped = Sketch.of("primitive A Dummy meta is-managed=false", B, ORDERS[0]);
            assertThat(stopped.happens()).containsExactly("Start B - n1 blocked");
        }

        private Sketch running(String... lines) {
            return Sketch.of(lines).started("A", "n1").started("B", "n2");
        }
    }

    @Nested
    class OfSets {
        private final String[] all = {A, B, C, "primitive D Dummy"};

        private Sketch sketch(String first, String then, String... more) {
            String[] lines = java.util.Arrays.copyOf(all, 5 + more.length);
            lines[4] = "xml <rsc_order id='o' kind='Mandatory'><resource_set id='s1' " + first
                    + "><resource_ref id='A'/><resource_ref id='B'/></resource_set><resource_set id='s2' " + then
                    + "><resource_ref id='C'/><resource_ref id='D'/></resource_set></rsc_order>";
            System.arraycopy(more, 0, lines, 5, more.length);
            return Sketch.of(lines);
        }

        @Test
        void shouldChainMembersAndSets() {
            for (String written : List.of("", "sequential='true'")) {
                assertThat(sketch(written, written).operations())
                        .containsExactly(
                                "start A n1",
                                "start B n2 after start A n1",
                                "start C n3 after start A n1, start B n2",
                                "start D n1 after start A n1, start B n2, start C n3");
            }
            assertThat(sketch("sequential='false'", "sequential='false'").operations())
                    .containsExactly(
                            "start A n1",
                            "start B n2",
                            "start C n3 after start A n1, start B n2",
                            "start D n1 after start A n1, start B n2");
        }

        @Test
        void shouldBeContentWithOneOfASet() {
            String one = "sequential='false' require-all='false'";
            all[0] = A_STOPPED;
            assertThat(sketch(one, "sequential='false'").operations())
                    .containsExactly("start B n1", "start C n2 after start B n1", "start D n3 after start B n1");
            assertThat(sketch("sequential='false'", "sequential='false'").operations())
                    .containsExactly("start B n1");
            all[1] = "primitive B Dummy meta target-role=Stopped";
            assertThat(sketch(one, "sequential='false'").happens())
                    .containsExactly("Start C - n1 blocked", "Start D - n2 blocked");
        }

        @Test
        void shouldStopTheDependentsBeforeTheLastOfASetStops() {
            String one = "sequential='false' require-all='false'";
            all[0] = A_STOPPED;
            Sketch oneLeft = sketch(one, "sequential='false'")
                    .started("A", "n1")
                    .started("B", "n2")
                    .started("C", "n3")
                    .started("D", "n1");
            assertThat(oneLeft.happens()).containsExactly("Stop A n1 -");
            all[1] = "primitive B Dummy meta target-role=Stopped";
            Sketch noneLeft = sketch(one, "sequential='false'")
                    .started("A", "n1")
                    .started("B", "n2")
                    .started("C", "n3")
                    .started("D", "n1");
            assertThat(noneLeft.operations())
                    .containsExactly(
                            "stop A n1 after stop C n3, stop D n1",
                            "stop B n2 after stop C n3, stop D n1",
                            "stop C n3",
                            "stop D n1");
        }
    }

    @Nested
    class OfGroups {
        private Sketch running(String... lines) {
            return Sketch.of(lines).started("A", "n1").started("B", "n1").started("C", "n1");
        }

        @Test
        void shouldRestartWhatComesAfterAMemberThatFailed() {
            Sketch sketch = running(A, B, C, "group g A B C").failed("B", "n1", "monitor", 10, 7, "1");
            assertThat(sketch.happens()).containsExactly("Recover B n1 n1", "Restart C n1 n1");
            assertThat(sketch.operations())
                    .containsExactly(
                            "start B n1 after stop B n1, stop C n1",
                            "start C n1 after start B n1, stop B n1, stop C n1",
                            "stop B n1 after stop C n1",
                            "stop C n1");
        }

        @Test
        void shouldRestartBehindANewFirstMember() {
            Sketch sketch = Sketch.of(A, B, "group g A B").started("B", "n1");
            assertThat(sketch.happens()).containsExactly("Restart B n1 n1", "Start A - n1");
            assertThat(sketch.operations())
                    .containsExactly(
                            "start A n1 after stop B n1", "start B n1 after start A n1, stop B n1", "stop B n1");
        }

        @Test
        void shouldNotOrderAGroupThatIsUnordered() {
            Sketch sketch =
                    running(A, B, C, "group g A B C meta ordered=false").failed("B", "n1", "monitor", 10, 7, "1");
            assertThat(sketch.happens()).containsExactly("Recover B n1 n1");
        }

        @Test
        void shouldGetNoFurtherThanAMemberThatIsUnmanaged() {
            Sketch sketch = running(A, "primitive B Dummy meta is-managed=false", C, "group g A B C")
                    .standby("n1");
            assertThat(sketch.happens()).contains("Stop A n1 - blocked").noneMatch(line -> line.contains(" B "));
            assertThat(sketch.operations()).containsExactly("stop C n1");
        }

        @Test
        void shouldStopAllMembersBeforeWhatTheyComeAfter() {
            Sketch sketch = Sketch.of(A, B, "primitive P Dummy op monitor interval=10", "group g A B", "order o P g")
                    .started("A", "n1")
                    .started("B", "n1")
                    .started("P", "n2")
                    .failed("P", "n2", "monitor", 10, 7, "1");
            assertThat(sketch.happens()).containsExactly("Recover P n2 n2", "Restart A n1 n1", "Restart B n1 n1");
            assertThat(sketch.operations())
                    .contains(
                            "start B n1 after start A n1, start P n2, stop A n1, stop B n1, stop P n2",
                            "stop P n2 after stop A n1, stop B n1");
        }
    }

    @Nested
    class OfClones {
        private final String a = "clone ca A";

        private Sketch both(String interleave) {
            return Sketch.of("node n1", "node n2", A, B, a, "clone cb B" + interleave, "order o ca cb")
                    .started("A", "n1", "n2")
                    .started("B", "n1", "n2");
        }

        @Test
        void shouldRestartOnlyThePartnerWhereClonesAreInterleaved() {
            assertThat(both(" meta interleave=true")
                            .failed("A", "n1", "monitor", 10, 7, "1")
                            .happens())
                    .containsExactly("Recover A n1 n1", "Restart B n1 n1");
            assertThat(both("").failed("A", "n1", "monitor", 10, 7, "1").happens())
                    .containsExactly("Recover A n1 n1", "Restart B n1 n1", "Restart B n2 n2");
        }

        @Test
        void shouldStopAnInterleavedInstanceWithoutAPartner() {
            String[] lines = {
                "node n1",
                "node n2",
                A,
                B,
                a,
                "clone cb B meta interleave=true",
                "order o ca cb",
                "location l ca -inf: n1"
            };
            assertThat(Sketch.of(lines)
                            .started("A", "n1", "n2")
                            .started("B", "n1", "n2")
                            .happens())
                    .containsExactly("Stop A n1 -", "Stop B n1 -");
            lines[5] = "clone cb B";
            assertThat(Sketch.of(lines)
                            .started("A", "n1", "n2")
                            .started("B", "n1", "n2")
                            .happens())
                    .containsExactly("Stop A n1 -");
        }

        @Test
        void shouldRestartBehindACloneOnlyForInstancesOnItsNode() {
            Sketch elsewhere = Sketch.of(A, B, a, "order o ca B")
                    .started("A", "n1", "n2", "n3")
                    .started("B", "n2")
                    .failed("A", "n1", "monitor", 10, 7, "1");
            assertThat(elsewhere.happens()).containsExactly("Recover A n1 n1");
            Sketch here = Sketch.of(A, B, a, "order o ca B")
                    .started("A", "n1", "n2", "n3")
                    .started("B", "n1")
                    .failed("A", "n1", "monitor", 10, 7, "1");
            assertThat(here.happens()).containsExactly("Recover A n1 n1", "Restart B n1 n1");
        }

        @Test
        void shouldRestartAllInstancesBehindAPrimitive() {
            Sketch sketch = Sketch.of("node n1", "node n2", A, B, "clone cb B", "order o A cb")
                    .started("A", "n1")
                    .started("B", "n1", "n2")
                    .failed("A", "n1", "monitor", 10, 7, "1");
            assertThat(sketch.happens()).containsExactly("Recover A n1 n1", "Restart B n1 n1", "Restart B n2 n2");
        }

        @Test
        void shouldStopAllBeforeAnyStartsWithinAClone() {
            Sketch sketch = Sketch.of(A, "clone ca A meta clone-max=2", "location l ca -inf: n1")
                    .started("A", "n1", "n2");
            assertThat(sketch.operations()).containsExactly("start A n3 after stop A n1", "stop A n1");
        }

        @Test
        void shouldWaitForAsManyInstancesAsCloneMinSays() {
            String[] lines = {"node n1", "node n2", "node n3", A, B, "clone ca A meta clone-min=2", "order o ca B"};
            assertThat(Sketch.of(lines).operations()).contains("start B n1 after start A n1, start A n2, start A n3");
            assertThat(Sketch.of(lines).offline("n3").placed()).contains("B Started n1");
            assertThat(Sketch.of(lines).offline("n3").offline("n2").happens())
                    .containsExactly("Start A - n1", "Start B - n1 blocked");
        }

        @Test
        void shouldStartInstancesInTurnWhereTheCloneIsOrdered() {
            assertThat(Sketch.of(A, "clone ca A meta ordered=true").operations())
                    .containsExactly(
                            "start A n1", "start A n2 after start A n1", "start A n3 after start A n1, start A n2");
        }
    }

    @Nested
    class OfNumbers {
        @Test
        void shouldOrderInstancesByTheirNumbersWhateverTheirNodes() {
            // The instance that is to be Promoted is looked at first, and is number 1 all the same.
            Sketch sketch = Sketch.of(
                    "node n1",
                    "node n3",
                    A,
                    STATEFUL,
                    "clone cl S meta promotable=true ordered=true",
                    "colocation c -inf: cl:Unpromoted A");
            assertThat(sketch.operations()).contains("start S n1 after start S n3", "start S n3");
        }

        @Test
        void shouldWaitForWhatIsLeftOfAGroupThatItMustAvoid() {
            Sketch sketch = Sketch.of(
                            A,
                            B,
                            C,
                            "group g A B",
                            "location lg g inf: n2",
                            "location lc C inf: n1",
                            "colocation c -inf: C g")
                    .started("B", "n1");
            assertThat(sketch.operations()).contains("start C n1 after stop B n1");
        }

        @Test
        void shouldSayUnpromotedOfWhateverIsStartedInAPromotableClone() {
            Sketch sketch = Sketch.of(STATEFUL, "group g S", "clone cl g meta promotable=true")
                    .started("S", "n1", "n2", "n3")
                    .attribute("n2", "master-S", "10");
            assertThat(sketch.happens()).containsExactly("Promote S n2/Unpromoted n2/Promoted");
            assertThat(sketch.placed()).containsExactly("S Promoted n2", "S Unpromoted n1", "S Unpromoted n3");
        }

        @Test
        void shouldNotRestartBehindAClonedGroupThatComesToItsNode() {
            Sketch sketch = Sketch.of(
                            A, B, "group g B", "clone cl g meta clone-max=2", "order o Mandatory: cl:stop A:start")
                    .standby("n1")
                    .started("A", "n3")
                    .started("B", "n1", "n2");
            assertThat(sketch.happens()).containsExactly("Move B n1 n3");
        }
    }

    @Nested
    class OfPromotion {
        private Sketch moved() {
            return Sketch.of(STATEFUL, B, "clone cl S meta promotable=true", "order o Mandatory: cl:promote B:start")
                    .promoted("S", "n1")
                    .started("S", "n2", "n3")
                    .attribute("n2", "master-S", "10");
        }

        @Test
        void shouldDemoteBeforeItPromotesElsewhere() {
            assertThat(moved().happens())
                    .contains("Demote S n1/Promoted n1/Unpromoted", "Promote S n2/Unpromoted n2/Promoted");
            assertThat(moved().operations())
                    .contains("promote S n2 after demote S n1", "start B n1 after demote S n1, promote S n2");
        }

        @Test
        void shouldPromoteAgainOnlyInTheNextTransitionAfterARestartThatSomethingElseCaused() {
            Sketch sketch = Sketch.of(
                            "node n1",
                            "node n2",
                            A,
                            STATEFUL,
                            B,
                            "clone cl S meta promotable=true",
                            "order o1 A cl",
                            "order o2 Mandatory: cl:promote B:start")
                    .started("A", "n1")
                    .promoted("S", "n1")
                    .started("S", "n2")
                    .started("B", "n2")
                    .attribute("n1", "master-S", "10")
                    .failed("A", "n1", "monitor", 10, 7, "1");
            assertThat(sketch.operations())
                    .contains(
                            "demote S n1 after stop B n2",
                            "start S n1 after demote S n1, start A n1, stop A n1, stop B n2, stop S n1, stop S n2")
                    .noneMatch(line -> line.startsWith("promote") || line.startsWith("start B"));
            assertThat(sketch.placed()).contains("S Unpromoted n1").noneMatch(line -> line.startsWith("B"));
        }

        @Test
        void shouldComeUpAgainWhereAPromotedInstanceGoesWithoutItsRole() {
            Sketch sketch = Sketch.of("node n1", "node n2", STATEFUL, "clone cl S meta promotable=true clone-max=1")
                    .promoted("S", "n1")
                    .standby("n1");
            assertThat(sketch.operations())
                    .containsExactly(
                            "demote S n1", "start S n2 after demote S n1, stop S n1", "stop S n1 after demote S n1");
        }
    }

    @Nested
    class OfMigration {
        private static final String AM = "primitive A Dummy meta allow-migrate=true";
        private static final String BM = "primitive B Dummy meta allow-migrate=true";

        private Sketch leavingNode1(String a, String b, String atB) {
            return Sketch.of("node n1", "node n2", a, b, "order o A B", "location la A 10: n2", "location lb B 10: n2")
                    .started("A", "n1")
                    .started("B", atB);
        }

        @Test
        void shouldMigrateAnOrderedPairOneAfterTheOther() {
            assertThat(leavingNode1(AM, BM, "n1").operations())
                    .containsExactly(
                            "migrate_from A n2 after migrate_to A n1",
                            "migrate_from B n2 after migrate_from A n2, migrate_to A n1, migrate_to B n1",
                            "migrate_to A n1",
                            "migrate_to B n1 after migrate_from A n2, migrate_to A n1",
                            "stop A n1 after migrate_from A n2, migrate_from B n2, migrate_to A n1, migrate_to B n1, stop B n1",
                            "stop B n1 after migrate_from A n2, migrate_from B n2, migrate_to A n1, migrate_to B n1");
        }

        @Test
        void shouldNotRestartBehindAMigration() {
            assertThat(leavingNode1(AM, B, "n2").happens()).containsExactly("Migrate A n1 n2");
        }

        @Test
        void shouldMovePlainlyBehindWhatCannotMigrate() {
            assertThat(leavingNode1(A, BM, "n1").happens()).containsExactly("Move A n1 n2", "Move B n1 n2");
        }

        @Test
        void shouldMigrateBetweenTheStopAndTheStartOfADependent() {
            assertThat(leavingNode1(AM, B, "n1").happens()).containsExactly("Migrate A n1 n2", "Move B n1 n2");
            assertThat(leavingNode1(AM, B, "n1").operations())
                    .contains("migrate_to A n1 after stop B n1")
                    .anyMatch(line -> line.startsWith("start B n2 after migrate_from A n2"));
        }

        @Test
        void shouldMigrateADependentAlone() {
            Sketch sketch = Sketch.of("node n1", "node n2", A, BM, "order o A B", "location lb B 10: n2")
                    .started("A", "n1")
                    .started("B", "n1");
            assertThat(sketch.happens()).containsExactly("Migrate B n1 n2");
        }

        @Test
        void shouldMigrateAGroupAndWhatGoesWithIt() {
            Sketch sketch = Sketch.of("node n1", "node n2", AM, BM, "group g A B", "location l g inf: n2")
                    .started("A", "n1")
                    .started("B", "n1");
            assertThat(sketch.happens()).containsExactly("Migrate A n1 n2", "Migrate B n1 n2");
            Sketch together = Sketch.of("node n1", "node n2", AM, BM, "colocation c inf: B A", "location l A inf: n2")
                    .started("A", "n1")
                    .started("B", "n1");
            assertThat(together.happens()).containsExactly("Migrate A n1 n2", "Migrate B n1 n2");
        }
    }

    @Nested
    class OfFencing {
        private static final String FENCED = "property stonith-enabled=true have-watchdog=true";

        @Test
        void shouldStartNothingBeforeAllLostNodesAreFenced() {
            Sketch sketch = Sketch.of(A, B, FENCED)
                    .started("A", "n1")
                    .membership("n1", Membership.UNCLEAN)
                    .membership("n2", Membership.UNCLEAN);
            assertThat(sketch.operations())
                    .containsExactly(
                            "start A n3 after stonith:reboot - n1, stonith:reboot - n2",
                            "start B n3 after stonith:reboot - n1, stonith:reboot - n2",
                            "stonith:reboot - n1 after stonith:reboot - n2",
                            "stonith:reboot - n2");
        }

        @Test
        void shouldFenceOneAfterAnotherWhereThatIsAskedFor() {
            Sketch sketch = Sketch.of("node n1", "node n2", "node n3", A, FENCED + " concurrent-fencing=false")
                    .membership("n2", Membership.UNCLEAN)
                    .membership("n3", Membership.UNCLEAN);
            assertThat(sketch.operations()).contains("stonith:reboot - n3 after stonith:reboot - n2");
            assertThat(Sketch.of(A, FENCED)
                            .membership("n2", Membership.UNCLEAN)
                            .membership("n3", Membership.UNCLEAN)
                            .operations())
                    .contains("stonith:reboot - n3", "stonith:reboot - n2");
        }

        @Test
        void shouldFenceWhereAStopFailedAndBlockWhereNobodyFences() {
            String[] lines = {
                A, B, "group g A B", "primitive Z Dummy", FENCED, "location l g 10: n1", "location lz Z 10: n1"
            };
            Sketch fenced = Sketch.of(lines)
                    .started("A", "n1")
                    .started("B", "n1")
                    .started("Z", "n1")
                    .failed("B", "n1", "stop", 0, 1, "INFINITY");
            assertThat(fenced.happens())
                    .contains("Fence(reboot) n1", "Move Z n1 n3")
                    .anyMatch(line -> line.startsWith("Recover B n1"))
                    .anyMatch(line -> line.startsWith("Move A n1"));
            lines[4] = "property stonith-enabled=false";
            Sketch blocked = Sketch.of(lines)
                    .started("A", "n1")
                    .started("B", "n1")
                    .started("Z", "n1")
                    .failed("B", "n1", "stop", 0, 1, "INFINITY");
            assertThat(blocked.happens()).containsExactly("Stop A n1 - blocked");
            assertThat(blocked.operations()).isEmpty();
        }

        @Test
        void shouldTreatEverythingAsUnmanagedWhereNobodyCouldFence() {
            Sketch sketch = Sketch.of(A, B, "property stonith-enabled=true")
                    .started("A", "n1")
                    .standby("n1");
            assertThat(sketch.happens()).isEmpty();
        }
    }
}
