package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.datasource.Freshness.Sample;
import io.releve.mysql.datasource.VerifiedConnections.Purpose;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures how far replicas are behind: asks the primary every so often what it has executed, and has each replica wait for
 * that. So the bound holds by what the servers have, not by their clocks, and a replica that nobody could compare falls out of
 * it by itself.
 *
 * <p>There is no event that tells of a replica's progress; a server's own wait is as near to one as it gets.
 */
final class LagWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LagWatch.class);

    private static final int LOOKS_WITHIN_THE_LAG = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final DataSourceSettings settings;
    private final Duration maxLag;
    private final Succession succession;
    private final Supplier<List<ReaderPool>> replicas;
    private final Runnable oneFits;
    private final ScheduledExecutorService executor;

    private volatile @Nullable MySqlServer asked;
    private volatile @Nullable ServerProbe primary;
    private volatile boolean closed;

    /**
     * Watches when told to.
     *
     * @param replicas who is to be compared
     * @param oneFits called when a replica may be read from that could not before
     */
    LagWatch(
            DataSourceSettings settings,
            Duration maxLag,
            Succession succession,
            Supplier<List<ReaderPool>> replicas,
            Runnable oneFits,
            ScheduledExecutorService executor) {
        this.settings = settings;
        this.maxLag = maxLag;
        this.succession = succession;
        this.replicas = replicas;
        this.oneFits = oneFits;
        this.executor = executor;
    }

    void start() {
        Duration quarter = maxLag.dividedBy(LOOKS_WITHIN_THE_LAG);
        Duration pause = quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE;
        // Failures are handled by each round.
        var unused = executor.scheduleWithFixedDelay(this::look, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks now as well: something has changed. */
    void lookNow() {
        Generation generation = succession.current();
        ServerProbe probe = primary;
        if (probe != null && generation != null && !generation.server().equals(asked)) {
            // Nobody need wait for the former primary's answer.
            probe.close();
        }
        try {
            executor.execute(this::look);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is closed", settings.resource());
        }
    }

    private synchronized void look() {
        Generation generation = succession.current();
        if (generation == null || closed) {
            return;
        }
        try {
            Sample sample = probe(generation.server()).sample();
            if (generation != succession.current()) {
                return;
            }
            for (ReaderPool replica : replicas.get()) {
                if (!replica.server().equals(generation.server())) {
                    executor.execute(() -> compare(replica, sample));
                }
            }
        } catch (SQLException e) {
            LOG.debug("{}: {} does not say what it has executed: {}", settings.resource(), generation, e.getMessage());
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is closed", settings.resource());
        } catch (RuntimeException e) {
            LOG.error("{}: measuring how far replicas are behind failed; it goes on", settings.resource(), e);
        }
    }

    private void compare(ReaderPool replica, Sample sample) {
        switch (replica.compare(sample)) {
            case FITS_NOW -> oneFits.run();
            case BEGUN -> lookNow();
            case NO_NEWS -> {
                // Whoever waits goes on waiting.
            }
        }
    }

    private ServerProbe probe(MySqlServer server) {
        ServerProbe probe = primary;
        if (probe == null || !server.equals(asked)) {
            if (probe != null) {
                probe.close();
            }
            probe = new ServerProbe(settings, server, Purpose.WRITES, Duration.ZERO);
            primary = probe;
            asked = server;
        }
        return probe;
    }

    /** Ends it; the executor is the caller's. */
    @Override
    public void close() {
        closed = true;
        ServerProbe probe = primary;
        if (probe != null) {
            probe.close();
        }
    }
}
