package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.replication.PromotionDecision.FetchFirst;
import io.releve.mysql.replication.PromotionDecision.Promote;
import io.releve.mysql.replication.PromotionDecision.Refuse;
import io.releve.mysql.replication.PromotionDecision.Report;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may be promoted when the primary is lost: everything that was acknowledged must be among what was heard. */
class PromotionDecisionTest {

    private static final MySqlServers SERVERS = MySqlServers.primaryAndReplicas()
            .server("a", "10.0.0.1", 3306)
            .server("b", "10.0.0.2", 3306)
            .server("c", "10.0.0.3", 3306)
            .server("d", "10.0.0.4", 3306)
            .build();
    private static final MySqlServer A = SERVERS.onNode("a").orElseThrow();
    private static final MySqlServer B = SERVERS.onNode("b").orElseThrow();
    private static final MySqlServer C = SERVERS.onNode("c").orElseThrow();

    private static final Optional<PrimaryRecord> FIRST = Optional.of(opened(1, A));

    private static PrimaryRecord opened(long epoch, MySqlServer server) {
        return PrimaryRecord.opening(epoch, server).open(gtids("1-1-10"));
    }

    private static GtidSet gtids(String text) {
        return MariaDbGtidSet.parse(text);
    }

    private static Report replica(MySqlServer server, String received) {
        return new Report(server, gtids(received), true, false);
    }

    private static Optional<PromotableSet> set(int acknowledgements, String... replicas) {
        return Optional.of(new PromotableSet(1, "a", Set.of(replicas), acknowledgements));
    }

    @Test
    void shouldPromoteTheOnlyReplicaThatAcknowledged() {
        assertThat(PromotionDecision.decide(B, List.of(replica(B, "1-1-10")), FIRST, set(1, "b")))
                .isInstanceOfSatisfying(
                        Promote.class,
                        promote -> assertThat(promote.everything()).isEqualTo(gtids("1-1-10")));
    }

    @Test
    void shouldPromoteTheOneThatHasMore() {
        List<Report> reports = List.of(replica(B, "1-1-12"), replica(C, "1-1-10"));
        assertThat(PromotionDecision.decide(B, reports, FIRST, set(1, "b", "c")))
                .isInstanceOf(Promote.class);
    }

    @Test
    void shouldFetchFromTheOneThatHasMore() {
        List<Report> reports = List.of(replica(B, "1-1-10"), replica(C, "1-1-12"));
        assertThat(PromotionDecision.decide(B, reports, FIRST, set(1, "b", "c")))
                .isInstanceOfSatisfying(FetchFirst.class, fetch -> {
                    assertThat(fetch.source()).isEqualTo(C);
                    assertThat(fetch.everything()).isEqualTo(gtids("1-1-12"));
                    assertThat(fetch.text()).contains("lacks 1-1-12");
                });
    }

    @Test
    void shouldRefuseWhileTheOtherReplicaMayHoldMore() {
        assertThat(PromotionDecision.decide(B, List.of(replica(B, "1-1-10")), FIRST, set(1, "b", "c")))
                .isInstanceOfSatisfying(
                        Refuse.class,
                        refuse -> assertThat(refuse.text())
                                .contains("2 of these must answer", "only [b] did", "Start the server of a or of c"));
    }

    @Test
    void shouldNeedFewerReportsWhenMoreAcknowledged() {
        assertThat(PromotionDecision.decide(B, List.of(replica(B, "1-1-10")), FIRST, set(2, "b", "c")))
                .isInstanceOf(Promote.class);
    }

    @Test
    void shouldNotCountAReplicaThatMayHaveLostWhatItAcknowledged() {
        List<Report> reports = List.of(replica(B, "1-1-10"), new Report(C, gtids("1-1-9"), false, false));
        assertThat(PromotionDecision.decide(B, reports, FIRST, set(1, "b", "c")))
                .isInstanceOf(Refuse.class);
    }

    @Test
    void shouldTrustTheFormerPrimaryWhenItIsClosed() {
        List<Report> reports = List.of(replica(B, "1-1-10"), new Report(A, gtids("1-1-10"), false, true));
        assertThat(PromotionDecision.decide(B, reports, FIRST, set(1, "b", "c")))
                .isInstanceOf(Promote.class);
    }

    @Test
    void shouldNotTrustTheFormerPrimaryWhileItIsOpen() {
        List<Report> reports = List.of(replica(B, "1-1-10"), new Report(A, gtids("1-1-10"), false, false));
        assertThat(PromotionDecision.decide(B, reports, FIRST, set(1, "b", "c")))
                .isInstanceOf(Refuse.class);
    }

    @Test
    void shouldRefuseAReplicaOfAPrimaryThatWentOnAlone() {
        assertThat(PromotionDecision.decide(
                        B, List.of(replica(B, "1-1-10")), FIRST, Optional.of(PromotableSet.alone(1, "a"))))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.text()).contains("only a has it"));
    }

    @Test
    void shouldPromoteTheFormerPrimaryAgainWithoutAnybodyElse() {
        Report own = new Report(A, gtids("1-1-10"), false, true);
        assertThat(PromotionDecision.decide(A, List.of(own), FIRST, set(1, "b", "c")))
                .isInstanceOf(Promote.class);
    }

    /** B was promoted, acknowledged with C's help, and died before the set of its epoch was written. */
    @Test
    void shouldNotForgetAPrimaryThatHadNotWrittenItsSetYet() {
        Optional<PrimaryRecord> second = Optional.of(opened(2, B));
        Report former = new Report(A, gtids("1-1-10"), false, true);
        assertThat(PromotionDecision.decide(A, List.of(former), second, set(1, "b", "c")))
                .isInstanceOf(Refuse.class);
        assertThat(PromotionDecision.decide(C, List.of(replica(C, "1-1-10,2-2-3"), former), second, set(1, "b", "c")))
                .isInstanceOfSatisfying(
                        Promote.class,
                        promote -> assertThat(promote.everything()).isEqualTo(gtids("1-1-10,2-2-3")));
        assertThat(PromotionDecision.decide(C, List.of(replica(C, "1-1-9")), second, set(1, "b", "c")))
                .as("B may have held what C never got")
                .isInstanceOf(Refuse.class);
    }

    @Test
    void shouldRefuseWhenHistoriesDiffer() {
        List<Report> reports = List.of(replica(B, "1-1-10,4000000002-2-1"), replica(C, "1-1-12"));
        assertThat(PromotionDecision.decide(B, reports, FIRST, set(1, "b", "c")))
                .isInstanceOfSatisfying(
                        Refuse.class,
                        refuse -> assertThat(refuse.text())
                                .contains("histories differ", "c lacks 4000000002-2-1", "b lacks 1-1-12"));
    }

    @Test
    void shouldPromoteWithWhatItHearsWhenNothingIsPromised() {
        assertThat(PromotionDecision.decide(B, List.of(replica(B, "1-1-10")), FIRST, Optional.empty()))
                .isInstanceOf(Promote.class);
    }

    @Test
    void shouldReadWhatItWrote() {
        PrimaryRecord record = opened(7, B);
        PromotableSet set = new PromotableSet(7, "b", Set.of("a", "c"), 1);
        assertThat(PrimaryRecord.parse(record.text())).isEqualTo(record);
        assertThat(PromotableSet.parse(set.text())).isEqualTo(set);
        assertThat(PromotableSet.parse(PromotableSet.alone(7, "b").text())).isEqualTo(PromotableSet.alone(7, "b"));
    }
}
