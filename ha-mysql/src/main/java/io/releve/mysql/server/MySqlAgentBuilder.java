package io.releve.mysql.server;

import io.releve.agent.ResourceAgentFactory;
import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import io.releve.mysql.config.JdbcDriver;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.AgentSettings.Account;
import io.releve.mysql.server.AgentSettings.Application;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of an agent for MySQL or MariaDB servers: a primary and its replicas, or a ring. Not for use by
 * several threads.
 */
public final class MySqlAgentBuilder {

    private @Nullable MySqlServers servers;
    private @Nullable Path directory;
    private @Nullable Path dataDirectory;
    private @Nullable Supplier<MySqlInstallation> program;
    private boolean initialize;
    private @Nullable Account administrator;
    private @Nullable Account replication;
    private final List<Application> applications = new ArrayList<>();
    private Tls tls = Tls.automatic();
    private @Nullable String bindAddress;
    private @Nullable Path socket;
    private @Nullable Duration binlogRetention;
    private Durability durability = Durability.sync();
    private Duration drainLimit = Duration.ofSeconds(1);
    private Duration stallLimit = Duration.ofSeconds(10);
    private @Nullable PrimaryControl control;
    private RebuildPolicy rebuild = RebuildPolicy.onRequest();
    private Supervision supervision = Supervision.child();
    private final Map<String, String> settings = new LinkedHashMap<>();

    MySqlAgentBuilder() {}

    /**
     * All servers, the same on every node. Required. With {@link MySqlServers#primaryAndReplicas()} the resource is a
     * promotable clone, see {@link MySqlAgent#promotable}; with {@link MySqlServers#builder()} an anonymous one, a ring.
     */
    public MySqlAgentBuilder servers(MySqlServers servers) {
        this.servers = servers;
        return this;
    }

    /**
     * The directory of this instance on this node, absolute; made if it is missing. Holds {@code my.cnf}, the pid file,
     * the socket, the error log and, unless set otherwise, the data. Required.
     */
    public MySqlAgentBuilder directory(Path directory) {
        this.directory = directory;
        return this;
    }

    /** The data directory, absolute. Default: {@code data} in the instance's directory. */
    public MySqlAgentBuilder dataDirectory(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
        return this;
    }

    /**
     * Where the server is installed: the directory that has {@code mariadbd} or {@code mysqld} in its {@code bin},
     * {@code sbin} or {@code libexec}. Default: the first one on the PATH, or where distributions put it.
     */
    public MySqlAgentBuilder installation(Path baseDirectory) {
        this.program = () -> MySqlInstallation.in(baseDirectory);
        return this;
    }

    /** The server's program itself, {@code mariadbd} or {@code mysqld}. Default: see {@link #installation(Path)}. */
    public MySqlAgentBuilder server(Path program) {
        this.program = () -> MySqlInstallation.ofServer(program);
        return this;
    }

    /**
     * Whether a new data directory may be made where there is none or an empty one. Default: {@code false}, so that a
     * disk that is not mounted is an error and not an empty database.
     */
    public MySqlAgentBuilder initialize(boolean allowed) {
        this.initialize = allowed;
        return this;
    }

    /**
     * The agent's own account, made at each start of the server; can be used from this node only. Required.
     *
     * @param user its name
     * @param password gives its password, asked for at each use
     */
    public MySqlAgentBuilder administrator(String user, Supplier<char[]> password) {
        this.administrator = new Account(user, password);
        return this;
    }

    /**
     * The account that the servers use among themselves, made on each of them with the right to replicate and no other.
     * Required.
     *
     * @param user its name
     * @param password gives its password, the same on all nodes, asked for at each use; with MySQL at most 32 characters
     */
    public MySqlAgentBuilder replication(String user, Supplier<char[]> password) {
        this.replication = new Account(user, password);
        return this;
    }

    /**
     * A database, and an account that may do everything in it, made on each server at its start if missing. Default:
     * none.
     *
     * @param database the database's name
     * @param user the account's name
     * @param password gives its password, the same on all nodes
     */
    public MySqlAgentBuilder application(String database, String user, Supplier<char[]> password) {
        applications.add(new Application(database, new Account(user, password)));
        return this;
    }

    /**
     * Encryption of all connections. Default: {@link Tls#automatic()}. {@link Tls.Verified} is for clients, and refused here.
     */
    public MySqlAgentBuilder tls(Tls tls) {
        this.tls = tls;
        return this;
    }

