package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.MariaDbGtidSet;
import io.releve.mysql.replication.PrimaryRecord;
import io.releve.mysql.replication.PromotableSet;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicaStatus.ReplicationError;
import io.releve.mysql.server.RebuildDecision.Begin;
import io.releve.mysql.server.RebuildDecision.Leave;
import io.releve.mysql.server.RebuildDecision.Seen;
import io.releve.mysql.server.RebuildDecision.StepBack;
import io.releve.mysql.server.RebuildDecision.Wait;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a server's data is replaced by a copy of the primary's. */
class RebuildDecisionTest {

    private static final MySqlServers SERVERS = MySqlServers.primaryAndReplicas()
            .server("a", "10.0.0.1", 3306)
            .server("b", "10.0.0.2", 3306)
            .server("c", "10.0.0.3", 3306)
            .build();
    private static final MySqlServer A = SERVERS.onNode("a").orElseThrow();
    private static final MySqlServer B = SERVERS.onNode("b").orElseThrow();
    private static final GtidSet NOTHING = MariaDbGtidSet.parse("");
    private static final Optional<GtidSet> ERRANT = Optional.of(MariaDbGtidSet.parse("1-2-7"));
    private static final Optional<PrimaryRecord> OPEN =
            Optional.of(PrimaryRecord.opening(2, A).open(NOTHING));

    private static final Seen NOTHING_WRONG = new Seen(false, false, Optional.of(NOTHING), Optional.empty(), true);
    private static final Seen QUARANTINED = new Seen(false, false, ERRANT, Optional.empty(), true);
    private static final Seen REQUESTED = new Seen(true, false, Optional.of(NOTHING), Optional.empty(), true);
    private static final Seen UNFINISHED = new Seen(false, true, Optional.empty(), Optional.empty(), true);

    private static RebuildDecision async(Seen seen, RebuildPolicy policy) {
        return RebuildDecision.decide(B, seen, policy, OPEN, Optional.empty(), Durability.async());
    }

    private static RebuildDecision sync(Seen seen, PromotableSet set, Durability durability) {
        return RebuildDecision.decide(B, seen, RebuildPolicy.onRequest(), OPEN, Optional.of(set), durability);
    }

    @Test
    void shouldLeaveAServerAloneThatNobodyWantsRebuilt() {
        assertThat(async(NOTHING_WRONG, RebuildPolicy.automatic())).isInstanceOf(Leave.class);
        assertThat(async(QUARANTINED, RebuildPolicy.onRequest())).isInstanceOf(Leave.class);
    }

    @Test
    void shouldRebuildAQuarantinedServerByItselfWhereThatIsThePolicy() {
        assertThat(async(QUARANTINED, RebuildPolicy.automatic())).isInstanceOfSatisfying(Begin.class, begin -> {
            assertThat(begin.asked()).isFalse();
            assertThat(begin.reason()).contains("transactions that the primary lacks");
        });
    }

    @Test
    void shouldRebuildByItselfWhatThePrimaryCanNoLongerServe() {
        for (int code : RebuildDecision.PURGED) {
            ReplicaStatus status = new ReplicaStatus(
                    "10.0.0.1",
                    3306,
                    "replica_2",
                    Receiver.STOPPED,
                    true,
                    Optional.of(new ReplicationError(code, "purged")),
                    Optional.empty(),
                    "",
                    true,
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    OptionalLong.empty());
            Seen seen = new Seen(false, false, Optional.of(NOTHING), Optional.of(status), true);
            assertThat(async(seen, RebuildPolicy.automatic())).isInstanceOf(Begin.class);
            assertThat(async(seen, RebuildPolicy.onRequest())).isInstanceOf(Leave.class);
        }
    }

