package io.releve.mysql.datasource;

import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;

/**
 * A {@link FailoverDataSource} in Micrometer's terms. Needs {@code io.micrometer:micrometer-core} on the class path, which does
 * not come with Relève; nothing else does.
 *
 * <pre>{@code
 * new FailoverMetrics(dataSource).bindTo(registry);
 * }</pre>
 *
 * <table>
 * <caption>Meters, all with the tag {@code resource}</caption>
 * <tr><td>{@code releve.datasource.switches}</td><td>counter: how often another server, or another epoch, was lent from</td></tr>
 * <tr><td>{@code releve.datasource.outage}</td><td>timer, with a histogram from 50 ms to 1 min: for how long nothing could be lent
 *     before that, counted from the first lost connection, or from the cluster's word that the former place is no longer the
 *     right one</td></tr>
 * <tr><td>{@code releve.datasource.waiting}</td><td>gauge: threads that wait for the active node now</td></tr>
 * <tr><td>{@code releve.datasource.replicas}</td><td>gauge: replicas that may be read from now; only with readers</td></tr>
 * </table>
 *
 * <p>And HikariCP's own, {@code hikaricp.connections} and so on, for each pool; the tag {@code pool} names the resource, the node
 * and the epoch, or the node and {@code readers}. They go with their pool. Pools that were given a tracker or a registry by
 * {@link FailoverDataSourceBuilder#pool} keep it; only the first registry that this is bound to has them.
 *
 * <p>Thread-safe.
 */
public final class FailoverMetrics implements MeterBinder {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1)
    };

    private final FailoverDataSource dataSource;

    /** The metrics of a DataSource; nothing is measured before they are bound. */
    public FailoverMetrics(FailoverDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Registers the meters. Once for each registry. */
    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("resource", dataSource.resource());
        Succession succession = dataSource.succession();
        FunctionCounter.builder("releve.datasource.switches", succession, Succession::switches)
                .description("How often another server, or another epoch, was lent from")
                .tags(tags)
                .register(registry);
        Gauge.builder("releve.datasource.waiting", succession, Succession::waiting)
                .description("Threads that wait for the active node")
                .tags(tags)
                .register(registry);
        dataSource
                .readersIfAny()
                .ifPresent(readers -> Gauge.builder("releve.datasource.replicas", readers, Readers::readable)
                        .description("Replicas that may be read from")
                        .tags(tags)
                        .register(registry));
        Timer outage = Timer.builder("releve.datasource.outage")
                .description("For how long nothing could be lent before a switch")
                .serviceLevelObjectives(BUCKETS)
                .tags(tags)
                .register(registry);
        succession.onOpened((generation, lasted) -> {
            if (!lasted.isZero()) {
                outage.record(lasted);
            }
        });
        dataSource.pools().measureWith(new MicrometerMetricsTrackerFactory(registry));
    }
}