    /** The address that the server listens on. Default: its host. {@code *} means all. */
    public MySqlAgentBuilder bindAddress(String address) {
        this.bindAddress = address;
        return this;
    }

    /** The Unix socket, absolute, at most 107 bytes long. Default: {@code mysqld.sock} in the instance's directory. */
    public MySqlAgentBuilder socket(Path socket) {
        this.socket = socket;
        return this;
    }

    /** How long binary logs are kept, and so how long a peer may be away and still catch up. Default: 30 days. */
    public MySqlAgentBuilder binlogRetention(Duration duration) {
        this.binlogRetention = duration;
        return this;
    }

    /**
     * What "committed" is worth when the primary is lost. Only for a primary and its replicas. Default: {@link
     * Durability#sync()}.
     */
    public MySqlAgentBuilder durability(Durability durability) {
        this.durability = durability;
        return this;
    }

    /**
     * How long a planned move of the primary lets running transactions go on before it ends them. Only for a primary and
     * its replicas. Default: 1 second, at most half of the demote operation's time-out.
     */
    public MySqlAgentBuilder drainLimit(Duration limit) {
        this.drainLimit = limit;
        return this;
    }

    /**
     * How long the commits of a primary may stand still, as on a disk that does not answer, before a replica takes over. If
     * the disk has no space left, a replica takes over after one second. Without a replica that can, the primary stays, and
     * says what is wrong. A transaction so large that writing it to the binary log takes longer needs a longer limit. Waiting
     * for a replica's acknowledgement is not meant. Only for a primary and its replicas. Default: 10 seconds.
     */
    public MySqlAgentBuilder stallLimit(Duration limit) {
        this.stallLimit = limit;
        return this;
    }

    /** Moves the primary on the operator's word. Only for a primary and its replicas. Default: none. */
    public MySqlAgentBuilder control(PrimaryControl control) {
        this.control = control;
        return this;
    }

    /**
     * When a server that cannot follow any more is replaced by a copy of the primary. Only for a primary and its replicas.
     * MySQL copies by its clone plugin, MariaDB by {@code mariadb-dump} and {@code mariadb}, which must be installed beside
     * the server or be on the PATH then. Default: {@link RebuildPolicy#onRequest()}.
     */
    public MySqlAgentBuilder rebuild(RebuildPolicy policy) {
        this.rebuild = policy;
        return this;
    }

    /**
     * Who starts and ends the server's process: the agent, systemd on its word, or somebody else. Default: {@link
     * Supervision#child()}.
     */
    public MySqlAgentBuilder supervision(Supervision supervision) {
        this.supervision = supervision;
        return this;
    }

