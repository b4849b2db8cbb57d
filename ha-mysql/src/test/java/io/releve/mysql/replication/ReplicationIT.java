package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.releve.mysql.config.MySqlServerConfig;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void shouldFollowASourceFromItsFirstTransactionOn() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"));
                TestServer replica = TestServer.start(directory.resolve("replica"));
                Connection there = source.administer();
                Connection here = replica.administer()) {
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            up.account("replica", "%", "rep'l\"ica\\ 1", up.dialect().replicationRights());
            assertThat(down.status()).isEmpty();

            down.follow(source.address(), "replica", "rep'l\"ica\\ 1", Tls.off());
            down.start();
            source.administer(
                    "CREATE TABLE expenses_db.t (id INT PRIMARY KEY)", "INSERT INTO expenses_db.t VALUES (1)");

            GtidSet executed = up.executed();
            assertThat(down.await(executed, LIMIT)).as("%s", down.status()).isTrue();
            assertThat(replica.ask("SELECT COUNT(*) FROM expenses_db.t")).isEqualTo("1");
            assertThat(down.executed().contains(executed)).isTrue();
            assertThat(down.isDrained()).isTrue();
            assertThat(down.status()).hasValueSatisfying(status -> {
                assertThat(status.applierRunning()).isTrue();
                assertThat(status.follows(source.address(), "replica")).isTrue();
            });
        }
    }

    @Test
    void shouldNotFollowAnotherSourceBeforeEverythingIsApplied() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"));
                TestServer replica = TestServer.start(directory.resolve("replica"));
                Connection there = source.administer();
                Connection here = replica.administer()) {
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            up.account("replica", "%", "secret", up.dialect().replicationRights());
            down.follow(source.address(), "replica", "secret", Tls.off());
            down.start();
            source.administer("CREATE TABLE expenses_db.t (id INT PRIMARY KEY)");
            assertThat(down.await(up.executed(), LIMIT)).isTrue();
            replica.administer(stopApplier(replica));
            source.administer("INSERT INTO expenses_db.t VALUES (1)");
            GtidSet written = up.executed();
            awaitReceived(down, written);
            stopReceiver(replica);
            assertThatThrownBy(() -> down.follow(source.address(), "other", "secret", Tls.off()))
                    .isInstanceOf(ReplicationLink.UndrainedException.class);
            down.start();
            assertThat(down.await(written, LIMIT)).isTrue();
        }
    }

    /** What a person writes on a former primary that follows was acknowledged to that person, and must be told apart. */
    @Test
    void shouldEndTheEpochBeforeAFormerPrimaryFollows() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"));
                TestServer former = TestServer.start(directory.resolve("former"));
                Connection there = source.administer();
                Connection here = former.administer()) {
            assumeTrue(former.isMariaDb(), "only MariaDB's GTIDs name an epoch");
            ReplicationLink up = new ReplicationLink(there);
            ReplicationLink down = new ReplicationLink(here);
            up.account("replica", "%", "secret", up.dialect().replicationRights());
            down.prepareToOpen(former.address(), 7);
            assertThat(former.ask("SELECT @@global.gtid_domain_id")).isEqualTo("7");

            down.followPrimary(source.address(), "replica", "secret", Tls.off());
            former.administer("CREATE TABLE expenses_db.by_hand (id INT PRIMARY KEY)");

            assertThat(former.ask("SELECT @@global.gtid_domain_id"))
                    .isEqualTo(Long.toString(
                            MySqlServerConfig.STRAY_DOMAIN + former.address().number()));
            assertThat(down.executed().wasWrittenAsPrimary(former.address())).isFalse();
        }
    }

    private static String stopApplier(TestServer server) {
        return server.isMariaDb() ? "STOP SLAVE SQL_THREAD" : "STOP REPLICA SQL_THREAD";
    }

    private static void stopReceiver(TestServer server) throws Exception {
        server.administer(server.isMariaDb() ? "STOP SLAVE IO_THREAD" : "STOP REPLICA IO_THREAD");
    }

    /** Asks until it is there; the server has no wait for what is received and not applied. */
    private static void awaitReceived(ReplicationLink link, GtidSet wanted) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (link.isDrained()) {
            assertThat(System.nanoTime())
                    .as("%s was not received: %s", wanted, link.status())
                    .isLessThan(deadline);
        }
    }
}
