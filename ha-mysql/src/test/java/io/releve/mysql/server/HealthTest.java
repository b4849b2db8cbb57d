package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.agent.Outcome.Code;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicaStatus;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicaStatus.ReplicationError;
import io.releve.mysql.server.CatchUp.Decision;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static final MySqlServer SELF = new MySqlServer(1, "serv1", "10.77.0.1", 3306);
    private static final Decision READY = new Decision.Ready("has everything");
    private static final Optional<ReplicationError> NONE = Optional.empty();

    private static Outcome of(
            Receiver receiver,
            boolean applying,
            Optional<ReplicationError> receiverError,
            Optional<ReplicationError> applierError,
            Decision decision) {
        return Health.of(
                SELF,
                Optional.of(new ReplicaStatus(
                        "10.77.0.2",
                        3306,
                        "replica",
                        receiver,
                        applying,
                        receiverError,
                        applierError,
                        "",
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        OptionalLong.empty())),
                decision);
    }

    @Test
    void shouldCallAConflictAFailure() {
        Outcome outcome =
                of(Receiver.RUNNING, false, NONE, Optional.of(new ReplicationError(1062, "Duplicate entry")), READY);
        assertThat(outcome.code()).isEqualTo(Code.GENERIC);
        assertThat(outcome.reason()).contains("serv1", "10.77.0.2:3306", "1062", "Duplicate entry");
    }

    @Test
    void shouldNotBlameAServerForASourceThatIsDown() {
        Optional<ReplicationError> refused = Optional.of(new ReplicationError(2003, "connection refused"));
        assertThat(of(Receiver.CONNECTING, true, refused, NONE, READY)).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldHavePeopleLookAtAReceiverThatGaveUp() {
        Optional<ReplicationError> purged = Optional.of(new ReplicationError(1236, "binary log purged"));
        Outcome outcome = of(Receiver.STOPPED, true, purged, NONE, READY);
        assertThat(outcome.code()).isEqualTo(Code.DEGRADED);
        assertThat(outcome.reason()).contains("1236");
    }

    @Test
    void shouldHavePeopleLookAtAHalfStoppedReplication() {
        assertThat(of(Receiver.RUNNING, false, NONE, NONE, READY).code()).isEqualTo(Code.DEGRADED);
        assertThat(of(Receiver.RUNNING, true, NONE, NONE, READY)).isEqualTo(Outcome.ok());
        assertThat(of(Receiver.STOPPED, false, NONE, NONE, READY))
                .as("not started yet, for its source does not answer")
                .isEqualTo(Outcome.ok());
    }

    @Test
    void shouldShowWhomAServerWaitsFor() {
        Outcome outcome = Health.of(SELF, Optional.empty(), new Decision.Waiting("waits for serv2"));
        assertThat(outcome.code()).isEqualTo(Code.DEGRADED);
        assertThat(outcome.reason()).isEqualTo("server serv1 (10.77.0.1:3306) waits for serv2");
    }
}
