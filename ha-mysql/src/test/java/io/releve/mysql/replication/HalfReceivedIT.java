package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that falls silent in the middle of a transaction leaves half of it in its replica's relay log. */
class HalfReceivedIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Far less than the minute for which an applier of MySQL waits for the rest. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @Test
    void shouldStopAtOnceAndGetTheWholeTransactionLater() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"));
                TestServer replica = TestServer.start(directory.resolve("replica"));
                Connection there = source.administer();
                Connection here = replica.administer()) {
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            follow(source, up, down);
            CompletableFuture<Void> rest = receiveHalf(source, down);

            Duration took = stop(down);
            source.thaw();
            rest.join();
            down.follow(source.address(), "replica", "secret", Tls.off());
            Optional<ReplicaStatus> stopped = down.status();
            down.start();

            assertThat(took).isLessThan(AT_ONCE);
            assertThat(stopped.flatMap(ReplicaStatus::applierError)).isEmpty();
            assertThat(down.await(up.executed(), LIMIT)).as("%s", down.status()).isTrue();
            String sum = "SELECT CONCAT(COUNT(*), ' ', SUM(id)) FROM expenses_db.t";
            assertThat(replica.ask(sum)).isEqualTo(source.ask(sum)).startsWith("200 ");
        }
    }

    /** From the middle of a transaction nothing can be followed. */
    @Test
    void shouldNotAcknowledgeByAPositionInTheMiddle() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"));
                TestServer replica = TestServer.start(directory.resolve("replica"));
                Connection there = source.administer();
                Connection here = replica.administer()) {
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            follow(source, up, down);
            CompletableFuture<Void> rest = receiveHalf(source, down);

            boolean byPosition = down.semiSync().acknowledgeByPosition(LIMIT);
            source.thaw();
            rest.join();

            assertThat(byPosition).isFalse();
            assertThat(down.await(up.executed(), LIMIT)).as("%s", down.status()).isTrue();
            assertThat(down.semiSync().acknowledgeByPosition(LIMIT))
                    .as("%s", down.status())
                    .isTrue();
            assertThat(down.semiSync().followByGtid(LIMIT)).isTrue();
            assertThat(replica.ask("SELECT COUNT(*) FROM expenses_db.t")).isEqualTo("200");
        }
    }

    /** As when an acknowledgement is given again, and more is committed meanwhile. */
    @Test
    void shouldAskByGtidAgainAlthoughHalfATransactionCameByPosition() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"));
                TestServer replica = TestServer.start(directory.resolve("replica"));
                Connection there = source.administer();
                Connection here = replica.administer()) {
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            if (!replica.isMariaDb()) {
                // How far it has come it writes down at times only, and what it did since has gaps for it when it is
                // ended.
                replica.administer("SET GLOBAL replica_checkpoint_period=3600000");
            }
            follow(source, up, down);
            assertThat(down.semiSync().acknowledgeByPosition(LIMIT)).isTrue();
            for (int i = 0; i < 20; i++) {
                source.administer("CREATE TABLE expenses_db.t" + i + " (id INT PRIMARY KEY)");
                source.administer("INSERT INTO expenses_db.t" + i + " VALUES (1)");
            }
            assertThat(down.await(up.executed(), LIMIT)).as("%s", down.status()).isTrue();
            CompletableFuture<Void> rest = receiveHalf(source, down);

            assertThat(down.semiSync().followByGtid(LIMIT))
                    .as("%s", down.status())
                    .isTrue();
            source.thaw();
            rest.join();

            assertThat(down.status())
                    .hasValueSatisfying(
                            status -> assertThat(status.followsByGtid()).isTrue());
            assertThat(down.await(up.executed(), LIMIT)).as("%s", down.status()).isTrue();
            assertThat(replica.ask("SELECT COUNT(*) FROM expenses_db.t")).isEqualTo("200");
        }
    }

    /** The receiver knows that its source is gone. */
    @Test
    void shouldStopAtOnceWhenTheSourceIsKilled() throws Exception {
        try (TestServer replica = TestServer.start(directory.resolve("replica"));
                Connection here = replica.administer()) {
            ReplicationLink down = new ReplicationLink(here);
            GtidSet before;
            try (TestServer source = TestServer.start(directory.resolve("source"));
                    Connection there = source.administer()) {
                follow(source, new ReplicationLink(there), down);
                var unused = receiveHalf(source, down).exceptionally(gone -> null);
                before = down.executed();
            }
            await(down, status -> status.receiver() != ReplicaStatus.Receiver.RUNNING);

            assertThat(stop(down)).isLessThan(AT_ONCE);
            assertThat(down.executed()).isEqualTo(before);
            assertThat(down.isDrained()).isTrue();
            assertThat(down.status().flatMap(ReplicaStatus::applierError)).isEmpty();
            down.forgetSource();
            assertThat(replica.ask("SELECT COUNT(*) FROM expenses_db.t")).isEqualTo("0");
        }
    }

    private static void follow(TestServer source, ReplicationLink up, ReplicationLink down) throws SQLException {
        up.account("replica", "%", "secret", up.dialect().replicationRights());
        down.follow(source.address(), "replica", "secret", Tls.off());
        down.start();
        source.administer("CREATE TABLE expenses_db.t (id INT AUTO_INCREMENT PRIMARY KEY, bulk LONGBLOB)");
        assertThat(down.await(up.executed(), LIMIT)).as("%s", down.status()).isTrue();
    }

    /** The replica has a part of a large transaction, and the source is frozen. */
    private static CompletableFuture<Void> receiveHalf(TestServer source, ReplicationLink down) throws SQLException {
        Optional<ReplicaStatus.Place> before = down.status().flatMap(ReplicaStatus::readUpTo);
        CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> insertMuch(source));
        await(down, status -> !status.readUpTo().equals(before));
        source.freeze();
        assertThat(down.status())
                .hasValueSatisfying(status -> assertThat(status.readUpTo())
                        .as("it has come whole: make it larger")
                        .isNotEqualTo(status.appliedUpTo()));
        return insert;
    }

    private static void insertMuch(TestServer source) {
        try {
            source.administer(
                    source.isMariaDb() ? "SET SESSION binlog_format='ROW'" : "DO 0",
                    "INSERT INTO expenses_db.t (bulk) WITH RECURSIVE n (i) AS"
                            + " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT REPEAT('x', 1000000) FROM n");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server tells nobody how far its receiver is. */
    private static void await(ReplicationLink link, Predicate<ReplicaStatus> wanted) throws SQLException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (link.status().filter(wanted).isEmpty()) {
            assertThat(System.nanoTime()).as("%s", link.status()).isLessThan(deadline);
        }
    }

    private static Duration stop(ReplicationLink link) throws SQLException {
        long began = System.nanoTime();
        link.stop();
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
