package io.releve.lab.bench;

import io.releve.HaCluster;
import io.releve.examples.lab.BundledMariaDb;
import io.releve.examples.lab.DatabaseBinaries;
import io.releve.examples.lab.Ending;
import io.releve.examples.lab.FileTree;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.Secrets;
import io.releve.examples.lab.ZooKeeperProcess;
import io.releve.model.Operation;
import io.releve.model.Primitive;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.MySqlAgent;
import io.releve.mysql.server.MySqlAgentBuilder;
import io.releve.status.ActiveNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A database server as a resource of a cluster of one node, with a ZooKeeper server: all real, and all on this machine. Ends with
 * the {@link Ending} that it was given.
 */
final class TrialDatabase {

    private static final String AGENT = "mysql";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private TrialDatabase() {}

    /**
     * Starts all of it, and waits until the server is active.
     *
     * @param cache where a server may be unpacked
     * @throws LabException if there is no server, or it does not start in time
     */
    static TrialAddress start(Path cache, Ending ending) throws IOException, InterruptedException {
        DatabaseBinaries binaries = new BundledMariaDb(cache).find();
        Path directory = Files.createTempDirectory("releve-bench-");
        ending.push(() -> FileTree.delete(directory));
        Secrets secrets = Secrets.create(directory.resolve("secrets"));
        ZooKeeperProcess zooKeeper =
                ZooKeeperProcess.start(directory.resolve("zookeeper"), TrialAddress.HOST, freePorts()[0]);
        ending.push(zooKeeper);
        int[] ports = freePorts();
        String password = new String(secrets.password(Secrets.APPLICATION).get());
        TrialAddress address = new TrialAddress(zooKeeper.address(), ports[0], ports[1], password);
        HaCluster cluster = cluster(address, directory, binaries, secrets);
        ending.push(cluster);
        cluster.start();
        awaitActive(cluster);
        return address;
    }

    private static HaCluster cluster(TrialAddress address, Path directory, DatabaseBinaries binaries, Secrets secrets) {
        MySqlAgentBuilder agent = MySqlAgent.builder()
                .servers(address.servers())
                .directory(directory.resolve(TrialAddress.NODE))
                .server(binaries.daemon())
                .initialize(true)
                .tls(Tls.off())
                .administrator("releve", secrets.password(Secrets.ADMINISTRATOR))
                .replication("replicator", secrets.password(Secrets.REPLICATION))
                .application(TrialAddress.SCHEMA, TrialAddress.USER, secrets.password(Secrets.APPLICATION))
                .setting("innodb_buffer_pool_size", "64M");
        binaries.baseDirectory().ifPresent(agent::installation);
        return HaCluster.builder()
                .name(TrialAddress.CLUSTER)
                .node(TrialAddress.NODE)
                .nodes(TrialAddress.NODE)
                .zooKeeper(address.zooKeeper())
                .agent(AGENT, agent.build())
                .resource(Primitive.of(TrialAddress.RESOURCE, AGENT)
                        .operation(Operation.of("start").timeout(Duration.ofMinutes(1)))
                        .monitor(Duration.ofSeconds(10)))
                .build();
    }

    private static void awaitActive(HaCluster cluster) throws InterruptedException {
        CompletableFuture<ActiveNode> active = new CompletableFuture<>();
        try (AutoCloseable following =
                cluster.follow(TrialAddress.RESOURCE, place -> place.ifPresent(active::complete))) {
            Objects.requireNonNull(following);
            active.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new LabException(
                    "the database server is not active after " + PATIENCE.toSeconds() + " s:\n" + cluster.status(), e);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new LabException("the database server cannot be waited for: " + e.getMessage(), e);
        }
    }

    private static int[] freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }
}
