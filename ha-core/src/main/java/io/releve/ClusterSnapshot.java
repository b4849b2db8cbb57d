package io.releve;

import io.releve.controller.StateAssembler;
import io.releve.coordination.View;
import io.releve.coordination.zookeeper.ZooKeeperCoordinator;
import io.releve.coordination.zookeeper.ZooKeeperSettings;
import io.releve.model.ClusterConfig;
import io.releve.node.Sight;
import io.releve.state.ClusterState;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A cluster as it is at one moment, read from outside, without joining it.
 *
 * @param config what is declared
 * @param state what is observed
 * @param at when it was read
 */
public record ClusterSnapshot(ClusterConfig config, ClusterState state, Instant at) {

    /**
     * Reads it.
     *
     * @param zooKeeper ZooKeeper's servers: {@code host:port} and more, separated by commas
     * @param cluster the cluster's name
     * @param limit how long to wait for an answer
     * @throws ClusterReadException if ZooKeeper does not answer in time, refuses, or knows no cluster of this name
     * @throws IllegalArgumentException if the address or the name cannot be right; it names every mistake
     */
    public static ClusterSnapshot read(String zooKeeper, String cluster, Duration limit) {
        ZooKeeperSettings settings =
                ZooKeeperSettings.builder(zooKeeper, cluster).build();
        CompletableFuture<View> first = new CompletableFuture<>();
        try (ZooKeeperCoordinator coordinator = new ZooKeeperCoordinator(settings)) {
            coordinator
                    .start(view -> {
                        if (view.connection() == View.Connection.CONNECTED) {
                            first.complete(view);
                        }
                    })
                    .exceptionally(refused -> {
                        first.completeExceptionally(refused);
                        return null;
                    });
            return of(first.get(limit.toMillis(), TimeUnit.MILLISECONDS), settings);
        } catch (TimeoutException late) {
            throw new ClusterReadException(
                    settings + " does not answer within " + limit.toMillis() + " ms; check the address", late);
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            throw new ClusterReadException(String.valueOf(cause.getMessage()), cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClusterReadException("reading " + settings + " was interrupted", interrupted);
        }
    }

    private static ClusterSnapshot of(View view, ZooKeeperSettings settings) {
        Sight sight = new Sight();
        sight.see(view);
        ClusterConfig config = sight.config()
                .orElseThrow(() -> new ClusterReadException("there is no cluster at " + settings
                        + ": no node has written its configuration there; check the cluster's name"));
        return new ClusterSnapshot(config, StateAssembler.assemble(config, sight), Instant.now());
    }
}
