package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartingIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What a farewell takes at least, for whole seconds are all that can be set. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private static final String[] SOURCE = {"--rpl_semi_sync_master_enabled=ON", "--rpl_semi_sync_master_timeout=1000"};
    private static final String[] REPLICA = {
        "--rpl_semi_sync_slave_enabled=ON", "--rpl_semi_sync_slave_kill_conn_timeout=1"
    };

    @TempDir
    Path directory;

    @BeforeEach
    void shouldHaveAReceiverThatTakesLeave() {
        // Only there is anything to be avoided; a server in a container has its options already.
        assumeTrue(
                System.getProperty("releve.servers", "").isEmpty(),
                "the servers under test are MySQL or run in containers; MariaDB's receivers take leave");
    }

    @Test
    void shouldLeaveASilentSourceAtOnceAndAcknowledgeToTheNextOne() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"), SOURCE);
                TestServer replica = TestServer.start(directory.resolve("replica"), REPLICA);
                Connection there = source.administer();
                Connection here = replica.administer()) {
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            follow(source, up, down);

            source.freeze();
            Duration plain = took(down::stopReceiver);
            source.thaw();
            down.startReceiver();
            awaitAcknowledgingReplica(source);
            source.freeze();
            Duration silent = took(down::stopReceiverOfSilentSource);
            boolean acknowledging = down.semiSync().isAcknowledging();
            source.thaw();
            down.startReceiver();
            awaitAcknowledgingReplica(source);
            String before = acknowledged(source);
            source.administer("INSERT INTO expenses_db.t VALUES (2)");

            assertThat(plain).as("what is avoided").isGreaterThanOrEqualTo(FAREWELL);
            assertThat(silent).isLessThan(FAREWELL.dividedBy(2));
            assertThat(acknowledging).isTrue();
            assertThat(down.await(up.executed(), LIMIT)).isTrue();
            assertThat(acknowledged(source)).isNotEqualTo(before);
        }
    }

    /** Cut off from whoever promotes, it may go on sending to a replica. */
    @Test
    void shouldLoseAndTwistNothingOfASourceThatGoesOnSending() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"), SOURCE);
                TestServer replica = TestServer.start(directory.resolve("replica"), REPLICA);
                Connection there = source.administer();
                Connection here = replica.administer()) {
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            follow(source, up, down);

            Thread writer = new Thread(() -> write(source));
            writer.start();
            for (int round = 0; round < 10; round++) {
                down.stopReceiverOfSilentSource();
                down.startReceiver();
            }
            writer.join(LIMIT.toMillis());

            assertThat(down.await(up.executed(), LIMIT)).as("%s", down.status()).isTrue();
            String sum = "SELECT CONCAT(COUNT(*), ' ', SUM(id)) FROM expenses_db.t";
            assertThat(replica.ask(sum)).isEqualTo(source.ask(sum)).startsWith("1001 ");
        }
    }

    private static void follow(TestServer source, ReplicationLink up, ReplicationLink down) throws Exception {
        up.account("replica", "%", "secret", up.dialect().replicationRights());
        down.follow(source.address(), "replica", "secret", Tls.off());
        down.start();
        source.administer("CREATE TABLE expenses_db.t (id INT PRIMARY KEY)", "INSERT INTO expenses_db.t VALUES (1)");
        assertThat(down.await(up.executed(), LIMIT)).as("%s", down.status()).isTrue();
        awaitAcknowledgingReplica(source);
    }

    private static void write(TestServer source) {
        try {
            for (int id = 1000; id < 2000; id++) {
                source.administer("INSERT INTO expenses_db.t VALUES (" + id + ")");
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private static Duration took(Step step) throws Exception {
        long began = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static String acknowledged(TestServer source) throws Exception {
        return source.ask("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
                + " WHERE VARIABLE_NAME='Rpl_semi_sync_master_yes_tx'");
    }

    /** The server tells nobody when a replica has come. */
    private static void awaitAcknowledgingReplica(TestServer source) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!source.ask("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
                        + " WHERE VARIABLE_NAME='Rpl_semi_sync_master_clients'")
                .equals("1")) {
            assertThat(System.nanoTime()).as("no replica acknowledges").isLessThan(deadline);
        }
    }
}
