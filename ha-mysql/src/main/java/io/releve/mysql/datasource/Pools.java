package io.releve.mysql.datasource;

import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens a DataSource's pools, and has those that are open measured, also if that is asked for later. Thread-safe. */
final class Pools {

    private final DataSourceSettings settings;
    private final Set<ServerPool> open = new HashSet<>();
    private @Nullable MetricsTrackerFactory metrics;

    Pools(DataSourceSettings settings) {
        this.settings = settings;
    }

    /**
     * A pool that has no connection yet.
     *
     * @param name what it is of: unique in this DataSource
     */
    synchronized ServerPool open(String name, VerifiedConnections connections) {
        ServerPool pool = new ServerPool(settings, name, connections, this::ended);
        open.add(pool);
        if (metrics != null) {
            pool.measureWith(metrics);
        }
        return pool;
    }

    private synchronized void ended(ServerPool pool) {
        open.remove(pool);
    }

    /** Has all pools measured from now on, except those that the application has measured by itself. */
    synchronized void measureWith(MetricsTrackerFactory factory) {
        metrics = factory;
        open.forEach(pool -> pool.measureWith(factory));
    }
}