    @Test
    void shouldRebuildByItselfWhatNobodyHasAcknowledgedWhereThatIsThePolicy() {
        Optional<PromotableSet> set = Optional.of(new PromotableSet(2, "a", Set.of("c"), 1));
        assertThat(unacknowledged("1-2-7", set, Durability.sync()))
                .as("written by the server itself, in the domain of an epoch")
                .isInstanceOfSatisfying(Begin.class, begin -> {
                    assertThat(begin.asked()).isFalse();
                    assertThat(begin.reason()).contains("nobody has acknowledged");
                });
        assertThat(unacknowledged("1-2-7", set, Durability.async()))
                .as("without acknowledgements it was acknowledged to its writer")
                .isInstanceOf(Leave.class);
        assertThat(unacknowledged("4000000002-2-1", set, Durability.sync()))
                .as("written by somebody while the server was closed")
                .isInstanceOf(Leave.class);
        assertThat(unacknowledged("1-2-7,2-1-3", set, Durability.sync()))
                .as("some of it is another server's")
                .isInstanceOf(Leave.class);
    }

    private static RebuildDecision unacknowledged(String errant, Optional<PromotableSet> set, Durability durability) {
        Seen seen = new Seen(false, false, Optional.of(MariaDbGtidSet.parse(errant)), Optional.empty(), true);
        return RebuildDecision.decide(B, seen, RebuildPolicy.unacknowledged(), OPEN, set, durability);
    }

    @Test
    void shouldRebuildOnTheOperatorsWordAndGoOnWithWhatHasBegun() {
        assertThat(async(REQUESTED, RebuildPolicy.onRequest()))
                .isInstanceOfSatisfying(
                        Begin.class, begin -> assertThat(begin.asked()).isTrue());
        assertThat(async(UNFINISHED, RebuildPolicy.onRequest())).isInstanceOf(Begin.class);
    }

    @Test
    void shouldWaitForAPrimaryToCopyFrom() {
        Seen silent = new Seen(true, false, Optional.empty(), Optional.empty(), false);
        assertThat(async(silent, RebuildPolicy.onRequest()))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.text()).contains("a answers"));
        assertThat(RebuildDecision.decide(
                        B,
                        REQUESTED,
                        RebuildPolicy.onRequest(),
                        Optional.empty(),
                        Optional.empty(),
                        Durability.async()))
                .isInstanceOf(Wait.class);
        assertThat(RebuildDecision.decide(
                        B,
                        REQUESTED,
                        RebuildPolicy.onRequest(),
                        Optional.of(PrimaryRecord.opening(2, A)),
                        Optional.empty(),
                        Durability.async()))
                .isInstanceOf(Wait.class);
    }

    @Test
    void shouldNotRebuildTheLastPrimaryItself() {
        Optional<PrimaryRecord> own = Optional.of(PrimaryRecord.opening(2, B).open(NOTHING));
        assertThat(RebuildDecision.decide(
                        B, REQUESTED, RebuildPolicy.onRequest(), own, Optional.empty(), Durability.async()))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.text()).contains("move the primary"));
    }

    @Test
    void shouldHaveAReplicaLeaveTheSetBeforeItsDataGoes() {
        assertThat(sync(REQUESTED, new PromotableSet(2, "a", Set.of("b", "c"), 1), Durability.sync()))
                .isInstanceOf(StepBack.class);
        assertThat(sync(REQUESTED, new PromotableSet(2, "a", Set.of("c"), 1), Durability.sync()))
                .isInstanceOf(Begin.class);
    }

    @Test
    void shouldNotTakeAwayTheReplicaThatThePrimaryNeeds() {
        PromotableSet set = new PromotableSet(2, "a", Set.of("b"), 1);
        assertThat(sync(REQUESTED, set, Durability.sync()))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.text()).contains("is needed"));
        assertThat(sync(REQUESTED, set, Durability.sync().goOnAlone())).isInstanceOf(StepBack.class);
    }

    @Test
    void shouldNotBelieveASetOfAnEarlierEpoch() {
        assertThat(sync(REQUESTED, new PromotableSet(1, "a", Set.of("c"), 1), Durability.sync()))
                .isInstanceOf(Wait.class);
    }
}
