package io.releve.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.CoordinationException.Conflict;
import io.releve.coordination.CoordinationException.Deposed;
import io.releve.coordination.CoordinationException.NameTaken;
import io.releve.coordination.CoordinationException.NotAMember;
import io.releve.coordination.CoordinationException.Refused;
import io.releve.coordination.CoordinationException.Unreachable;
import io.releve.coordination.View.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every coordinator promises. */
@Timeout(60)
public abstract class CoordinatorContract {

    private Bench bench;

    protected abstract Bench bench();

    @BeforeEach
    void setUp() {
        bench = bench();
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    // Membership

    @Test
    void shouldBeginWithAViewOfNothing() {
        Peer serv1 = Peer.connected("serv1", bench);

        assertThat(serv1.views().get(0).connection()).isEqualTo(Connection.CONNECTED);
        assertThat(serv1.view().members()).isEmpty();
        assertThat(serv1.view().config()).isEmpty();
        assertThat(serv1.view().plan()).isEmpty();
        assertThat(serv1.view().controller()).isEmpty();
    }

    @Test
    void shouldShowAMemberToEverybody() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);

        Member expected = new Member(serv1.info("1"), 0);
        serv2.awaits("serv1", view -> view.members().equals(Map.of("serv1", expected)));
        assertThat(serv1.view().members()).containsEntry("serv1", expected);
    }

    @Test
    void shouldHaveShownAWriteBeforeItsStageEnds() {
        Peer serv1 = Peer.connected("serv1", bench);
        bench.succeed(serv1.coordinator().join(serv1.info("1")));
        int joined = serv1.views().size() - 1;
        assertThat(serv1.views().get(joined).members()).containsKey("serv1");

        bench.succeed(serv1.coordinator().writeReport("r"));

        assertThat(serv1.view().reports()).containsEntry("serv1", new Document("r", 0));
        assertThat(serv1.views().subList(joined, serv1.views().size()))
                .allMatch(view -> view.members().containsKey("serv1"));
    }

    @Test
    void shouldRefuseANameThatIsTaken() {
        Peer first = Peer.member("serv1", bench);
        Peer second = Peer.connected("other", bench);

        CoordinationException refusal = bench.outcome(second.coordinator().join(first.info("2")));

        assertThat(refusal).isInstanceOf(NameTaken.class).hasMessageContaining("serv1");
        bench.succeed(first.coordinator().renew());
    }

    @Test
    void shouldTakeThePlaceOfALifeThatIsKnownToBeOver() {
        Peer first = Peer.member("serv1", bench);
        first.coordinator().campaign();
        bench.await("the first rules", () -> first.view().reign().isPresent());
        Peer second = Peer.connected("other", bench);

        bench.succeed(second.coordinator().join(first.info("2"), Optional.of("1")));

        assertThat(second.view().members().get("serv1").info().incarnation()).isEqualTo("2");
        assertThat(second.view().evictions()).as("what it ran may still run").isEmpty();
        assertThat(bench.outcome(first.coordinator().renew())).isInstanceOf(NotAMember.class);
        second.coordinator().campaign();
        bench.await("the second rules", () -> second.view().reign().isPresent());
    }

    @Test
    void shouldNotTakeThePlaceOfAnyOtherLife() {
        Peer first = Peer.member("serv1", bench);
        Peer second = Peer.connected("other", bench);

        CoordinationException refusal = bench.outcome(second.coordinator().join(first.info("2"), Optional.of("0")));

        assertThat(refusal).isInstanceOf(NameTaken.class);
        bench.succeed(first.coordinator().renew());
    }

    @Test
    void shouldLetTheSameIncarnationJoinAgain() {
        Peer serv1 = Peer.member("serv1", bench);
        bench.succeed(serv1.coordinator().renew());

        bench.succeed(serv1.coordinator().join(serv1.info("1")));

        serv1.awaits("one renewal", view -> view.members().get("serv1").renewals() == 1);
    }

    @Test
    void shouldReplaceItsOwnEarlierIncarnation() {
        Peer serv1 = Peer.member("serv1", bench);

        bench.succeed(serv1.coordinator().join(serv1.info("2")));

        serv1.awaits(
                "the new incarnation",
                view -> Optional.ofNullable(view.members().get("serv1"))
                        .equals(Optional.of(new Member(serv1.info("2"), 0))));
        bench.succeed(serv1.coordinator().renew());
    }

    @Test
    void shouldCountRenewals() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);

        bench.succeed(serv1.coordinator().renew());
        bench.succeed(serv1.coordinator().renew());

        serv2.awaits("two renewals", view -> view.members().get("serv1").renewals() == 2);
    }

    /** An eviction is for a number of renewals: one that is counted twice, or not at all, would end or spare the wrong life. */
    @Test
    void shouldCountRenewalsThroughReconnections() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        for (int i = 1; i <= 3; i++) {
            bench.succeed(serv1.coordinator().renew());
            bench.disconnect("serv2");
            serv2.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
            bench.succeed(serv1.coordinator().renew());
            bench.reconnect("serv2");
            serv2.awaits("touch", view -> view.connection() == Connection.CONNECTED);
            bench.succeed(serv1.coordinator().renew());
            int renewals = 3 * i;
            serv2.awaits(
                    renewals + " renewals", view -> view.members().get("serv1").renewals() == renewals);
        }

        bench.succeed(serv2.coordinator().evict(serv2.view().members().get("serv1")));
    }

    @Test
    void shouldNotRenewOrReportWithoutMembership() {
        Peer serv1 = Peer.connected("serv1", bench);

        assertThat(bench.outcome(serv1.coordinator().renew())).isInstanceOf(NotAMember.class);
        assertThat(bench.outcome(serv1.coordinator().writeReport("r"))).isInstanceOf(NotAMember.class);
        assertThat(serv1.view().reports()).isEmpty();
    }

    @Test
    void shouldEndTheMembershipOfWhoLeaves() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));

        bench.succeed(serv1.coordinator().leave());

        serv2.awaits("nobody", view -> view.members().isEmpty());
        assertThat(bench.outcome(serv1.coordinator().renew())).isInstanceOf(NotAMember.class);
        bench.succeed(serv1.coordinator().leave());
    }

    @Test
    void shouldEndTheMembershipOfWhoCloses() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));

        serv1.coordinator().close();

        serv2.awaits("only itself", view -> view.members().keySet().equals(Set.of("serv2")));
        assertThat(bench.outcome(serv1.coordinator().renew())).isInstanceOf(Unreachable.class);
    }

    // Documents

    @Test
    void shouldKeepReportsBeyondTheMembership() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);

        bench.succeed(serv1.coordinator().writeReport("first"));
        serv2.awaits(
                "first", view -> new Document("first", 0).equals(view.reports().get("serv1")));
        bench.succeed(serv1.coordinator().writeReport("second, with an accent: é"));
        bench.succeed(serv1.coordinator().leave());

        serv2.awaits(
                "second, and no member",
                view -> view.members().isEmpty()
                        && new Document("second, with an accent: é", 1)
                                .equals(view.reports().get("serv1")));
    }

    @Test
    void shouldKeepTheOrderOfReportsThatAreWrittenWithoutWaiting() {
        Peer serv1 = Peer.member("serv1", bench);
        List<CompletionStage<Void>> writes = new ArrayList<>();
        for (int i = 0; i <= 50; i++) {
            writes.add(serv1.coordinator().writeReport("report " + i));
        }
        writes.forEach(bench::succeed);

        serv1.awaits(
                "the last",
                view -> new Document("report 50", 50).equals(view.reports().get("serv1")));
    }

    @Test
    void shouldWriteTheConfigurationOnlyOverTheVersionThatWasRead() {
        Peer serv1 = Peer.connected("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);

        bench.succeed(serv1.coordinator().writeConfig("a", -1));
        serv2.awaits("a", view -> view.config().equals(Optional.of(new Document("a", 0))));
        assertThat(bench.outcome(serv2.coordinator().writeConfig("b", -1))).isInstanceOf(Conflict.class);
        bench.succeed(serv2.coordinator().writeConfig("b", 0));
        assertThat(bench.outcome(serv1.coordinator().writeConfig("c", 0))).isInstanceOf(Conflict.class);

        serv1.awaits("b", view -> view.config().equals(Optional.of(new Document("b", 1))));
    }

    // Records

    @Test
    void shouldShowARecordToEverybodyAndKeepItBeyondTheMembership() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);

        bench.succeed(serv1.coordinator().writeRecord("db:set", "a", -1));
        assertThat(serv1.view().records()).containsEntry("db:set", new Document("a", 0));
        bench.succeed(serv1.coordinator().writeRecord("db:set", "b, with an accent: é", 0));
        bench.succeed(serv1.coordinator().leave());

        Document expected = new Document("b, with an accent: é", 1);
        serv2.awaits("b", view -> view.records().equals(Map.of("db:set", expected)));
        assertThat(bench.result(serv2.coordinator().readRecord("db:set"))).contains(expected);
        assertThat(bench.result(serv2.coordinator().readRecord("db:other"))).isEmpty();
    }

    @Test
    void shouldWriteARecordOnlyOverTheVersionThatIsExpected() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);

        assertThat(bench.outcome(serv1.coordinator().writeRecord("r", "x", 0))).isInstanceOf(Conflict.class);
        bench.succeed(serv1.coordinator().writeRecord("r", "a", -1));
        assertThat(bench.outcome(serv2.coordinator().writeRecord("r", "b", -1))).isInstanceOf(Conflict.class);
        bench.succeed(serv2.coordinator().writeRecord("r", "b", 0));
        assertThat(bench.outcome(serv1.coordinator().writeRecord("r", "c", 0)))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("record r");

        assertThat(bench.result(serv1.coordinator().readRecord("r"))).contains(new Document("b", 1));
    }

    @Test
    void shouldLetOnlyOneOfManyWritersHaveEachVersion() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        for (int version = -1; version < 20; version++) {
            CompletionStage<Void> one = serv1.coordinator().writeRecord("r", "one " + version, version);
            CompletionStage<Void> two = serv2.coordinator().writeRecord("r", "two " + version, version);

            CoordinationException first = bench.outcome(one);
            CoordinationException second = bench.outcome(two);

            assertThat((first == null) ^ (second == null))
                    .as("exactly one of %s and %s", first, second)
                    .isTrue();
            assertThat(bench.result(serv2.coordinator().readRecord("r")))
                    .contains(new Document((first == null ? "one " : "two ") + version, version + 1));
        }
    }

    @Test
    void shouldNotLetWhoIsNoMemberWriteARecord() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        bench.succeed(serv1.coordinator().writeRecord("r", "a", -1));
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        bench.succeed(serv2.coordinator().evict(serv2.view().members().get("serv1")));

        assertThat(bench.outcome(serv1.coordinator().writeRecord("r", "evicted", 0)))
                .isInstanceOf(NotAMember.class);
        assertThat(bench.outcome(serv1.coordinator().writeRecord("s", "evicted", -1)))
                .isInstanceOf(NotAMember.class);

        assertThat(bench.result(serv2.coordinator().readRecord("r"))).contains(new Document("a", 0));
        assertThat(serv2.view().records()).doesNotContainKey("s");
    }

    @Test
    void shouldRefuseARecordThatIsTooLargeOrHasNoProperKey() {
        Peer serv1 = Peer.member("serv1", bench);

        assertThat(bench.outcome(serv1.coordinator().writeRecord("r", "é".repeat(Records.LIMIT / 2 + 1), -1)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("65538 bytes")
                .hasMessageContaining("65536");
        for (String key : List.of("", "a/b", "..", ".a", "a#b", "é", "k".repeat(201))) {
            assertThat(bench.outcome(serv1.coordinator().writeRecord(key, "", -1)))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("\"" + key + "\"");
        }
        bench.succeed(serv1.coordinator().writeRecord("r", "é".repeat(Records.LIMIT / 2), -1));
    }

    @Test
    void shouldNotReadARecordWhileOutOfTouch() {
        Peer serv1 = Peer.member("serv1", bench);
        bench.succeed(serv1.coordinator().writeRecord("r", "a", -1));

        bench.disconnect("serv1");
        serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);

        assertThat(bench.outcome(serv1.coordinator().readRecord("r"))).isInstanceOf(Unreachable.class);
        assertThat(serv1.view().records()).containsEntry("r", new Document("a", 0));
    }

    // Election

    @Test
    void shouldElectOneOfTwoCandidatesAndTellOnlyItThatItRules() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);

        serv1.elected();
        serv2.coordinator().campaign();

        serv2.awaits("serv1 as controller", view -> view.controller().equals(Optional.of("serv1")));
        bench.succeed(serv2.coordinator().writeReport("later"));
        serv2.awaits("a later view", view -> view.reports().containsKey("serv2"));
        assertThat(serv2.view().reign()).isEmpty();
        assertThat(serv1.view().controller()).contains("serv1");
    }

    @Test
    void shouldNotLetWhoIsNoMemberCampaign() {
        Peer serv1 = Peer.connected("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);

        serv1.coordinator().campaign();
        serv2.elected();

        assertThat(serv2.view().controller()).contains("serv2");
    }

    @Test
    void shouldElectTheNextWithAGreaterEpochWhenTheControllerLeaves() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        Reign first = serv1.elected();
        serv2.coordinator().campaign();

        bench.succeed(serv1.coordinator().leave());

        serv2.awaits("own reign", view -> view.reign().isPresent());
        assertThat(serv2.view().reign().orElseThrow().epoch()).isGreaterThan(first.epoch());
        assertThat(serv2.view().controller()).contains("serv2");
        assertThat(bench.outcome(serv1.coordinator().writePlan(first, "stale"))).isInstanceOf(Deposed.class);
    }

    @Test
    void shouldShowThePlanToEverybody() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.connected("serv2", bench);
        Reign reign = serv1.elected();

        bench.succeed(serv1.coordinator().writePlan(reign, "plan A"));
        bench.succeed(serv1.coordinator().writePlan(reign, "plan B"));

        serv2.awaits("plan B", view -> view.plan().equals(Optional.of(new Document("plan B", 1))));
    }

    @Test
    void shouldRefuseAStaleController() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        Reign stale = serv1.elected();
        bench.succeed(serv1.coordinator().writePlan(stale, "good"));
        serv2.coordinator().campaign();
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        bench.disconnect("serv1");
        serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);

        bench.succeed(serv2.coordinator().evict(serv2.view().members().get("serv1")));
        serv2.awaits("own reign", view -> view.reign().isPresent());
        bench.reconnect("serv1");
        serv1.awaits("touch", view -> view.connection() == Connection.CONNECTED);

        assertThat(bench.outcome(serv1.coordinator().writePlan(stale, "stale"))).isInstanceOf(Deposed.class);
        assertThat(serv2.view().plan()).contains(new Document("good", 0));
        assertThat(serv1.view().reign()).isEmpty();
        Reign next = serv2.view().reign().orElseThrow();
        assertThat(next.epoch()).isGreaterThan(stale.epoch());
        bench.succeed(serv2.coordinator().writePlan(next, "better"));
    }

    @Test
    void shouldBeginANewReignAfterHavingBeenOutOfTouch() {
        Peer serv1 = Peer.member("serv1", bench);
        Reign before = serv1.elected();

        bench.disconnect("serv1");
        serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
        assertThat(serv1.view().reign()).isEmpty();
        bench.reconnect("serv1");
        serv1.awaits("own reign", view -> view.reign().isPresent());

        Reign after = serv1.view().reign().orElseThrow();
        assertThat(after.epoch()).isGreaterThan(before.epoch());
        assertThat(bench.outcome(serv1.coordinator().writePlan(before, "stale")))
                .isInstanceOf(Deposed.class);
        bench.succeed(serv1.coordinator().writePlan(after, "fresh"));
    }

    // Eviction

    @Test
    void shouldEndTheMembershipOfWhoIsEvicted() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));

        bench.succeed(serv2.coordinator().evict(serv2.view().members().get("serv1")));

        serv2.awaits("only itself", view -> view.members().keySet().equals(Set.of("serv2")));
        assertThat(serv2.view().evictions()).containsEntry("serv1", "1");
        assertThat(bench.outcome(serv1.coordinator().writeReport("late"))).isInstanceOf(NotAMember.class);
        assertThat(bench.outcome(serv1.coordinator().renew())).isInstanceOf(NotAMember.class);
        assertThat(serv2.view().reports()).isEmpty();
    }

    @Test
    void shouldNotEvictWhoHasRenewedSinceItWasSeen() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        Member seen = serv2.view().members().get("serv1");
        bench.succeed(serv1.coordinator().renew());

        assertThat(bench.outcome(serv2.coordinator().evict(seen))).isInstanceOf(Conflict.class);

        bench.succeed(serv1.coordinator().writeReport("alive"));
        serv2.awaits("the report", view -> view.reports().containsKey("serv1"));
        assertThat(serv2.view().members()).containsKey("serv1");
        assertThat(serv2.view().evictions()).isEmpty();
    }

    @Test
    void shouldNotEvictAMemberThatWasThoughtToBeGone() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));

        assertThat(bench.outcome(serv2.coordinator().evict(new Member(serv1.info("1"), -1))))
                .isInstanceOf(Conflict.class);

        bench.succeed(serv1.coordinator().renew());
    }

    @Test
    void shouldOnlyRecordTheEvictionOfWhoIsGoneAlready() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        Member seen = serv2.view().members().get("serv1");
        bench.succeed(serv1.coordinator().leave());

        bench.succeed(serv2.coordinator().evict(seen));

        serv2.awaits("the record", view -> "1".equals(view.evictions().get("serv1")));
    }

    @Test
    void shouldNotHarmALaterLifeByEvictingAnEarlierOne() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        Member seen = serv2.view().members().get("serv1");
        bench.succeed(serv1.coordinator().join(serv1.info("2")));

        bench.succeed(serv2.coordinator().evict(seen));

        serv2.awaits(
                "the record and the later life",
                view -> "1".equals(view.evictions().get("serv1"))
                        && view.members().get("serv1").info().incarnation().equals("2"));
        bench.succeed(serv1.coordinator().renew());
    }

    @Test
    void shouldEndTheLifeOfWhoWasFencedHoweverLatelyItHasRenewed() {
        Peer serv1 = Peer.member("serv1", bench);
        Reign reign = serv1.elected();
        Peer serv2 = Peer.member("serv2", bench);
        serv1.awaits("serv2", view -> view.members().containsKey("serv2"));
        bench.succeed(serv2.coordinator().renew());

        bench.succeed(serv1.coordinator().endLife(reign, serv2.info("1"), "fencing", "switched off", -1));

        assertThat(serv1.view().members().keySet()).containsExactly("serv1");
        assertThat(serv1.view().evictions()).containsEntry("serv2", "1");
        assertThat(serv1.view().records()).containsEntry("fencing", new Document("switched off", 0));
        assertThat(bench.outcome(serv2.coordinator().renew())).isInstanceOf(NotAMember.class);
    }

    @Test
    void shouldNotEndALifeForAnEarlierReign() {
        Peer serv1 = Peer.member("serv1", bench);
        Reign reign = serv1.elected();
        Peer serv2 = Peer.member("serv2", bench);
        serv2.coordinator().campaign();
        bench.disconnect("serv1");
        serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        bench.succeed(serv2.coordinator().evict(serv2.view().members().get("serv1")));
        serv2.awaits("own reign", view -> view.reign().isPresent());
        bench.reconnect("serv1");
        serv1.awaits("touch", view -> view.connection() == Connection.CONNECTED);

        assertThat(bench.outcome(serv1.coordinator().endLife(reign, serv2.info("1"), "fencing", "off", -1)))
                .isInstanceOf(Deposed.class);
        bench.succeed(serv2.coordinator().renew());
        assertThat(serv2.view().records()).isEmpty();
    }

    @Test
    void shouldNotEndALifeWhenTheRecordWasWrittenMeanwhile() {
        Peer serv1 = Peer.member("serv1", bench);
        Reign reign = serv1.elected();
        Peer serv2 = Peer.member("serv2", bench);
        bench.succeed(serv2.coordinator().writeRecord("fencing", "first", -1));

        assertThat(bench.outcome(serv1.coordinator().endLife(reign, serv2.info("1"), "fencing", "off", -1)))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("fencing");
        bench.succeed(serv2.coordinator().renew());
    }

    @Test
    void shouldNotHarmALaterLifeByEndingAnEarlierOne() {
        Peer serv1 = Peer.member("serv1", bench);
        Reign reign = serv1.elected();
        Peer serv2 = Peer.member("serv2", bench);
        bench.succeed(serv2.coordinator().join(serv2.info("2")));

        bench.succeed(serv1.coordinator().endLife(reign, serv2.info("1"), "fencing", "off", -1));

        bench.succeed(serv2.coordinator().renew());
        serv1.awaits("the record", view -> "1".equals(view.evictions().get("serv2")));
        assertThat(serv1.view().members()).containsKey("serv2");
    }

    @Test
    void shouldLetWhoWasEvictedJoinAgain() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        bench.succeed(serv2.coordinator().evict(serv2.view().members().get("serv1")));

        bench.succeed(serv1.coordinator().join(serv1.info("2")));

        serv2.awaits(
                "the new life",
                view -> Optional.ofNullable(view.members().get("serv1"))
                        .equals(Optional.of(new Member(serv1.info("2"), 0))));
        bench.succeed(serv1.coordinator().writeReport("back"));
    }

    @Test
    void shouldElectAgainWhoWasEvictedAndCameBack() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv1.elected();
        serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
        bench.succeed(serv2.coordinator().evict(serv2.view().members().get("serv1")));
        serv1.awaits("the end of its membership", view -> !view.members().containsKey("serv1"));

        bench.succeed(serv1.coordinator().join(serv1.info("2")));
        Reign again = serv1.elected();

        bench.succeed(serv1.coordinator().writePlan(again, "plan"));
    }

    // Connection

    @Test
    void shouldBearSessionsThatEndAgainAndAgain() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv1.elected();
        for (int life = 2; life < 6; life++) {
            String incarnation = Integer.toString(life);
            int before = serv1.views().size();
            bench.expireSession("serv1");
            bench.await(
                    "serv1 is told",
                    () -> serv1.views().subList(before, serv1.views().size()).stream()
                            .anyMatch(view -> view.connection() == Connection.LOST));
            serv1.awaits(
                    "touch without membership",
                    view -> view.connection() == Connection.CONNECTED
                            && !view.members().containsKey("serv1"));

            bench.succeed(serv1.coordinator().join(serv1.info(incarnation)));
            Reign reign = serv1.elected();
            bench.succeed(serv1.coordinator().writePlan(reign, "plan " + life));

            serv2.awaits(
                    "the plan of life " + life,
                    view -> view.plan().map(Document::text).equals(Optional.of("plan " + incarnation))
                            && view.members().get("serv1").info().incarnation().equals(incarnation));
        }
    }

    @Test
    void shouldTellTheLossOfTheConnectionAndWhatChangedMeanwhile() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv1.awaits("serv2", view -> view.members().containsKey("serv2"));

        bench.disconnect("serv1");
        serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
        assertThat(serv1.view().members()).containsOnlyKeys("serv1", "serv2");
        assertThat(bench.outcome(serv1.coordinator().renew())).isInstanceOf(Unreachable.class);
        bench.succeed(serv2.coordinator().writeReport("meanwhile"));
        bench.succeed(serv2.coordinator().writeConfig("meanwhile", -1));
        bench.succeed(serv2.coordinator().leave());
        int before = serv1.views().size();
        bench.reconnect("serv1");
        serv1.awaits("touch", view -> view.connection() == Connection.CONNECTED);

        View first = serv1.views().get(before);
        assertThat(first.connection()).isEqualTo(Connection.CONNECTED);
        assertThat(first.reports()).containsKey("serv2");
        assertThat(first.config()).isPresent();
        assertThat(first.members()).containsOnlyKeys("serv1");
        bench.succeed(serv1.coordinator().renew());
    }

    @Test
    void shouldSeeLaterChangesAfterAReconnection() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        for (int i = 0; i < 3; i++) {
            bench.disconnect("serv1");
            serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
            bench.reconnect("serv1");
            serv1.awaits("touch", view -> view.connection() == Connection.CONNECTED);
            String text = "report " + i;
            bench.succeed(serv2.coordinator().writeReport(text));
            serv1.awaits(
                    text,
                    view -> Optional.ofNullable(view.reports().get("serv2"))
                            .map(Document::text)
                            .equals(Optional.of(text)));
        }
    }

    @Test
    void shouldTellTheEndOfTheSessionAndLetTheNameBeTakenAgain() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        Reign before = serv1.elected();
        serv2.coordinator().campaign();

        bench.expireSession("serv1");

        serv2.awaits("own reign", view -> view.reign().isPresent());
        assertThat(serv2.view().members()).containsOnlyKeys("serv2");
        bench.await(
                "serv1 is told that its session is over",
                () -> serv1.views().stream().anyMatch(view -> view.connection() == Connection.LOST));
        serv1.awaits(
                "touch without membership",
                view -> view.connection() == Connection.CONNECTED
                        && !view.members().containsKey("serv1"));
        assertThat(serv1.view().reign()).isEmpty();
        assertThat(bench.outcome(serv1.coordinator().renew())).isInstanceOf(NotAMember.class);
        assertThat(bench.outcome(serv1.coordinator().writePlan(before, "stale")))
                .isInstanceOf(Deposed.class);
        bench.succeed(serv1.coordinator().join(serv1.info("2")));
        serv2.awaits("serv1 again", view -> view.members().containsKey("serv1"));
    }
}