    /** A further setting for {@code my.cnf}, for example {@code innodb_buffer_pool_size}. Default: none. */
    public MySqlAgentBuilder setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /**
     * A factory to register with the cluster's builder. It reports at once what cannot be right on any node; what is
     * wrong with one node (no server program, a directory that is not writable) is reported there, by the start.
     *
     * @throws InvalidConfigurationException if something is missing or wrong; lists every mistake
     */
    public ResourceAgentFactory build() {
        List<ConfigProblem> problems = new ArrayList<>();
        require(problems, "servers", servers);
        require(problems, "directory", directory);
        require(problems, "administrator", administrator);
        require(problems, "replication", replication);
        checkAccount(problems, "administrator", administrator);
        checkAccount(problems, "replication", replication);
        applications.forEach(application -> {
            checkAccount(problems, "application/" + application.database(), application.account());
            if (application.database().isBlank() || application.database().length() > 64) {
                problems.add(new ConfigProblem("application", "a database's name has 1 to 64 characters"));
            }
        });
        if (servers != null && !servers.isRing()) {
            checkDurability(problems, servers);
        }
        if (administrator != null && replication != null && administrator.user().equals(replication.user())) {
            problems.add(new ConfigProblem(
                    "replication",
                    "is the administrator's account; replication needs one of its own with fewer rights"));
        }
        if (tls instanceof Tls.Verified) {
            problems.add(new ConfigProblem(
                    "tls",
                    "says what clients require, and nothing of the server's own certificate: give new Tls.Certificate(…) here, and"
                            + " Tls.verifyIdentity(…) to the DataSource"));
        }
        checkDriver(problems);
        checkSupervision(problems);
        if (servers == null || directory == null || administrator == null || replication == null) {
            throw new InvalidConfigurationException(problems);
        }
        AgentSettings collected = new AgentSettings(
                servers,
                directory.normalize(),
                Optional.ofNullable(dataDirectory).map(Path::normalize),
                program == null ? MySqlAgentBuilder::installed : program,
                initialize,
                administrator,
                replication,
                List.copyOf(applications),
                tls,
                Optional.ofNullable(bindAddress),
                Optional.ofNullable(socket),
                Optional.ofNullable(binlogRetention),
                durability,
                drainLimit,
                stallLimit,
                Optional.ofNullable(control),
                rebuild,
                supervision,
                Map.copyOf(settings));
        MySqlServer any = servers.all().get(0);
        try {
            collected.config(any.node(), Path.of("/usr"));
        } catch (InvalidConfigurationException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
        return context -> collected.servers().isRing()
                ? new MySqlAgent(collected, context)
                : new PrimaryReplicaAgent(collected, context);
    }

    /** The agent speaks to its server through it, on every node. */
    private static void checkDriver(List<ConfigProblem> problems) {
        try {
            JdbcDriver.onClassPath();
        } catch (IllegalStateException e) {
            problems.add(new ConfigProblem("driver", String.valueOf(e.getMessage())));
        }
    }

    private void checkSupervision(List<ConfigProblem> problems) {
        if (supervision instanceof Supervision.SystemdUnit unit) {
            if (!UnitLauncher.UNIT.matcher(unit.unit()).matches()
                    || !unit.name().endsWith(".service")) {
                problems.add(new ConfigProblem(
                        "supervision",
                        "'" + unit.unit() + "' is no name of a service of systemd, as mysql@3306.service is"));
            }
            if (!unit.systemctl().isAbsolute()) {
                problems.add(new ConfigProblem(
                        "supervision", "'" + unit.systemctl() + "' is not an absolute path of systemctl"));
            }
        } else if (supervision instanceof Supervision.Attached) {
            checkAttached(problems);
        }
    }

    /** The server's configuration and its data are somebody else's then. */
    private void checkAttached(List<ConfigProblem> problems) {
        if (servers != null && servers.isRing()) {
            problems.add(new ConfigProblem(
                    "supervision",
                    "attached() is for a primary and its replicas: a server of a ring takes writes for as long as it runs, and"
                            + " the agent may not end it"));
        }
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("initialize", initialize);
        given.put("dataDirectory", dataDirectory != null);
        given.put("bindAddress", bindAddress != null);
        given.put("socket", socket != null);
        given.put("binlogRetention", binlogRetention != null);
        settings.keySet().forEach(name -> given.put("settings/" + name, true));
        given.forEach((path, set) -> {
            if (set) {
                problems.add(new ConfigProblem(
                        path,
                        "with attached() whoever runs the server decides that, in its my.cnf; leave it out here"));
            }
        });
    }

    private void checkDurability(List<ConfigProblem> problems, MySqlServers all) {
        if (durability.isSync() && durability.acknowledgements() > all.size() - 1) {
            problems.add(new ConfigProblem(
                    "durability",
                    durability.acknowledgements() + " acknowledgements need as many replicas, and there are "
                            + (all.size() - 1) + "; add servers, or choose Durability.async()"));
        }
        if (replication != null && replication.user().length() > 29) {
            problems.add(new ConfigProblem(
                    "replication",
                    "the account's name is completed with each server's number and so has at most 29 characters"));
        }
    }

    private static MySqlInstallation installed() {
        return MySqlInstallation.findServer()
                .map(MySqlInstallation::ofServer)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "no mariadbd or mysqld is on the PATH; install a server"
                                        + " (Debian, Ubuntu: apt-get install mariadb-server), or name one with installation or server"));
    }

    private static void require(List<ConfigProblem> problems, String path, @Nullable Object value) {
        if (value == null) {
            problems.add(new ConfigProblem(path, "is required"));
        }
    }

    private static void checkAccount(List<ConfigProblem> problems, String path, @Nullable Account account) {
        if (account == null) {
            return;
        }
        String user = account.user();
        if (user.isBlank() || user.length() > 32 || user.chars().anyMatch(c -> c < ' ' || c == '\'' || c == '\\')) {
            problems.add(new ConfigProblem(
                    path, "the account's name has 1 to 32 characters, no quotes, backslashes or control characters"));
        }
    }
}
