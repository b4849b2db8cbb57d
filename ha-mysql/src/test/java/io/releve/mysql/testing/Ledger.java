package io.releve.mysql.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writers with a book of what was acknowledged: at most 200 unique rows a second. */
public final class Ledger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int WRITERS = 4;

    /** Between two writes of all together. */
    private static final long PAUSE_MILLIS = 5;

    private final DataSource dataSource;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<String> errors = java.util.Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Semaphore rate = new Semaphore(0);
    private final Semaphore progress = new Semaphore(0);
    private final ReadWriteLock underWay = new ReentrantReadWriteLock(true);
    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean go = true;

    private Ledger(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Makes the table and begins to write. */
    public static Ledger begin(DataSource dataSource) throws SQLException {
        return begin(dataSource, PAUSE_MILLIS);
    }

    /**
     * The same.
     *
     * @param pauseMillis between two writes of all together
     */
    public static Ledger begin(DataSource dataSource, long pauseMillis) throws SQLException {
        Ledger ledger = new Ledger(dataSource);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS ledger (id VARCHAR(40) PRIMARY KEY)");
        }
        var unused = ledger.clock.scheduleAtFixedRate(ledger.rate::release, 0, pauseMillis, TimeUnit.MILLISECONDS);
        for (int i = 0; i < WRITERS; i++) {
            ledger.running.add(ledger.writers.submit(ledger::write));
        }
        return ledger;
    }

    private void write() {
        // A row that was not acknowledged is not written again: whether it is there nobody knows.
        while (go) {
            String id = Integer.toString(numbers.incrementAndGet());
            rate.acquireUninterruptibly();
            underWay.readLock().lock();
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger VALUES (?)")) {
                insert.setString(1, id);
                insert.executeUpdate();
                acknowledged.add(id);
                long now = System.nanoTime();
                long before = last.getAndSet(now);
                longestGap.accumulateAndGet(before == 0 ? 0 : now - before, Math::max);
                progress.release();
            } catch (SQLException e) {
                errors.add(id + ": " + e);
                LOG.info("{}: {}", id, e.toString());
            } finally {
                underWay.readLock().unlock();
            }
        }
    }

    /** Does something between two writes: nothing is on its way meanwhile that nobody has acknowledged. */
    public void betweenWrites(Runnable action) {
        underWay.writeLock().lock();
        try {
            action.run();
        } finally {
            underWay.writeLock().unlock();
        }
    }

    /** Waits for so many more acknowledgements. */
    public void await(int more) throws InterruptedException {
        progress.drainPermits();
        if (!progress.tryAcquire(more, 60, TimeUnit.SECONDS)) {
            throw new AssertionError("not " + more + " more acknowledgements within 60 s; errors: " + errors);
        }
    }

    public Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** The longest time without an acknowledgement since this was last asked, in milliseconds. */
    public long longestGapMillis() {
        return longestGap.getAndSet(0) / 1_000_000;
    }

    /** Ends writing, and waits for what is under way. */
    public Ledger end() throws Exception {
        go = false;
        rate.release(WRITERS);
        for (Future<?> future : running) {
            future.get(60, TimeUnit.SECONDS);
        }
        return this;
    }

    @Override
    public void close() {
        go = false;
        clock.shutdownNow();
        writers.shutdownNow();
    }
}
