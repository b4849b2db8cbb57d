package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends pools that nothing is lent from any more: at once if the server is gone, else when the borrowers have had time to
 * finish. Thread-safe.
 */
final class Retirement {

    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private static final Duration PROBE_LIMIT = Duration.ofMillis(100);

    private final DataSourceSettings settings;
    private final ScheduledExecutorService executor;

    /** Pools that may still have connections in use. */
    private final Set<ServerPool> retired = ConcurrentHashMap.newKeySet();

    /** Retires on an executor whose shutdown comes before {@link #abortAll()}. */
    Retirement(DataSourceSettings settings, ScheduledExecutorService executor) {
        this.settings = settings;
        this.executor = executor;
    }

    /**
     * Begins.
     *
     * @param what the pool's name for people
     */
    void begin(ServerPool pool, MySqlServer server, String what) {
        retired.add(pool);
        try {
            executor.execute(() -> retire(pool, server, what));
        } catch (RejectedExecutionException closed) {
            abort(pool);
        }
    }

    private void retire(ServerPool pool, MySqlServer server, String what) {
        pool.retire();
        try (Connection probe =
                settings.login(server).within(PROBE_LIMIT, PROBE_LIMIT).connect()) {
            if (probe.isValid(1)) {
                var unused = executor.schedule(
                        () -> abort(pool), settings.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
                return;
            }
        } catch (SQLException gone) {
            LOG.info("{} is gone; connections to it are aborted: {}", what, gone.getMessage());
        } catch (RejectedExecutionException closed) {
            LOG.debug("{} is aborted, because the DataSource is closed", what);
        }
        abort(pool);
    }

    private void abort(ServerPool pool) {
        pool.abort();
        retired.remove(pool);
    }

    /** Ends all of them now. */
    void abortAll() {
        retired.forEach(ServerPool::abort);
    }
}
