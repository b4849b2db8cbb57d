package io.releve.vip;

import io.releve.agent.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A lease that lasts from the last renewal on; renewed and ended by the test. */
final class TestLease implements Lease {

    private final Duration length;
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();
    private volatile long end;
    private volatile boolean renewWhenAsked;

    TestLease(Duration length) {
        this.length = length;
        this.end = System.nanoTime() + length.toNanos();
    }

    void renew() {
        end = System.nanoTime() + length.toNanos();
        actions.forEach(Runnable::run);
    }

    void end() {
        end = System.nanoTime();
        actions.forEach(Runnable::run);
    }

    /** As a JVM sees it that was frozen: the time is over, and nobody has been told. */
    void endUnnoticed() {
        end = System.nanoTime();
    }

    /** Most of it is over; the renewal comes when somebody asks for it. */
    void runLowUntilAsked(Duration left) {
        end = System.nanoTime() + left.toNanos();
        renewWhenAsked = true;
    }

    @Override
    public Duration length() {
        return length;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    @Override
    public Registration onRenewal(Runnable action) {
        actions.add(action);
        return () -> actions.remove(action);
    }

    @Override
    public void requestRenewal() {
        if (renewWhenAsked) {
            renewWhenAsked = false;
            CompletableFuture<Void> unused = CompletableFuture.runAsync(this::renew);
        }
    }
}
