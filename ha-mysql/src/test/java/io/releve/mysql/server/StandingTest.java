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
import io.releve.mysql.server.Standing.Seen;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may be promoted, how gladly, and why. */
class StandingTest {

    private static final MySqlServers SERVERS = MySqlServers.primaryAndReplicas()
            .server("a", "10.0.0.1", 3306)
            .server("b", "10.0.0.2", 3306)
            .server("c", "10.0.0.3", 3306)
            .build();
    private static final MySqlServer A = SERVERS.onNode("a").orElseThrow();
    private static final MySqlServer B = SERVERS.onNode("b").orElseThrow();
    private static final GtidSet NOTHING = MariaDbGtidSet.parse("");
    private static final Optional<PrimaryRecord> RECORD =
            Optional.of(PrimaryRecord.opening(1, A).open(NOTHING));
    private static final Optional<PromotableSet> SET = Optional.of(new PromotableSet(1, "a", Set.of("b", "c"), 1));

    private static ReplicaStatus status(Optional<ReplicationError> receiver, Optional<ReplicationError> applier) {
        return new ReplicaStatus(
                "10.0.0.1",
                3306,
                "replica_2",
                receiver.isPresent() ? Receiver.STOPPED : Receiver.RUNNING,
                applier.isEmpty(),
                receiver,
                applier,
                "",
                true,
                Optional.empty(),
                Optional.empty(),
                false,
                OptionalLong.empty());
    }

    private static Seen seen(ReplicaStatus status, String errant) {
        return new Seen(false, Optional.of(status), Optional.of(MariaDbGtidSet.parse(errant)), true, true);
    }

    private static Standing of(Seen seen, Optional<PromotableSet> set) {
        return Standing.of(B, seen, RECORD, set, Durability.sync());
    }

    private static final ReplicaStatus WELL = status(Optional.empty(), Optional.empty());

    @Test
    void shouldRatherHaveSomebodyWhoHasAppliedWhatItReceived() {
        ReplicaStatus stopped = new ReplicaStatus(
                "10.0.0.1",
                3306,
                "replica_2",
                Receiver.RUNNING,
                false,
                Optional.empty(),
                Optional.empty(),
                "",
                true,
                Optional.empty(),
                Optional.empty(),
                false,
                OptionalLong.empty());

        Standing standing = of(seen(stopped, ""), SET);

        assertThat(standing.score())
                .isPositive()
                .isLessThan(of(seen(WELL, ""), SET).score());
        assertThat(standing.text()).contains("its applier is stopped");
        assertThat(standing.well()).isFalse();
    }

    @Test
    void shouldLetAReplicaOfTheSetBePromoted() {
        assertThat(of(seen(WELL, ""), SET)).satisfies(standing -> {
            assertThat(standing.score()).isPositive();
            assertThat(standing.well()).isTrue();
        });
    }

    @Test
    void shouldNotLetAReplicaOutsideTheSetBePromoted() {
        Standing standing = of(seen(WELL, ""), Optional.of(new PromotableSet(1, "a", Set.of("c"), 1)));
        assertThat(standing.score()).isEqualTo(Standing.NEVER);
        assertThat(standing.text()).contains("may lack what was acknowledged", "a and c have it");
    }

    @Test
    void shouldNotLetAServerWithErrantTransactionsBePromoted() {
        Standing standing = of(seen(WELL, "4000000002-2-1"), SET);
        assertThat(standing.score()).isEqualTo(Standing.NEVER);
        assertThat(standing.text()).contains("4000000002-2-1", "primary lacks");
    }

    @Test
    void shouldNotLetABrokenApplierBePromoted() {
        ReplicaStatus broken = status(Optional.empty(), Optional.of(new ReplicationError(1062, "Duplicate entry")));
        Standing standing = of(seen(broken, ""), SET);
        assertThat(standing.score()).isEqualTo(Standing.NEVER);
        assertThat(standing.text()).contains("1062", "Duplicate entry");
    }

    @Test
    void shouldSayThatNothingIsReceived() {
        ReplicaStatus silent = status(Optional.of(new ReplicationError(1236, "binary log is gone")), Optional.empty());
        Standing standing = of(seen(silent, ""), SET);
        assertThat(standing.well()).isFalse();
        assertThat(standing.text()).contains("1236", "receives nothing from a");
    }

    @Test
    void shouldNotLetAFormerPrimaryBackThatIsNotInTheSet() {
        Standing standing = Standing.of(
                A,
                new Seen(false, Optional.empty(), Optional.of(NOTHING), true, true),
                Optional.of(PrimaryRecord.opening(2, B).open(NOTHING)),
                Optional.of(new PromotableSet(2, "b", Set.of("c"), 1)),
                Durability.sync());
        assertThat(standing.score()).isEqualTo(Standing.NEVER);
    }

    @Test
    void shouldPreferTheLastPrimaryToItsReplicas() {
        Standing standing = Standing.of(
                A, new Seen(false, Optional.empty(), Optional.empty(), true, true), RECORD, SET, Durability.sync());
        assertThat(standing.score()).isGreaterThan(of(seen(WELL, ""), SET).score());
    }

    @Test
    void shouldWaitForAllServersBeforeTheFirstPrimary() {
        Seen seen = new Seen(false, Optional.empty(), Optional.empty(), false, true);
        Standing standing = Standing.of(A, seen, Optional.empty(), Optional.empty(), Durability.sync());
        assertThat(standing.score()).isEqualTo(Standing.NEVER);
        assertThat(standing.text()).contains("start them all once");
    }

    @Test
    void shouldMoveThePrimaryOnlyToAServerThatIsWell() {
        assertThat(of(seen(WELL, ""), SET).wanted().score()).isGreaterThan(1000);
        assertThat(of(seen(WELL, "4000000002-2-1"), SET).wanted().score()).isEqualTo(Standing.NEVER);
    }
}
