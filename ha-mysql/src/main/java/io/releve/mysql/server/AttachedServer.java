package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server whose process somebody else has started. A session that only waits sees its end at once: the operating system closes
 * it then.
 */
final class AttachedServer implements RunningServer, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AttachedServer.class);

    private static final Duration MOMENT = Duration.ofMillis(100);

    private final AttachedSupervisor supervisor;
    private final String life;
    private final Optional<Connection> watch;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private AttachedServer(AttachedSupervisor supervisor, String life, Optional<Connection> watch) {
        this.supervisor = supervisor;
        this.life = life;
        this.watch = watch;
    }

    /**
     * A server that is watched from here on.
     *
     * @param life which life of the server it is
     * @param watch a session of its own, without a limit; closed by {@link #close()}
     */
    static AttachedServer watched(AttachedSupervisor supervisor, String life, Connection watch) {
        AttachedServer server = new AttachedServer(supervisor, life, Optional.of(watch));
        Thread thread = new Thread(
                () -> server.watch(watch), "releve-watch-" + supervisor.server().node());
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** A server that is there and lets nobody watch it now: it is silent, or has no connection left. */
    static AttachedServer unwatched(AttachedSupervisor supervisor, String life) {
        return new AttachedServer(supervisor, life, Optional.empty());
    }

    private void watch(Connection session) {
        try (Statement statement = session.createStatement()) {
            // Ends earlier where statements have a time limit.
            while (!ended.isDone()) {
                statement.execute("DO SLEEP(3600)");
            }
        } catch (SQLException e) {
            LOG.debug("the watch of {} has ended: {}", supervisor.server(), e.getMessage());
        } finally {
            ended.complete(null);
        }
    }

    /** Which life of the server it is. */
    String life() {
        return life;
    }

    /** Whether it has surely not ended. */
    boolean isWatched() {
        return watch.isPresent() && !ended.isDone();
    }

    @Override
    public boolean isSameLife(RunningServer other) {
        return other instanceof AttachedServer server && server.life.equals(life);
    }

    @Override
    public CompletableFuture<?> onExit() {
        return ended;
    }

    /** Its other sessions may have noticed sooner. */
    @Override
    public boolean hasEnded() throws InterruptedException {
        return awaitExit(MOMENT);
    }

    /** Until its process is gone, or another one has taken its place. */
    @Override
    public boolean awaitExit(Duration limit) throws InterruptedException {
        try {
            ended.get(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for the end of " + supervisor.server() + " failed", e.getCause());
        }
        return !supervisor.isStill(life);
    }

    @Override
    public Outcome end(MySqlServer server, boolean atOnce, Duration limit) {
        return supervisor.leave(limit);
    }

    @Override
    public Outcome cutOff(MySqlServer server, Duration limit) {
        return supervisor.close(limit);
    }

    /** Watches no longer. */
    @Override
    public void close() {
        watch.ifPresent(session -> {
            try {
                session.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("ending the watch of {}: {}", supervisor.server(), e.getMessage());
            }
        });
    }

    @Override
    public String toString() {
        return "attached, " + life;
    }
}
