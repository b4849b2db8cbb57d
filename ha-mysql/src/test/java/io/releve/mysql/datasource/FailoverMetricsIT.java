package io.releve.mysql.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.releve.mysql.config.Tls;
import io.releve.mysql.testing.FakeActiveNodes;
import io.releve.mysql.testing.TestRing;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Micrometer is told while the active node changes, on two real servers. */
@Timeout(60)
class FailoverMetricsIT {

    @TempDir
    static Path directory;

    private static TestRing ring;

    private final FakeActiveNodes cluster = new FakeActiveNodes();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void startServers() {
        ring = new TestRing(directory, 2).start();
    }

    @AfterAll
    static void stopServers() {
        ring.close();
    }

    private FailoverDataSource build() {
        return FailoverDataSource.builder()
                .cluster(cluster)
                .follow("mysql")
                .servers(ring.servers())
                .user("expenses")
                .password("app"::toCharArray)
                .tls(Tls.off())
                .drainTimeout(Duration.ZERO)
                .build();
    }

    private double gauge(String name) {
        return registry.get(name).tag("resource", "mysql").gauge().value();
    }

    private static void borrow(FailoverDataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> measuredPools() {
        return registry.find("hikaricp.connections").gauges().stream()
                .map(gauge -> gauge.getId().getTag("pool"))
                .sorted()
                .toList();
    }

    @Test
    void shouldCountSwitchesAndWaitersAndMeasureTheOutage() throws Exception {
        cluster.say("serv1", 1);
        try (FailoverDataSource dataSource = build()) {
            borrow(dataSource);
            new FailoverMetrics(dataSource).bindTo(registry);
            assertThat(measuredPools()).containsExactly("releve-mysql-serv1-1");
            assertThat(registry.get("releve.datasource.switches")
                            .functionCounter()
                            .count())
                    .isZero();
            assertThat(gauge("releve.datasource.waiting")).isZero();

            cluster.sayNowhere();
            CompletableFuture<Void> waiter = CompletableFuture.runAsync(() -> borrow(dataSource));
            while (gauge("releve.datasource.waiting") < 1) {
                // No event tells that a thread waits.
                Thread.onSpinWait();
            }
            cluster.say("serv2", 2);
            waiter.get(20, TimeUnit.SECONDS);

            assertThat(gauge("releve.datasource.waiting")).isZero();
            assertThat(registry.get("releve.datasource.switches")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            CompletableFuture<Long> recorded = CompletableFuture.supplyAsync(() -> {
                while (registry.get("releve.datasource.outage").timer().count() < 1) {
                    // It is recorded after the waiters have been let go on.
                    Thread.onSpinWait();
                }
                return registry.get("releve.datasource.outage").timer().count();
            });
            assertThat(recorded.get(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(registry.get("releve.datasource.outage").timer().max(TimeUnit.SECONDS))
                    .isBetween(0.0, 20.0)
                    .isPositive();
            while (measuredPools().contains("releve-mysql-serv1-1")) {
                // The former pool's end is nobody's event either.
                Thread.onSpinWait();
            }
            assertThat(measuredPools()).containsExactly("releve-mysql-serv2-2");
        }
        assertThat(measuredPools()).as("they go with their pools").isEmpty();
    }

    @Test
    void shouldHaveNoMeterOfReplicasWithoutReaders() {
        try (FailoverDataSource dataSource = build()) {
            new FailoverMetrics(dataSource).bindTo(registry);

            assertThat(registry.find("releve.datasource.replicas").gauge()).isNull();
        }
    }
}
