package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.replication.LossDecision.Exceeds;
import io.releve.mysql.replication.LossDecision.Within;
import io.releve.mysql.replication.PromotionDecision.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What may be lost when a replica takes over that did not have to acknowledge anything. */
class LossDecisionTest {

    private static final MySqlServers SERVERS = MySqlServers.primaryAndReplicas()
            .server("a", "10.0.0.1", 3306)
            .server("b", "10.0.0.2", 3306)
            .server("c", "10.0.0.3", 3306)
            .build();
    private static final MySqlServer B = SERVERS.onNode("b").orElseThrow();
    private static final MySqlServer C = SERVERS.onNode("c").orElseThrow();
    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
    private static final LossBudget BUDGET = new LossBudget(100, Duration.ofSeconds(10));

    /** In epoch 3: 1000 transactions at second 0, 1050 at 5, 1100 at 20. */
    private static final Published PUBLISHED = Published.first(3, "a", gtids(1000), T)
            .next(gtids(1050), T.plusSeconds(4), T.plusSeconds(5))
            .next(gtids(1100), T.plusSeconds(15), T.plusSeconds(20));

    private static GtidSet gtids(long last) {
        return MariaDbGtidSet.parse("1-1-17,3-1-" + last);
    }

    private static Report report(MySqlServer server, long last) {
        return new Report(server, gtids(last), false, server.equals(B));
    }

    private static LossDecision decide(LossBudget budget, Optional<AcceptedLoss> accepted, Report... reports) {
        return LossDecision.decide(B, List.of(reports), Optional.of(PUBLISHED), accepted, budget);
    }

    @Test
    void shouldLoseNothingWhereNothingPublishedIsMissing() {
        assertThat(decide(LossBudget.NONE, Optional.empty(), report(B, 1100)))
                .isInstanceOfSatisfying(
                        Within.class,
                        within -> assertThat(within.transactions()).isZero());
        assertThat(decide(LossBudget.NONE, Optional.empty(), report(B, 1200))).isInstanceOf(Within.class);
    }

    @Test
    void shouldLetAServerTakeOverBeforeAnythingWasPublished() {
        assertThat(LossDecision.decide(B, List.of(report(B, 1)), Optional.empty(), Optional.empty(), LossBudget.NONE))
                .isInstanceOf(Within.class);
    }

    @Test
    void shouldCountWhatAnotherServerHasThatAnswers() {
        assertThat(decide(LossBudget.NONE, Optional.empty(), report(B, 900), report(C, 1100)))
                .isInstanceOf(Within.class);
    }

    @Test
    void shouldStayWithinTheBudgetWhileBothLimitsHold() {
        assertThat(decide(BUDGET, Optional.empty(), report(B, 1060))).isInstanceOfSatisfying(Within.class, within -> {
            assertThat(within.transactions()).isEqualTo(40);
            assertThat(within.text()).contains("40 transactions", "epoch 3", "5 s behind", "100 transactions and 10 s");
        });
    }

    @Test
    void shouldRefuseMoreTransactionsThanTheBudgetAllows() {
        assertThat(decide(new LossBudget(39, Duration.ofDays(1)), Optional.empty(), report(B, 1060)))
                .isInstanceOfSatisfying(Exceeds.class, exceeds -> {
                    assertThat(exceeds.epoch()).isEqualTo(3);
                    assertThat(exceeds.transactions()).isEqualTo(40);
                    assertThat(exceeds.text())
                            .contains(
                                    "40 transactions that a had executed in epoch 3 (3-1-1100)",
                                    "b are 5 s behind what it last published, at 2026-01-01T00:00:20Z",
                                    "budget is 39 transactions and 86400 s",
                                    "Start the server of a",
                                    "PrimaryControl.acceptLoss(3, 40)");
                });
    }

    @Test
    void shouldRefuseServersThatAreOlderThanTheBudgetAllows() {
        // It has what was there until second 4, 16 seconds before the last word.
        assertThat(decide(new LossBudget(1000, Duration.ofSeconds(15)), Optional.empty(), report(B, 1020)))
                .isInstanceOfSatisfying(
                        Exceeds.class, exceeds -> assertThat(exceeds.text()).contains("b are 16 s behind"));
        assertThat(decide(new LossBudget(1000, Duration.ofSeconds(16)), Optional.empty(), report(B, 1020)))
                .isInstanceOf(Within.class);
    }

