package io.releve.mysql.datasource;

import com.zaxxer.hikari.HikariConfig;
import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.status.ActiveNodes;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link FailoverDataSource}. Not for use by several threads. */
public final class FailoverDataSourceBuilder {

    /** Properties that have methods here, whatever the driver; their names in any case. */
    private static final Map<String, String> HAVE_METHODS = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        HAVE_METHODS.putAll(Map.of(
                "user", "user",
                "password", "password",
                "connectTimeout", "connectTimeout",
                "socketTimeout", "socketTimeout",
                "sslMode", "tls",
                "useSSL", "tls"));
    }

    private @Nullable ActiveNodes cluster;
    private @Nullable String resource;
    private @Nullable MySqlServers servers;
    private MySqlServers.@Nullable Builder collected;
    private String database = "";
    private @Nullable String user;
    private @Nullable Supplier<char[]> password;
    private Tls tls = Tls.automatic();
    private Duration connectionTimeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(2);
    private Duration socketTimeout = Duration.ofSeconds(30);
    private Duration catchUpTimeout = Duration.ofSeconds(1);
    private Duration drainTimeout = Duration.ofSeconds(5);
    private int maximumPoolSize = 10;
    private int minimumIdle = 1;
    private final Map<String, String> driverProperties = new LinkedHashMap<>();
    private @Nullable JdbcDriver driver;
    private Consumer<HikariConfig> poolSettings = pool -> {};
    private @Nullable ReaderPolicy readers;
    private boolean routesReadOnly;

    FailoverDataSourceBuilder() {}

    /** Who tells where the resource is active: the cluster. Required. */
    public FailoverDataSourceBuilder cluster(ActiveNodes cluster) {
        this.cluster = cluster;
        return this;
    }

    /** The id of the resource to follow: a primitive, a group or a promotable clone. Required. */
    public FailoverDataSourceBuilder follow(String resourceId) {
        this.resource = resourceId;
        return this;
    }

    /** The servers, each on its node. This, or {@link #server} for each, is required. */
    public FailoverDataSourceBuilder servers(MySqlServers servers) {
        this.servers = servers;
        return this;
    }

    /**
     * Adds a server. The order is that of the ring everywhere else: the first one has server id 1.
     *
     * @param node the cluster node that it runs on
     * @param host its one address or name
     * @param port its TCP port
     */
    public FailoverDataSourceBuilder server(String node, String host, int port) {
        if (collected == null) {
            collected = MySqlServers.builder();
        }
        collected.server(node, host, port);
        return this;
    }

    /** The default database of connections. Default: none. */
    public FailoverDataSourceBuilder database(String database) {
        this.database = database;
        return this;
    }

    /** The account. Required. */
    public FailoverDataSourceBuilder user(String user) {
        this.user = user;
        return this;
    }

    /** Gives the account's password; asked for each new physical connection, so that it can change. Required. */
    public FailoverDataSourceBuilder password(Supplier<char[]> password) {
        this.password = password;
        return this;
    }

    /**
     * Encryption. Default: {@link Tls#automatic()}, which encrypts if the server can. {@link Tls#verifyIdentity} and
     * {@link Tls#verifyAuthority} require a server that proves what it is.
     */
    public FailoverDataSourceBuilder tls(Tls tls) {
        this.tls = tls;
        return this;
    }

    /** How long {@code getConnection} waits, through a failover if there is one. Default: 30 s; at least 250 ms. */
    public FailoverDataSourceBuilder connectionTimeout(Duration timeout) {
        this.connectionTimeout = timeout;
        return this;
    }

    /** How long connecting to a server may take. Default: 2 s. */
    public FailoverDataSourceBuilder connectTimeout(Duration timeout) {
        this.connectTimeout = timeout;
        return this;
    }

    /** How long a statement may go without an answer. Default: 30 s; longer statements need more. */
    public FailoverDataSourceBuilder socketTimeout(Duration timeout) {
        this.socketTimeout = timeout;
        return this;
    }

    /**
     * How long, after a change of server, the new one may take to apply what the others have, before it is used all the
     * same. A server that is gone costs up to half of this. Default: 1 s; zero does without.
     */
    public FailoverDataSourceBuilder catchUpTimeout(Duration timeout) {
        this.catchUpTimeout = timeout;
        return this;
    }

    /**
     * How long connections to the former server may stay in use after a planned change; then they are aborted. If the
     * server is gone they are aborted at once. Default: 5 s.
     */
    public FailoverDataSourceBuilder drainTimeout(Duration timeout) {
        this.drainTimeout = timeout;
        return this;
    }

    /** How many connections there may be at a time. Default: 10. */
    public FailoverDataSourceBuilder maximumPoolSize(int connections) {
        this.maximumPoolSize = connections;
        return this;
    }

    /** How many idle connections are kept ready. Default: 1. */
    public FailoverDataSourceBuilder minimumIdle(int connections) {
        this.minimumIdle = connections;
        return this;
    }

    /** A property of the driver, for example {@code rewriteBatchedStatements}. Default: none. */
    public FailoverDataSourceBuilder driverProperty(String name, String value) {
        driverProperties.put(name, value);
        return this;
    }

    /**
     * Opens the connections. Default: {@link JdbcDriver#onClassPath()}, MySQL Connector/J if it is on the class path, else MariaDB
     * Connector/J.
     */
    public FailoverDataSourceBuilder driver(JdbcDriver driver) {
        this.driver = driver;
        return this;
    }

    /**
     * Sets further properties of each HikariCP pool: life times, leak detection, metrics. Its addresses, accounts and
     * time-outs are the DataSource's own.
     */
    public FailoverDataSourceBuilder pool(Consumer<HikariConfig> settings) {
        this.poolSettings = settings;
        return this;
    }

    /**
     * Has {@link FailoverDataSource#readers()} lead to replicas. From then on the primary and each replica are asked several times
     * in the longest lag what they have executed, and each server has a pool of its own for reading, as large as the other
     * one. Needs {@linkplain MySqlServers#primaryAndReplicas() a primary and replicas}, and {@link #follow} names their
     * promotable clone. Default: no readers.
     */
    public FailoverDataSourceBuilder readers(ReaderPolicy policy) {
        this.readers = policy;
        return this;
    }

    /**
     * Whether connections that are read-only before their first statement lead to a reader: after {@code setReadOnly(true)}, and
     * so with Spring's {@code @Transactional(readOnly = true)}. They see what was committed through this DataSource before, as with
     * {@link ReaderDataSource#afterOwnWrites()}. Each connection then takes one of a pool only with its first
     * statement, and whatever goes wrong with that is thrown there. Once it has one it stays with its server, except that
     * {@code setReadOnly(false)} between transactions gives a reader's back. Needs {@link #readers}. Default: false, all
     * connections lead to the primary.
     */
    public FailoverDataSourceBuilder routeReadOnly(boolean route) {
        this.routesReadOnly = route;
        return this;
    }

    /**
     * The DataSource; it begins to follow at once.
     *
     * @throws InvalidConfigurationException if something is missing or wrong; lists every mistake
     */
    public FailoverDataSource build() {
        List<ConfigProblem> problems = new ArrayList<>();
        require(problems, "cluster", cluster);
        require(problems, "follow", resource);
        require(problems, "user", user);
        require(problems, "password", password);
        MySqlServers all = servers;
        if (all != null && collected != null) {
            problems.add(new ConfigProblem("servers", "give either servers or server, not both"));
        } else if (all == null) {
            try {
                all = (collected == null ? MySqlServers.builder() : collected).build();
            } catch (InvalidConfigurationException e) {
                problems.addAll(e.problems());
            }
        }
        atLeast(problems, "connectionTimeout", connectionTimeout, 250);
        atLeast(problems, "connectTimeout", connectTimeout, 1);
        atLeast(problems, "socketTimeout", socketTimeout, 1);
        atLeast(problems, "catchUpTimeout", catchUpTimeout, 0);
        atLeast(problems, "drainTimeout", drainTimeout, 0);
        if (tls instanceof Tls.Verified verified && !Files.isReadable(verified.authority())) {
            problems.add(new ConfigProblem("tls/authority", verified.authority() + " is no file that can be read"));
        }
        if (maximumPoolSize < 1) {
            problems.add(new ConfigProblem("maximumPoolSize", maximumPoolSize + " is less than 1"));
        }
        if (minimumIdle < 0 || minimumIdle > maximumPoolSize) {
            problems.add(new ConfigProblem(
                    "minimumIdle", minimumIdle + " is not between 0 and maximumPoolSize " + maximumPoolSize));
        }
        if (database.contains("?") || database.contains("/")) {
            problems.add(new ConfigProblem("database", "'" + database + "' is not a database's name"));
        }
        if (readers != null && all != null && all.isRing()) {
            problems.add(new ConfigProblem(
                    "readers",
                    "the servers are a ring, each of which takes writes: there are no replicas. Leave readers out, or"
                            + " give servers(MySqlServers.primaryAndReplicas()…)"));
        }
        if (routesReadOnly && readers == null) {
            problems.add(new ConfigProblem(
                    "routeReadOnly",
                    "there are no readers to lead to: say with readers(…) how far they may be behind"));
        }
        JdbcDriver opens = driver == null ? driverOnClassPath(problems) : driver;
        if (opens != null) {
            Map<String, String> refused = opens.refusedProperties();
            driverProperties.keySet().forEach(name -> checkProperty(problems, name, refused));
        }
        if (cluster == null || resource == null || user == null || password == null || all == null || opens == null) {
            throw new InvalidConfigurationException(problems);
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
        DataSourceSettings settings = new DataSourceSettings(
                resource,
                all,
                database,
                user,
                password,
                tls,
                connectionTimeout,
                connectTimeout,
                socketTimeout,
                catchUpTimeout,
                drainTimeout,
                maximumPoolSize,
                minimumIdle,
                Map.copyOf(driverProperties),
                opens,
                poolSettings,
                Optional.ofNullable(readers),
                routesReadOnly);
        return new FailoverDataSource(settings, cluster);
    }

    private static void require(List<ConfigProblem> problems, String path, @Nullable Object value) {
        if (value == null) {
            problems.add(new ConfigProblem(path, "is required"));
        }
    }

    private static void atLeast(List<ConfigProblem> problems, String path, Duration value, long millis) {
        if (value.toMillis() < millis) {
            problems.add(new ConfigProblem(path, value.toMillis() + " ms is less than " + millis + " ms"));
        }
    }

    private static @Nullable JdbcDriver driverOnClassPath(List<ConfigProblem> problems) {
        try {
            return JdbcDriver.onClassPath();
        } catch (IllegalStateException e) {
            problems.add(new ConfigProblem("driver", String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static void checkProperty(List<ConfigProblem> problems, String name, Map<String, String> refused) {
        String path = "driverProperties/" + name;
        String reason = refused.get(name);
        if (reason != null) {
            problems.add(new ConfigProblem(path, "leave it out: " + reason));
        }
        String method = HAVE_METHODS.get(name);
        if (method != null) {
            problems.add(new ConfigProblem(path, "set it with " + method + "(…)"));
        }
    }
}
