package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServerConfig;
import io.releve.mysql.config.MySqlServerConfigBuilder;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the builder collected; see there for the meaning of each setting.
 *
 * @param program finds the server's program; a function, because a missing one is a matter of the node, not of the
 *     configuration
 */
record AgentSettings(
        MySqlServers servers,
        Path directory,
        Optional<Path> dataDirectory,
        Supplier<MySqlInstallation> program,
        boolean initialize,
        Account administrator,
        Account replication,
        List<Application> applications,
        Tls tls,
        Optional<String> bindAddress,
        Optional<Path> socket,
        Optional<Duration> binlogRetention,
        Durability durability,
        Duration drainLimit,
        Duration stallLimit,
        Optional<PrimaryControl> control,
        RebuildPolicy rebuild,
        Supervision supervision,
        Map<String, String> settings) {

    /** How long a connection to a server may take to come about; a local one takes a millisecond. */
    static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);

    /** An account and whoever knows its password. */
    record Account(String user, Supplier<char[]> password) {
        @Override
        public String toString() {
            return user;
        }
    }

    /** A database and the account that uses it. */
    record Application(String database, Account account) {}

    InstanceFiles files() {
        return new InstanceFiles(directory, dataDirectory.orElse(directory.resolve("data")));
    }

    /** The configuration of the server on a node. */
    MySqlServerConfig config(String node, Path baseDirectory) {
        return config(node, baseDirectory, false);
    }

    /**
     * The same.
     *
     * @param rejoins see {@link MySqlServerConfigBuilder#rejoins}
     */
    MySqlServerConfig config(String node, Path baseDirectory, boolean rejoins) {
        MySqlServerConfigBuilder builder = MySqlServerConfig.builder(servers, node, directory)
                .baseDirectory(baseDirectory)
                .dataDirectory(files().data())
                .initFile(files().init())
                .rejoins(rejoins)
                .tls(tls);
        bindAddress.ifPresent(builder::bindAddress);
        socket.ifPresent(builder::socket);
        binlogRetention.ifPresent(builder::binlogRetention);
        systemUser().ifPresent(builder::systemUser);
        settings.forEach(builder::setting);
        if (supervision instanceof Supervision.SystemdUnit && !settings.containsKey("tmpdir")) {
            // The agent gives a process of its own this directory through the environment.
            builder.setting("tmpdir", files().temporary().toString());
        }
        return builder.build();
    }

    /** The server runs as whoever runs this JVM; it must be told so if that is root. */
    static Optional<String> systemUser() {
        return Optional.ofNullable(System.getProperty("user.name")).filter("root"::equals);
    }

    ServerLogin administratorLogin(MySqlServer self, Duration limit) {
        return ServerLogin.of(
                self, administrator.user(), administrator.password(), tls, shorter(CONNECT_LIMIT, limit), limit);
    }

    /** For working another server; its administrator's account is open to the addresses of all servers. */
    ServerLogin administratorLoginAt(MySqlServer server, Duration limit) {
        return ServerLogin.of(
                server, administrator.user(), administrator.password(), tls, shorter(CONNECT_LIMIT, limit), limit);
    }

    /** The account under which a server follows a primary: one for each, so that the primary can shut one of them out. */
    String replicationUser(MySqlServer replica) {
        return replication.user() + "_" + replica.number();
    }

    /** Whether an account is the agents' own. */
    boolean isOwnAccount(String user) {
        return user.equals(administrator.user())
                || servers.all().stream().anyMatch(server -> user.equals(replicationUser(server)));
    }

    /** Whether an account is the application's, as far as the agent was told. */
    boolean isApplication(String user) {
        return applications.stream()
                .anyMatch(application -> application.account().user().equals(user));
    }

    /** For asking a peer what it has executed: any account may ask that, and this one exists on all servers. */
    ServerLogin peerLogin(MySqlServer peer, Duration limit) {
        return ServerLogin.of(peer, replication.user(), replication.password(), tls, limit, limit);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
