package io.releve.coordination.zookeeper;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/** Curator's client, set up as the coordinator needs it. */
final class CuratorClient {

    private static final int CLOSE_MILLIS = 2_000;
    /** A server that is switched off does not refuse a connection: it must be given up soon. */
    private static final int LEAST_ATTEMPTS_PER_SESSION = 8;

    private static final int LONGEST_ATTEMPT_MILLIS = 500;

    /** Only the latch's own requests are ever tried again. */
    private static final int LATCH_RETRY_MILLIS = 200;

    private CuratorClient() {}

    static CuratorFramework of(ZooKeeperSettings settings, Predicate<InetSocketAddress> isLocal) {
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(settings.connectString())
                .zookeeperFactory((servers, timeout, watcher, readOnly) -> new ZooKeeper(
                        servers,
                        timeout,
                        watcher,
                        readOnly,
                        new ServerList(servers, isLocal, attemptsPerSession(timeout))))
                // Otherwise the servers' own idea of their addresses replaces what the user has said.
                .ensembleTracker(false)
                .sessionTimeoutMs((int) settings.sessionTimeout().toMillis())
                .connectionTimeoutMs((int) settings.connectionTimeout().toMillis())
                .maxCloseWaitMs(CLOSE_MILLIS)
                .waitForShutdownTimeoutMs(CLOSE_MILLIS)
                .dontUseContainerParents()
                .retryPolicy(new RetryForever(LATCH_RETRY_MILLIS))
                .aclProvider(new OneForAll(acl(settings)));
        settings.credentials().ifPresent(credentials -> builder.authorization("digest", digest(credentials)));
        return builder.build();
    }

    private static int attemptsPerSession(int timeoutMillis) {
        return Math.max(LEAST_ATTEMPTS_PER_SESSION, timeoutMillis / LONGEST_ATTEMPT_MILLIS);
    }

    static List<ACL> acl(ZooKeeperSettings settings) {
        return settings.credentials().isPresent() ? ZooDefs.Ids.CREATOR_ALL_ACL : ZooDefs.Ids.OPEN_ACL_UNSAFE;
    }

    private static byte[] digest(ZooKeeperSettings.Credentials credentials) {
        char[] password = credentials.password().get();
        char[] both = Arrays.copyOf(
                (credentials.user() + ":").toCharArray(), credentials.user().length() + 1 + password.length);
        System.arraycopy(password, 0, both, credentials.user().length() + 1, password.length);
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(both));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(both, ' ');
        return bytes;
    }

    private record OneForAll(List<ACL> acl) implements ACLProvider {
        @Override
        public List<ACL> getDefaultAcl() {
            return acl;
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return acl;
        }
    }
}
