package io.releve.coordination.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.server.DataNode;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A ZooKeeper server in this JVM, for unit tests: its sessions can be ended from inside. */
final class LocalZooKeeper implements AutoCloseable {

    static final int TICK_MILLIS = 500;

    private final Path directory;
    private final ZooKeeperServer server;
    private final ServerCnxnFactory connections;

    LocalZooKeeper() {
        try {
            directory = Files.createTempDirectory("releve-zookeeper");
            server = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK_MILLIS);
            connections =
                    ServerCnxnFactory.createFactory(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
            connections.startup(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return connections.getLocalPort();
    }

    /** Ends the session that owns an ephemeral node, if that node is there. */
    void expireOwner(String path) {
        DataNode node = server.getZKDatabase().getNode(path);
        if (node != null) {
            server.closeSession(node.stat.getEphemeralOwner());
        }
    }

    /** How many requests have come so far. */
    long requests() {
        return server.serverStats().getPacketsReceived();
    }

    /** Replaces a node's data behind everybody's back. */
    void write(String path, String text) {
        try {
            server.getZKDatabase()
                    .getDataTree()
                    .setData(
                            path,
                            text.getBytes(StandardCharsets.UTF_8),
                            1,
                            server.getZKDatabase().getDataTreeLastProcessedZxid() + 1,
                            0);
        } catch (KeeperException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets nobody create anything under a path any more. */
    void closeToAll(String path) {
        try {
            server.getZKDatabase().getDataTree().setACL(path, ZooDefs.Ids.READ_ACL_UNSAFE, -1);
        } catch (KeeperException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        connections.shutdown();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
