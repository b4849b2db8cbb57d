package io.releve.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is known, in numbers, of where Pacemaker places things: each example was checked with Pacemaker itself. */
class PlacementExamplesTest {

    private static final String A = "primitive A Dummy";
    private static final String B = "primitive B Dummy";
    private static final String C = "primitive C Dummy";
    private static final String X = "primitive X Dummy";

    @Nested
    class OfNodes {
        @Test
        void shouldSpreadWhatHasNoPreference() {
            assertThat(Sketch.of(A, B, C, X).placed())
                    .containsExactly("A Started n1", "B Started n2", "C Started n3", "X Started n1");
        }

        @Test
        void shouldLeaveACrowdedNodeOnlyWhereNothingHoldsIt() {
            Sketch loose =
                    Sketch.of("node n1", "node n2", A, B).started("A", "n1").started("B", "n1");
            assertThat(loose.placed()).containsExactly("A Started n1", "B Started n2");
            Sketch held = Sketch.of("node n1", "node n2", A, B, "location l1 B 1: n1", "location l2 B 1: n2")
                    .started("A", "n1")
                    .started("B", "n1");
            assertThat(held.happens()).isEmpty();
        }

        @Test
        void shouldRunNowhereWhereEveryScoreIsNegative() {
            Sketch sketch = Sketch.of(A, "location l1 A -5: n1", "location l2 A -5: n2", "location l3 A -5: n3");
            assertThat(sketch.placed()).isEmpty();
        }

        @Test
        void shouldCompareNamesLetterByLetterAmongEqualNodes() {
            assertThat(Sketch.of("node node2", "node node10", A).placed()).containsExactly("A Started node10");
        }

        @Test
        void shouldIgnoreStickinessWhereTheNodeIsNotListedInAnOptInCluster() {
            Sketch sketch = Sketch.of(
                            "primitive A Dummy meta resource-stickiness=9",
                            "location l A 5: n2",
                            "property symmetric-cluster=false")
                    .started("A", "n1");
            assertThat(sketch.happens()).containsExactly("Move A n1 n2");
            assertThat(sketch.scores("A")).isEqualTo("- 5 -");
        }

        @Test
        void shouldAddLocationsFromTheNewestOnWhereSumsReachInfinity() {
            assertThat(Sketch.of(A, "location l1 A inf: n1", "location l2 A -5: n1")
                            .scores("A"))
                    .isEqualTo("INFINITY 0 0");
            assertThat(Sketch.of(A, "location l1 A inf: n1", "location l2 A -inf: n1")
                            .scores("A"))
                    .isEqualTo("-INFINITY 0 0");
        }
    }

    @Nested
    class OfColocations {
        @Test
        void shouldPlaceThePrimaryFirstAndWithASayOfTheDependent() {
            Sketch sketch =
                    Sketch.of(A, B, "colocation c 100000: A B", "location la A 2000: n2", "location lb B 50: n1");
            assertThat(sketch.scores("B")).isEqualTo("50 200 0");
            assertThat(sketch.scores("A")).isEqualTo("0 102000 0");
            assertThat(sketch.placed()).containsExactly("A Started n2", "B Started n2");
        }

        @Test
        void shouldMultiplyFactorsAlongAChain() {
            Sketch sketch = Sketch.of(
                    A,
                    B,
                    C,
                    "colocation ca 500000: C A",
                    "colocation ab inf: A B",
                    "location lb B 50: n1",
                    "location la A 2000: n2",
                    "location lc C 1000: n3");
            assertThat(sketch.scores("B")).isEqualTo("50 2000 500");
            assertThat(sketch.scores("A")).isEqualTo("-INFINITY 2000 -INFINITY");
            assertThat(sketch.scores("C")).isEqualTo("0 500000 1000");
        }

        @Test
        void shouldRoundATinyWishAwayFromNothingByTheSignOfTheFactor() {
            assertThat(Sketch.of(A, B, "colocation c 100: A B", "location l A -3: n2")
                            .scores("B"))
                    .isEqualTo("0 1 0");
        }

        @Test
        void shouldLeaveItsNodeToWhoMustAvoidIt() {
            Sketch liked = Sketch.of(A, B, "colocation c -inf: A B", "location l A 1000: n1");
            assertThat(liked.scores("B")).isEqualTo("-1000 0 0");
            assertThat(liked.placed()).containsExactly("A Started n1", "B Started n2");
            Sketch disliked = Sketch.of(A, B, "colocation c -inf: A B", "location l A -1000: n1");
            assertThat(disliked.scores("B")).isEqualTo("0 0 0");
            assertThat(disliked.placed()).contains("B Started n1");
        }