    @Test
    void shouldRefuseServersWhoseAgeNobodyKnows() {
        assertThat(decide(new LossBudget(1000, Duration.ofDays(1)), Optional.empty(), report(B, 999)))
                .isInstanceOfSatisfying(
                        Exceeds.class,
                        exceeds -> assertThat(exceeds.text())
                                .contains("b lack even what it had 16 s before what it last published"));
    }

    @Test
    void shouldTakeTheOperatorsWordForThisEpochAndSoManyTransactions() {
        assertThat(decide(BUDGET, Optional.of(new AcceptedLoss(3, 500)), report(B, 600)))
                .isInstanceOfSatisfying(Within.class, within -> {
                    assertThat(within.transactions()).isEqualTo(500);
                    assertThat(within.text()).contains("as the operator has accepted");
                });
    }

    @Test
    void shouldNotTakeTheOperatorsWordForMoreOrForAnotherEpoch() {
        assertThat(decide(BUDGET, Optional.of(new AcceptedLoss(3, 499)), report(B, 600)))
                .isInstanceOf(Exceeds.class);
        assertThat(decide(BUDGET, Optional.of(new AcceptedLoss(2, 500)), report(B, 600)))
                .isInstanceOf(Exceeds.class);
    }

    @Test
    void shouldCountTransactionsOfMySqlToo() {
        String uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562:";
        Published published = Published.first(1, "a", MySqlGtidSet.parse(uuid + "1-100"), T);
        Report own = new Report(B, MySqlGtidSet.parse(uuid + "1-50:61-90"), false, true);
        assertThat(LossDecision.decide(B, List.of(own), Optional.of(published), Optional.empty(), BUDGET))
                .isInstanceOfSatisfying(
                        Exceeds.class,
                        exceeds -> assertThat(exceeds.transactions()).isEqualTo(20));
    }

    @Test
    void shouldReadWhatItWrote() {
        assertThat(Published.parse(PUBLISHED.text())).isEqualTo(PUBLISHED);
        AcceptedLoss accepted = new AcceptedLoss(7, 12);
        assertThat(AcceptedLoss.parse(accepted.text())).isEqualTo(accepted);
        assertThatThrownBy(() -> Published.parse("epoch=1\nnode=a\npoints=0\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldStaySmallAndReachFarBack() {
        Published published = Published.first(1, "a", gtids(1), T);
        for (int second = 1; second <= 3600; second++) {
            published = published.next(gtids(1 + second), T.plusSeconds(second - 1), T.plusSeconds(second));
        }
        assertThat(published.points()).hasSizeLessThanOrEqualTo(32);
        assertThat(published.reach()).isGreaterThan(Duration.ofMinutes(3));
        // Never younger than it is, and not much older.
        for (int behind : List.of(2, 10, 60, 120)) {
            Duration age =
                    published.age(gtids(3601 - behind), MariaDbGtidSet::parse).orElseThrow();
            assertThat(age)
                    .isBetween(
                            Duration.ofSeconds(behind),
                            Duration.ofSeconds(behind + 2).plusSeconds(behind / 2));
        }
    }

    @Test
    void shouldLeaveOldPointsOutWhereSetsAreLong() {
        StringBuilder gaps = new StringBuilder("3e11fa47-71ca-11e1-9e33-c80aa9429562");
        for (int i = 1; i < 1000; i++) {
            gaps.append(':').append(2 * i);
        }
        Published published = Published.first(1, "a", MySqlGtidSet.parse(gaps.toString()), T);
        for (int second = 1; second <= 60; second++) {
            gaps.append(':').append(10_000 + 2 * second);
            published =
                    published.next(MySqlGtidSet.parse(gaps.toString()), T.plusSeconds(second), T.plusSeconds(second));
        }
        assertThat(published.text().length()).isLessThan(25_000);
        assertThat(published.points()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldNotGetYoungerWhenTheClockIsSetBack() {
        Published published =
                Published.first(1, "a", gtids(1), T).next(gtids(2), T.minusSeconds(60), T.minusSeconds(50));
        assertThat(published.last().at()).isEqualTo(T);
        assertThat(published.age(gtids(1), MariaDbGtidSet::parse)).contains(Duration.ZERO);
    }

    @Test
    void shouldRefuseABudgetOfLessThanNothing() {
        assertThatThrownBy(() -> new LossBudget(-1, Duration.ZERO)).hasMessageContaining("-1 transactions");
        assertThatThrownBy(() -> new LossBudget(0, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
