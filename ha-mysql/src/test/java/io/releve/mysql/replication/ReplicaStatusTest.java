package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.ReplicaStatus.Receiver;
import io.releve.mysql.replication.ReplicaStatus.ReplicationError;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaStatusTest {

    private static final Map<String, String> MARIADB = Map.of(
            "Master_Host", "10.77.0.2",
            "Master_Port", "3306",
            "Master_User", "replica",
            "Slave_IO_Running", "Connecting",
            "Slave_SQL_Running", "Yes",
            "Seconds_Behind_Master", "",
            "Using_Gtid", "Slave_Pos",
            "Gtid_IO_Pos", "1-1-5",
            "Last_IO_Errno", "2003",
            "Last_IO_Error", "error connecting to master");

    @Test
    void shouldReadMariaDbsWords() {
        ReplicaStatus status = ReplicaStatus.parse(MARIADB);
        assertThat(status.sourceHost()).isEqualTo("10.77.0.2");
        assertThat(status.receiver()).isEqualTo(Receiver.CONNECTING);
        assertThat(status.applierRunning()).isTrue();
        assertThat(status.receiverError()).contains(new ReplicationError(2003, "error connecting to master"));
        assertThat(status.applierError()).isEmpty();
        assertThat(status.lagSeconds()).isEmpty();
        assertThat(status.received()).isEqualTo("1-1-5");
        assertThat(status.followsByGtid()).isTrue();
    }

    @Test
    void shouldReadMySqlsWords() {
        ReplicaStatus status = ReplicaStatus.parse(Map.of(
                "Source_Host", "db2",
                "Source_Port", "3307",
                "Source_User", "replica",
                "Replica_IO_Running", "Yes",
                "Replica_SQL_Running", "No",
                "Seconds_Behind_Source", "12",
                "Auto_Position", "1",
                "Last_SQL_Errno", "1062",
                "Last_SQL_Error", "Duplicate entry"));
        assertThat(status.receiver()).isEqualTo(Receiver.RUNNING);
        assertThat(status.applierRunning()).isFalse();
        assertThat(status.applierError())
                .hasValueSatisfying(error -> assertThat(error).hasToString("error 1062: Duplicate entry"));
        assertThat(status.lagSeconds()).hasValue(12);
        assertThat(status.followsByGtid()).isTrue();
    }

    /** An applier that was ended needs to be started, and nothing else. */
    @Test
    void shouldNotTakeTheEndOfAnApplierForItsError() {
        ReplicaStatus status = ReplicaStatus.parse(Map.of(
                "Source_Host", "db2",
                "Source_Port", "3307",
                "Source_User", "replica",
                "Replica_IO_Running", "Yes",
                "Replica_SQL_Running", "No",
                "Auto_Position", "1",
                "Last_SQL_Errno", "1756",
                "Last_SQL_Error", "The replica coordinator and worker threads are stopped"));
        assertThat(status.applierRunning()).isFalse();
        assertThat(status.applierError()).isEmpty();
        assertThat(status.wasInterrupted()).isTrue();
    }

    @Test
    void shouldKnowWhetherItFollowsTheRightSource() {
        MySqlServer source = new MySqlServer(2, "serv2", "10.77.0.2", 3306);
        assertThat(ReplicaStatus.parse(MARIADB).follows(source, "replica")).isTrue();
        assertThat(ReplicaStatus.parse(MARIADB).follows(source, "other")).isFalse();
        assertThat(ReplicaStatus.parse(MARIADB).follows(new MySqlServer(2, "serv2", "10.77.0.2", 3307), "replica"))
                .isFalse();
        Map<String, String> byPosition = new HashMap<>(MARIADB);
        byPosition.put("Using_Gtid", "No");
        assertThat(ReplicaStatus.parse(byPosition).follows(source, "replica")).isFalse();
    }
}
