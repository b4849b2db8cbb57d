package io.releve.coordination.zookeeper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.common.PathUtils;

/**
 * How to reach ZooKeeper, and where the cluster is in it. Immutable; made by {@link #builder}.
 */
public final class ZooKeeperSettings {

    private final String connectString;
    private final String root;
    private final Duration sessionTimeout;
    private final Duration connectionTimeout;
    private final int documentLimit;
    private final Optional<Credentials> credentials;

    private ZooKeeperSettings(Builder builder) {
        this.connectString = builder.connectString;
        this.root = builder.root + "/" + builder.cluster;
        this.sessionTimeout = builder.sessionTimeout;
        this.connectionTimeout = builder.connectionTimeout;
        this.documentLimit = builder.documentLimit;
        this.credentials = builder.credentials;
    }

    /** A user of ZooKeeper's digest scheme. The password is asked for when the coordinator is made. */
    record Credentials(String user, Supplier<char[]> password) {
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }

    /**
     * Settings with defaults.
     *
     * @param connectString the servers: {@code host:port,host:port,…}, and optionally a path that must exist
     * @param cluster the cluster's name, the last part of its path
     */
    public static Builder builder(String connectString, String cluster) {
        return new Builder(connectString, cluster);
    }

    /** The servers. */
    public String connectString() {
        return connectString;
    }

    /** The cluster's path. */
    public String root() {
        return root;
    }

    /** The session time-out that is asked for. */
    public Duration sessionTimeout() {
        return sessionTimeout;
    }

    /** How long one attempt to connect may take. */
    public Duration connectionTimeout() {
        return connectionTimeout;
    }

    /** The greatest size of a document, in bytes. */
    public int documentLimit() {
        return documentLimit;
    }

    Optional<Credentials> credentials() {
        return credentials;
    }

    /** Where the cluster is, for messages; no secrets. */
    @Override
    public String toString() {
        return "ZooKeeper at " + connectString + ", path " + root;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private static final Duration LONGEST = Duration.ofHours(1);

        private final String connectString;
        private final String cluster;
        private String root = "/releve";
        private Duration sessionTimeout = Duration.ofSeconds(4);
        private Duration connectionTimeout = Duration.ofSeconds(2);
        private int documentLimit = 1_000_000;
        private Optional<Credentials> credentials = Optional.empty();

        private Builder(String connectString, String cluster) {
            this.connectString = connectString.strip();
            this.cluster = cluster;
        }

        /** The path above the cluster's; created if missing. Default: {@code /releve}. */
        public Builder root(String path) {
            this.root = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            return this;
        }

        /**
         * After how long without contact ZooKeeper ends a session, and how long a single request may take. Has no
         * influence on how soon a lost node is noticed: that is the lease's business. The servers clamp it to 2–20 of their ticks; what
         * they make of it is logged. Default: 4 s.
         */
        public Builder sessionTimeout(Duration timeout) {
            this.sessionTimeout = timeout;
            return this;
        }

        /** How long one attempt to connect may take before the next server is tried. Default: 2 s. */
        public Builder connectionTimeout(Duration timeout) {
            this.connectionTimeout = timeout;
            return this;
        }

        /**
         * The greatest size of a document, in bytes, after compression. ZooKeeper breaks the connection of who sends more than its own limit
         * ({@code jute.maxbuffer}, by default 1,048,575 bytes), so that this one must be somewhat lower. Default: 1,000,000.
         */
        public Builder documentLimit(int bytes) {
            this.documentLimit = bytes;
            return this;
        }

        /**
         * Identifies with ZooKeeper's digest scheme, and closes what is created to everybody else. Default: no identification,
         * and open to everybody who reaches the servers.
         *
         * @param password asked once, when the coordinator is made; never logged
         */
        public Builder digest(String user, Supplier<char[]> password) {
            this.credentials = Optional.of(new Credentials(user, password));
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException naming every mistake
         */
        public ZooKeeperSettings build() {
            List<String> mistakes = new ArrayList<>();
            if (connectString.isEmpty()) {
                mistakes.add("zookeeper.connectString: is empty; give host:port,host:port,…");
            } else {
                check(mistakes, "zookeeper.connectString: \"" + connectString + "\"", () -> {
                    ConnectStringParser parser = new ConnectStringParser(connectString);
                    if (parser.getServerAddresses().stream()
                            .anyMatch(a -> a.getHostString().isBlank())) {
                        throw new IllegalArgumentException("a server without a name");
                    }
                });
            }
            if (cluster.isEmpty() || cluster.contains("/")) {
                mistakes.add("zookeeper.cluster: \"" + cluster + "\" must not be empty nor contain '/'");
            } else {
                check(mistakes, "zookeeper.root: \"" + root + "\"", () -> PathUtils.validatePath(root + "/" + cluster));
            }
            checkTime(mistakes, "zookeeper.sessionTimeout", sessionTimeout);
            checkTime(mistakes, "zookeeper.connectionTimeout", connectionTimeout);
            if (documentLimit < 1) {
                mistakes.add("zookeeper.documentLimit: " + documentLimit + " bytes; must be positive");
            }
            credentials.ifPresent(c -> {
                if (c.user.isEmpty() || c.user.contains(":")) {
                    mistakes.add("zookeeper.digest: the user must not be empty nor contain ':'");
                }
            });
            if (!mistakes.isEmpty()) {
                throw new IllegalArgumentException(String.join("\n", mistakes));
            }
            return new ZooKeeperSettings(this);
        }

        private static void checkTime(List<String> mistakes, String setting, Duration time) {
            if (time.toMillis() < 1 || time.compareTo(LONGEST) > 0) {
                mistakes.add(
                        setting + ": " + time.toMillis() + " ms; must be from 1 ms to " + LONGEST.toMinutes() + " min");
            }
        }

        private static void check(List<String> mistakes, String setting, Runnable check) {
            try {
                check.run();
            } catch (IllegalArgumentException e) {
                mistakes.add(setting + ": " + e.getMessage());
            }
        }
    }
}