        @Test
        void shouldNotStartWithoutAPrimaryThatMustBeThere() {
            String stopped = "primitive B Dummy meta target-role=Stopped";
            Sketch wanted = Sketch.of(A, stopped, "colocation c 1000: A B", "location l A 50: n1");
            assertThat(wanted.scores("A")).isEqualTo("50 0 0");
            assertThat(wanted.placed()).containsExactly("A Started n1");
            Sketch needed = Sketch.of(A, stopped, "colocation c inf: A B", "location l A 50: n1");
            assertThat(needed.scores("A")).isEqualTo("-INFINITY -INFINITY -INFINITY");
            assertThat(needed.placed()).isEmpty();
        }

        @Test
        void shouldSubtractTheScoreForAStoppedPrimaryAsLongAsANodeIsLeft() {
            Sketch sketch = Sketch.of(
                    A,
                    "primitive B Dummy meta target-role=Stopped",
                    "colocation c 40: A B",
                    "location l1 A 50: n1",
                    "location l2 A 30: n2");
            assertThat(sketch.scores("A")).isEqualTo("10 -10 -40");
        }

        @Test
        void shouldShareTheOnlyNodeInSpiteOfAPreference() {
            Sketch sketch = Sketch.of("node n1", A, B, "colocation c -100: A B");
            assertThat(sketch.scores("A")).isEqualTo("0");
            assertThat(sketch.placed()).containsExactly("A Started n1", "B Started n1");
        }

        @Test
        void shouldCompareNodesByAnotherAttribute() {
            Sketch sketch = Sketch.of(
                    "node n1 attributes site=a",
                    "node n2 attributes site=a",
                    "node n3 attributes site=b",
                    A,
                    B,
                    "colocation c inf: A B node-attribute=site",
                    "location lb B 5: n1",
                    "location la A 5: n3");
            assertThat(sketch.scores("B")).isEqualTo("5 0 5");
            assertThat(sketch.scores("A")).isEqualTo("0 0 -INFINITY");
            assertThat(sketch.placed()).containsExactly("A Started n2", "B Started n1");
        }

        @Test
        void shouldKeepAllMembersOfANegativeSetApart() {
            Sketch sketch = Sketch.of(A, B, C, set("-INFINITY", "<resource_set id='s'>" + refs("A", "B", "C")));
            assertThat(sketch.placed()).containsExactly("A Started n1", "B Started n2", "C Started n3");
        }

        @Test
        void shouldReadSetsAsChainsTheFirstSetWithTheSecond() {
            Sketch sketch = Sketch.of(
                    A,
                    B,
                    C,
                    "primitive D Dummy",
                    set(
                            "INFINITY",
                            "<resource_set id='s1'>" + refs("A", "B"),
                            "<resource_set id='s2'>" + refs("C", "D")),
                    "location l A 7: n3");
            assertThat(sketch.scores("C")).isEqualTo("0 0 7");
            assertThat(sketch.placed()).allMatch(line -> line.endsWith(" n3")).hasSize(4);
        }

        @Test
        void shouldLetAPrimaryThatRunsStayWhereItsDependentHasNoInfluence() {
            for (String without : List.of(" influence=false", "")) {
                String uncritical = without.isEmpty() ? "primitive A Dummy meta critical=false" : A;
                Sketch running = Sketch.of(
                                uncritical,
                                "primitive B Dummy meta resource-stickiness=1",
                                "colocation c inf: A B" + without,
                                "location l A 100: n2")
                        .started("B", "n1");
                assertThat(running.placed()).containsExactly("A Started n1", "B Started n1");
                Sketch stopped = Sketch.of(uncritical, B, "colocation c inf: A B" + without, "location l A 100: n2");
                assertThat(stopped.placed()).containsExactly("A Started n2", "B Started n2");
            }
        }

        private String set(String score, String... sets) {
            return "xml <rsc_colocation id='c' score='" + score + "'>" + String.join("</resource_set>", sets)
                    + "</resource_set></rsc_colocation>";
        }

        private String refs(String... ids) {
            StringBuilder refs = new StringBuilder();
            for (String id : ids) {
                refs.append("<resource_ref id='").append(id).append("'/>");
            }
            return refs.toString();
        }
    }

    @Nested
    class OfGroups {
        @Test
        void shouldCountAPreferenceOfAGroupOnce() {
            Sketch sketch = Sketch.of(A, B, C, "group g A B C", "location l g 25: n2");
            assertThat(sketch.scores("g")).isEqualTo("0 25 0");
            assertThat(sketch.scores("A")).isEqualTo("0 25 0");
            assertThat(sketch.scores("B")).isEqualTo("-INFINITY 0 -INFINITY");
        }

