package io.releve.mysql.testing;

import io.releve.agent.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A lease that a test renews, once or all the time. */
public final class TestLease implements Lease, AutoCloseable {

    private final Duration length;
    private final List<Runnable> subscribers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "test-lease");
        thread.setDaemon(true);
        return thread;
    });
    private volatile long end;

    public TestLease(Duration length) {
        this.length = length;
        this.end = System.nanoTime() + length.toNanos();
    }

    @Override
    public Duration length() {
        return length;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** When the lease ends. */
    public long end() {
        return end;
    }

    @Override
    public Registration onRenewal(Runnable action) {
        subscribers.add(action);
        return () -> subscribers.remove(action);
    }

    public void renew() {
        end = System.nanoTime() + length.toNanos();
        subscribers.forEach(Runnable::run);
    }

    /** Renews three times in its length, as a node does. */
    public TestLease keep() {
        long period = length.toNanos() / 3;
        var unused = loop.scheduleAtFixedRate(this::renew, 0, period, TimeUnit.NANOSECONDS);
        return this;
    }

    /** No renewal any more. */
    @Override
    public void close() {
        loop.shutdownNow();
    }

    @Override
    public void requestRenewal() {
        loop.execute(this::renew);
    }
}
