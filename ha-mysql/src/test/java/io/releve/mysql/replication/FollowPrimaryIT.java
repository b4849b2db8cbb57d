package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A former primary is made to follow another one. */
class FollowPrimaryIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    /** As readers do that want to see what they have just written; on the former primary it will not come before it follows. */
    @Test
    void shouldNotBeHeldUpByWhoeverWaitsForATransaction() throws Exception {
        try (TestServer source = TestServer.start(directory.resolve("source"));
                TestServer former = TestServer.start(directory.resolve("former"));
                Connection here = former.administer();
                Connection reader = former.administer()) {
            assumeTrue(former.isMariaDb(), "MySQL's waits hold nothing up");
            former.administer("CREATE DATABASE own");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> await(reader));
            awaitWaiting(here);

            long begun = System.nanoTime();
            new ReplicationLink(here).followPrimary(source.address(), "replica", "secret", Tls.off());

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_ONCE);
            assertThatThrownBy(waiting::join).hasMessageContaining("interrupted");
            assertThat(reader.isValid(1)).isTrue();
        }
    }

    private static void await(Connection reader) {
        try {
            ReplicationLink.await(reader, Dialect.of(reader).parseGtids("9-9-9"), LONG);
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private static void awaitWaiting(Connection here) throws SQLException {
        long end = System.nanoTime() + LONG.toNanos();
        while (new ServerSessions(here)
                .others().stream().noneMatch(session -> session.state().contains("GTID_WAIT"))) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
