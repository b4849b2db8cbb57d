package io.releve.mysql.datasource;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.datasource.Freshness.Measured;
import io.releve.mysql.datasource.Freshness.Sample;
import io.releve.mysql.datasource.Freshness.Unfit;
import io.releve.mysql.datasource.VerifiedConnections.Purpose;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.replication.GtidSet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Read-only connections to one server, and how up to date it is. Whether the server is a replica or the primary does not
 * matter to the connections: their sessions write to neither.
 *
 * <p>Thread-safe.
 */
final class ReaderPool {

    private static final Logger LOG = LoggerFactory.getLogger(ReaderPool.class);

    private final String resource;
    private final MySqlServer server;
    private final ServerPool pool;
    private final ServerProbe probe;
    private final Duration maxLag;
    private final AtomicBoolean comparing = new AtomicBoolean();

    private volatile Freshness freshness = new Unfit("has not been compared with the primary yet");

    /** The last write of each sequence that is known to be here. */
    private final Map<String, Long> arrived = new ConcurrentHashMap<>();

    private volatile @Nullable Dialect dialect;

    private volatile boolean stopped;

    /** What it had executed when it was last asked; of the thread that compares. */
    private @Nullable GtidSet seen;

    /** After it had answered. */
    private long seenAt;

    /** Whether it could be read from when it was last compared; of the same thread. */
    private boolean readable;

    ReaderPool(DataSourceSettings settings, Pools pools, MySqlServer server, Duration maxLag) {
        this.resource = settings.resource();
        this.server = server;
        this.maxLag = maxLag;
        this.pool = pools.open(
                server.node() + "-readers",
                new VerifiedConnections(
                        server,
                        settings.login(server),
                        Verdicts.ofReader(server.toString(), this::evict),
                        Purpose.READS));
        this.probe = new ServerProbe(settings, server, Purpose.READS, maxLag);
    }

    MySqlServer server() {
        return server;
    }

    ServerPool pool() {
        return pool;
    }

    Freshness freshness() {
        return freshness;
    }

    /**
     * Lends a connection.
     *
     * @throws SQLException if there is none within a quarter of a second
     */
    Connection borrow() throws SQLException {
        return pool.borrow();
    }

    /**
     * Lends a connection when the server has a write.
     *
     * @param limit how long the server may take
     * @return empty if it took longer
     * @throws SQLException if there is none within a quarter of a second, or the server does not answer
     */
    Optional<Connection> borrow(WriteToken write, Duration limit) throws SQLException {
        boolean known = has(write);
        if (!known && limit.isZero()) {
            return Optional.empty();
        }
        Connection connection = pool.borrow();
        try {
            if (known || arrives(connection, write, limit)) {
                return Optional.of(connection);
            }
        } catch (SQLException | RuntimeException e) {
            closeAfter(e, connection);
            throw e;
        }
        connection.close();
        return Optional.empty();
    }

    private boolean has(WriteToken write) {
        Long newest = arrived.get(write.sequence());
        return newest != null && newest >= write.number();
    }

    private boolean arrives(Connection connection, WriteToken write, Duration limit) throws SQLException {
        Dialect spoken = dialect;
        if (spoken == null) {
            spoken = Dialect.of(connection);
            dialect = spoken;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(spoken.waitFor(spoken.parseGtids(write.gtid()), limit))) {
            if (!row.next() || !"0".equals(row.getString(1))) {
                return false;
            }
        } catch (IllegalArgumentException foreign) {
            throw new SQLException(
                    "server " + server + " does not know ids such as " + write.gtid() + ": " + foreign.getMessage(),
                    "22023",
                    foreign);
        }
        arrived.merge(write.sequence(), write.number(), Math::max);
        return true;
    }

    private static void closeAfter(Exception failure, Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** What came of a comparison. */
    enum Comparison {
        /** Nothing that anybody waits for. */
        NO_NEWS,
        /** The server may be read from now, and could not before. */
        FITS_NOW,
        /** The server was asked for the first time: a newer sample can judge it. */
        BEGUN
    }

    /**
     * Compares the server with what the primary had; returns at once, having done nothing, if another comparison still waits.
     * Blocks for the longest lag at most, or until a time-out.
     */
    Comparison compare(Sample sample) {
        if (!comparing.compareAndSet(false, true)) {
            return Comparison.NO_NEWS;
        }
        try {
            if (seen == null) {
                look();
                return Comparison.BEGUN;
            }
            return see(measure(sample, seen));
        } catch (SQLException e) {
            if (stopped) {
                return Comparison.NO_NEWS;
            }
            seen = null;
            evict();
            return see(new Unfit("does not answer: " + e.getMessage()));
        } finally {
            comparing.set(false);
        }
    }

    private GtidSet look() throws SQLException {
        GtidSet now = probe.executed();
        seen = now;
        seenAt = System.nanoTime();
        return now;
    }

    private Freshness measure(Sample sample, GtidSet before) throws SQLException {
        if (sample.takenAt() - seenAt < 0) {
            // What it got after the sample was taken, the sample cannot judge.
            return freshness;
        }
        GtidSet now = look();
        GtidSet errant = sample.errantAmong(before);
        if (!errant.isEmpty()) {
            return new Unfit("has transactions that the primary lacks: " + errant);
        }
        if (!probe.await(sample.executed().minus(now), maxLag)) {
            return freshness;
        }
        return new Measured(sample.takenAt(), Duration.ofNanos(System.nanoTime() - sample.takenAt()));
    }

    private Comparison see(Freshness next) {
        Freshness before = freshness;
        freshness = next;
        long now = System.nanoTime();
        boolean fits = next.isWithin(maxLag, now);
        if (fits && !readable) {
            LOG.info("{}: replica {} is read from", resource, server);
        } else if (!fits && (readable || !next.equals(before))) {
            LOG.info("{}: replica {} is not read from: it {}", resource, server, next.describe(now));
        }
        readable = fits;
        return fits && !before.isWithin(maxLag, now) ? Comparison.FITS_NOW : Comparison.NO_NEWS;
    }

    /** Its connections are of no use any more, or soon will not be; and a server that crashed may have less than before. */
    private void evict() {
        arrived.clear();
        pool.evict();
    }

    /** Ends the probe; the pool is ended by who retires it. */
    void stopComparing() {
        stopped = true;
        probe.close();
    }

    @Override
    public String toString() {
        return "replica " + server;
    }
}
