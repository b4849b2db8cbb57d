package io.releve.mysql.testing;

import io.releve.status.ActiveNode;
import io.releve.status.ActiveNodes;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells what a cluster tells, some time later: as to an application that is busy, or far away. */
public final class LateNews implements ActiveNodes, AutoCloseable {

    private final ActiveNodes cluster;
    private final Duration delay;
    private final ScheduledExecutorService executor = new ScheduledThreadPoolExecutor(1);

    public LateNews(ActiveNodes cluster, Duration delay) {
        this.cluster = cluster;
        this.delay = delay;
    }

    @Override
    public Optional<ActiveNode> find(String resourceId) {
        return cluster.find(resourceId);
    }

    @Override
    public AutoCloseable follow(String resourceId, Consumer<Optional<ActiveNode>> listener) {
        return cluster.follow(resourceId, news -> later(() -> listener.accept(news)));
    }

    @Override
    public AutoCloseable followUnpromoted(String resourceId, Consumer<Set<String>> listener) {
        return cluster.followUnpromoted(resourceId, news -> later(() -> listener.accept(news)));
    }

    private void later(Runnable tell) {
        var unused = executor.schedule(tell, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