        @Test
        void shouldMoveOnlyForMoreThanTheSumOfStickiness() {
            for (int points : new int[] {25, 30, 31}) {
                Sketch sketch = Sketch.of(
                                A,
                                B,
                                C,
                                "group g A B C",
                                "rsc_defaults resource-stickiness=10",
                                "location l g " + points + ": n2")
                        .started("A", "n1")
                        .started("B", "n1")
                        .started("C", "n1");
                assertThat(sketch.placed()).as("%d", points).allMatch(line -> line.endsWith(points > 30 ? "n2" : "n1"));
            }
        }

        @Test
        void shouldAvoidTheNodeWhereALaterMemberFailedUnlessThereIsNoOther() {
            String threshold = "rsc_defaults migration-threshold=1";
            Sketch three = Sketch.of(A, B, "group g A B", threshold).failCount("B", "n1", "start", 0, "1");
            assertThat(three.scores("A")).startsWith("-INFINITY");
            assertThat(three.placed()).containsExactly("A Started n2", "B Started n2");
            Sketch one = Sketch.of("node n1", A, B, "group g A B", threshold).failCount("B", "n1", "start", 0, "1");
            assertThat(one.scores("A")).isEqualTo("0");
            assertThat(one.placed()).containsExactly("A Started n1");
        }

        @Test
        void shouldGoWhereThoseWantToBeWhoGoWithIt() {
            assertThat(Sketch.of(A, B, X, "group g A B", "colocation c inf: X g", "location l X 9: n3")
                            .placed())
                    .containsExactly("A Started n3", "B Started n3", "X Started n3");
            assertThat(Sketch.of(A, B, X, "group g A B", "colocation c inf: g X", "location l g 9: n3")
                            .placed())
                    .containsExactly("A Started n3", "B Started n3", "X Started n3");
        }

        @Test
        void shouldCountTheFirstOfSeveralColocationsOfAGroupAsOftenAsThereAre() {
            Sketch sketch = Sketch.of(
                    A,
                    B,
                    X,
                    "primitive Y Dummy",
                    "primitive Z Dummy",
                    "group g A B",
                    "colocation c1 10: A X",
                    "colocation c2 20: g Y",
                    "colocation c3 30: g Z",
                    "location l1 X inf: n1",
                    "location l2 Y inf: n2",
                    "location l3 Z inf: n3");
            assertThat(sketch.scores("A")).isEqualTo("10 40 0");
        }

        @Test
        void shouldBanWhoeverGoesWithAGroupWhoseLastMemberIsDown() {
            Sketch sketch = Sketch.of(
                    A,
                    "primitive B Dummy meta target-role=Stopped",
                    X,
                    "primitive Y Dummy",
                    "group g A B",
                    "colocation c1 inf: X g",
                    "colocation c2 100: Y g");
            assertThat(sketch.placed())
                    .contains("A Started n1", "Y Started n1")
                    .noneMatch(line -> line.startsWith("X"));
        }
    }

    @Nested
    class OfClones {
        @Test
        void shouldPutAllInstancesOfAUniqueCloneWhereTheyWouldRatherBe() {
            Sketch sketch = Sketch.of(
                            A,
                            "clone cl A meta globally-unique=true clone-max=4 clone-node-max=4",
                            "location l cl 100: n2")
                    .started("A:0", "n1")
                    .started("A:1", "n2");
            assertThat(sketch.placed())
                    .containsExactly("A:0 Started n2", "A:1 Started n2", "A:2 Started n2", "A:3 Started n2");
        }

        @Test
        void shouldSpreadInstancesOfAUniqueClone() {
            Sketch sketch = Sketch.of(A, "clone cl A meta globally-unique=true clone-max=5 clone-node-max=3");
            assertThat(sketch.placed())
                    .containsExactly(
                            "A:0 Started n1", "A:1 Started n2", "A:2 Started n3", "A:3 Started n1", "A:4 Started n2");
        }

        @Test
        void shouldNotLetAWishPushAnInstanceOffANodeThatItWants() {
            Sketch sketch = Sketch.of(
                    A,
                    B,
                    "clone cl A",
                    "colocation c inf: B cl",
                    "location lc cl 50: n2",
                    "location l2 B -200: n2",
                    "location l3 B -inf: n3");
            assertThat(sketch.scores("cl")).isEqualTo("0 1 0");
            assertThat(sketch.placed()).containsExactly("A Started n1", "A Started n2", "A Started n3", "B Started n1");
        }

