package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import io.releve.mysql.testing.TestRing;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writers that go on through a crash, a return and a planned move, with a ledger of what was acknowledged. */
class FailoverUnderLoadIT {

    private static final Logger LOG = LoggerFactory.getLogger(FailoverUnderLoadIT.class);
    private static final int WRITERS = 4;

    @TempDir
    Path directory;

    private final FakeActiveNodes cluster = new FakeActiveNodes();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastAcknowledgement = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();
    private volatile boolean go = true;

    /** One permit for each write; a clock gives 200 a second, so that the servers have room for replication. */
    private final Semaphore rate = new Semaphore(0);

    /** One permit for each acknowledgement, so that the test can wait for more of them. */
    private final Semaphore progress = new Semaphore(0);

    @ParameterizedTest
    @MethodSource("io.releve.mysql.datasource.DriverIT#drivers")
    void shouldLoseNoAcknowledgedRowThroughACrashAReturnAndAPlannedMove(JdbcDriver driver) throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            ring.member(1).execute("CREATE TABLE ledger (id VARCHAR(40) PRIMARY KEY)");
            ring.member(2).awaitAllOf(ring.member(1));
            cluster.say("serv1", 1);
            try (FailoverDataSource dataSource = FailoverDataSource.builder()
                    .cluster(cluster)
                    .follow("servIntralab")
                    .servers(ring.servers())
                    .database("expenses_db")
                    .user("expenses")
                    .password("app"::toCharArray)
                    .tls(Tls.off())
                    .driver(driver)
                    .build()) {
                ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
                var unused = clock.scheduleAtFixedRate(rate::release, 0, 5, TimeUnit.MILLISECONDS);
                try {
                    List<Future<?>> running = new ArrayList<>();
                    for (int i = 0; i < WRITERS; i++) {
                        int writer = i;
                        running.add(writers.submit(() -> write(dataSource, writer)));
                    }
                    awaitAcknowledgements(200);
                    ring.member(1).crash();
                    cluster.say("serv2", 2);
                    awaitAcknowledgements(200);
                    LOG.info("crash: longest gap between acknowledgements {} ms", longestGap.getAndSet(0) / 1_000_000);
                    ring.member(2).monitor();

                    assertThat(ring.member(1).start()).isEqualTo(Outcome.ok());
                    ring.member(1).awaitCaughtUp();
                    awaitAcknowledgements(100);
                    longestGap.set(0);
                    cluster.say("serv1", 3);
                    awaitAcknowledgements(200);
                    LOG.info("move: longest gap between acknowledgements {} ms", longestGap.get() / 1_000_000);
                    go = false;
                    for (Future<?> future : running) {
                        future.get(30, TimeUnit.SECONDS);
                    }
                } finally {
                    go = false;
                    writers.shutdownNow();
                    clock.shutdownNow();
                }
            }
            ring.member(1).awaitAllOf(ring.member(2));
            ring.member(2).awaitAllOf(ring.member(1));
            List<String> one = ring.member(1).query("SELECT id FROM ledger");
            List<String> two = ring.member(2).query("SELECT id FROM ledger");
            assertThat(one).containsAll(acknowledged).hasSizeGreaterThanOrEqualTo(700);
            assertThat(two).containsExactlyInAnyOrderElementsOf(one);
            assertThat(ring.member(1).monitor().isSuccess()).isTrue();
            assertThat(ring.member(2).monitor().isSuccess()).isTrue();
        }
    }

    private void write(FailoverDataSource dataSource, int writer) {
        // A row that was not acknowledged is not written again: whether it is there nobody knows.
        for (int i = 0; go; i++) {
            String id = writer + "-" + i;
            rate.acquireUninterruptibly();
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger VALUES (?)")) {
                insert.setString(1, id);
                insert.executeUpdate();
                acknowledged.add(id);
                long now = System.nanoTime();
                long before = lastAcknowledgement.getAndSet(now);
                longestGap.accumulateAndGet(before == 0 ? 0 : now - before, Math::max);
                progress.release();
            } catch (SQLException e) {
                LOG.debug("{}: {}", id, e.toString());
            }
        }
    }

    private void awaitAcknowledgements(int more) throws InterruptedException {
        progress.drainPermits();
        assertThat(progress.tryAcquire(more, 30, TimeUnit.SECONDS))
                .as("%d more acknowledgements within 30 s", more)
                .isTrue();
    }
}
