package io.releve.coordination.zookeeper;

import io.releve.coordination.Bench;
import io.releve.coordination.Peer;
import io.releve.coordination.View;
import io.releve.runtime.ThreadedEventLoop;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Renews a member's lease like a node does, only more often, and measures how old the lease grew: the time from the
 * sending of one renewal that was confirmed to the confirmation of the next.
 */
final class Renewer implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(50);

    private final Peer peer;
    private final ThreadedEventLoop loop;
    private final Bench bench;
    private final AtomicLong oldest = new AtomicLong();
    private final AtomicLong confirmed = new AtomicLong();

    private long lastSent;

    Renewer(Peer peer, Bench bench) {
        this.peer = peer;
        this.bench = bench;
        this.loop = ThreadedEventLoop.daemon("renewer-" + peer.name());
        this.lastSent = loop.nanoTime();
        loop.execute(this::renew);
    }

    private void renew() {
        long sent = loop.nanoTime();
        CompletionStage<Void> ignored = peer.coordinator().renew().whenComplete((done, failure) -> {
            long now = loop.nanoTime();
            loop.execute(() -> {
                if (failure == null) {
                    oldest.accumulateAndGet(now - lastSent, Math::max);
                    lastSent = sent;
                    confirmed.incrementAndGet();
                    bench.changed();
                }
                loop.schedule(PACE, this::renew);
            });
        });
    }

    /** Forgets what it has measured, and waits for three renewals. */
    void restart() {
        awaitRenewals(3);
        oldest.set(0);
    }

    void awaitRenewals(int more) {
        long until = confirmed.get() + more;
        bench.await(more + " more renewals of " + peer.name(), () -> confirmed.get() >= until);
    }

    /** The oldest that the lease grew. */
    Duration oldest() {
        return Duration.ofNanos(oldest.get());
    }

    boolean lostItsSession() {
        return peer.views().stream().anyMatch(view -> view.connection() == View.Connection.LOST);
    }

    @Override
    public String toString() {
        return peer.name();
    }

    @Override
    public void close() {
        loop.close();
    }
}