        @Test
        void shouldSubtractForEachInstanceThatRunsNowhere() {
            Sketch sketch = Sketch.of(A, B, "clone cl A", "location l cl -inf: n1", "colocation c 100: B cl");
            assertThat(sketch.scores("B")).isEqualTo("-100 0 0");
        }

        @Test
        void shouldGiveInstancesOnlyThePlacesOfTheCloneThatTheyGoWith() {
            for (String interleave : List.of("", " meta interleave=true")) {
                Sketch sketch = Sketch.of(
                        A,
                        B,
                        "clone c1 A meta clone-max=2",
                        "clone c2 B" + interleave,
                        "location l c1 -inf: n3",
                        "colocation c inf: c2 c1");
                assertThat(sketch.placed())
                        .containsExactly("A Started n1", "A Started n2", "B Started n1", "B Started n2");
            }
        }

        @Test
        void shouldCountFailuresOfAllInstancesOfAnAnonymousClone() {
            Sketch sketch = Sketch.of("primitive A Dummy meta migration-threshold=2", "clone cl A")
                    .failCount("A", "n1", "monitor", 10, "2");
            assertThat(sketch.placed()).containsExactly("A Started n2", "A Started n3");
        }

        @Test
        void shouldPlaceAClonedGroupByThePreferencesOfItsParts() {
            Sketch sketch = Sketch.of(
                    A,
                    B,
                    X,
                    "group g A B",
                    "clone cl g",
                    "colocation c inf: X cl",
                    "location lx X 20: n3",
                    "location lc cl -inf: n1");
            assertThat(sketch.scores("cl")).isEqualTo("-INFINITY 0 20");
            assertThat(sketch.placed())
                    .containsExactly("A Started n2", "A Started n3", "B Started n2", "B Started n3", "X Started n3");
        }
    }

    @Nested
    class OfPromotion {
        private final String clone = "clone cl S meta promotable=true";
        private final String s = "primitive S ocf:pacemaker:Stateful";

        @Test
        void shouldPromoteNobodyWithoutAScore() {
            assertThat(Sketch.of(s, clone).placed()).allMatch(line -> line.contains("Unpromoted"));
        }

        @Test
        void shouldPromoteForAConstraintAlone() {
            assertThat(Sketch.of(s, clone, "location l cl role=Promoted 3: n3").placed())
                    .contains("S Promoted n3");
        }

        @Test
        void shouldPromoteTheGreatestScore() {
            assertThat(Sketch.of(s, clone)
                            .attribute("n1", "master-S", "5")
                            .attribute("n2", "master-S", "10")
                            .placed())
                    .contains("S Promoted n2");
        }

        @Test
        void shouldTakeInWhatThoseWantWhoGoWithThePromotedInstance() {
            Sketch sketch = Sketch.of(s, A, clone, "colocation c inf: A cl:Promoted", "location l A 100: n1")
                    .attribute("n1", "master-S", "5")
                    .attribute("n2", "master-S", "10");
            assertThat(sketch.placed()).contains("S Promoted n1", "A Started n1");
            assertThat(sketch.scores("A")).isEqualTo("205 -INFINITY -INFINITY");
        }

        @Test
        void shouldPromoteWhereItMustBe() {
            Sketch sketch = Sketch.of(s, A, clone, "colocation c inf: cl:Promoted A", "location l A 100: n1")
                    .attribute("n2", "master-S", "10")
                    .attribute("n1", "master-S", "5");
            assertThat(sketch.placed()).contains("S Promoted n1", "A Started n1");
        }

        @Test
        void shouldNotPlaceTheMembersOfAClonedGroupByTheirPromotionScores() {
            Sketch sketch = Sketch.of(
                            s,
                            "primitive T ocf:pacemaker:Stateful",
                            "group g S T",
                            "clone cl g meta promotable=true clone-max=2")
                    .attribute("n2", "master-S", "5")
                    .attribute("n3", "master-T", "7");
            assertThat(sketch.placed())
                    .containsExactly("S Promoted n2", "S Unpromoted n1", "T Promoted n2", "T Unpromoted n1");
        }

        @Test
        void shouldKeepARoleApartFromWhatItAvoids() {
            Sketch promoted = Sketch.of(s, A, clone, "colocation c -inf: cl:Promoted A", "location l A 100: n1")
                    .attribute("n1", "master-S", "10")
                    .attribute("n2", "master-S", "5");
            assertThat(promoted.placed()).contains("S Promoted n2", "S Unpromoted n1", "A Started n1");
        }
    }
}
