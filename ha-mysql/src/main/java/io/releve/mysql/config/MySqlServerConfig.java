package io.releve.mysql.config;

import io.releve.mysql.config.ServerVersion.Flavor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one server is told in its {@code my.cnf}. Immutable; made by {@link #builder}.
 *
 * <p>The settings that Relève's promises rest on (binary log, GTIDs, relay log, auto-increment, replication that does
 * not start by itself) are written by Relève and cannot be overridden; all others can be added.
 */
public final class MySqlServerConfig {

    /**
     * MariaDB: what is written to a server that was not promoted carries this domain, plus the server's number, and so is
     * told from what a primary wrote, whose domain is its epoch.
     */
    public static final long STRAY_DOMAIN = 4_000_000_000L;

    /** In milliseconds, 49 days: a commit waits for its acknowledgement until there is one, or the set has shrunk. */
    private static final String FOR_EVER = "4294967295";

    private final MySqlServers servers;
    private final MySqlServer self;
    private final Path baseDirectory;
    private final Path dataDirectory;
    private final Path socket;
    private final Path pidFile;
    private final Path errorLog;
    private final String bindAddress;
    private final Tls tls;
    private final Duration binlogRetention;
    private final Optional<String> systemUser;
    private final Optional<Path> initFile;
    private final boolean rejoins;
    private final Map<String, String> settings;

    MySqlServerConfig(MySqlServerConfigBuilder builder, MySqlServer self) {
        this.servers = builder.servers;
        this.self = self;
        this.baseDirectory = builder.baseDirectory;
        this.dataDirectory = builder.dataDirectory;
        this.socket = builder.socket;
        this.pidFile = builder.pidFile;
        this.errorLog = builder.errorLog;
        this.bindAddress = builder.bindAddress.orElse(self.host());
        this.tls = builder.tls;
        this.binlogRetention = builder.binlogRetention;
        this.systemUser = builder.systemUser;
        this.initFile = builder.initFile;
        this.rejoins = builder.rejoins;
        this.settings = Map.copyOf(builder.settings);
    }

    /**
     * A builder for the server that runs on a node.
     *
     * @param servers all servers
     * @param node the node whose server is meant
     * @param directory the instance's own directory; data, socket, pid file and log are below it unless set
     */
    public static MySqlServerConfigBuilder builder(MySqlServers servers, String node, Path directory) {
        return new MySqlServerConfigBuilder(servers, node, directory);
    }

    /**
     * The complete {@code my.cnf}; holds no secret.
     *
     * @param version the server that will read it
     */
    public String render(ServerVersion version) {
        Map<String, String> lines = new LinkedHashMap<>();
        identity(lines);
        binaryLog(lines, version);
        relayLog(lines, version);
        if (version.flavor() == Flavor.MARIADB) {
            mariaDb(lines, version);
        } else {
            mySql(lines, version);
        }
        if (!servers.isRing()) {
            primaryOrReplica(lines, version);
        }
        tls(lines, version);
        initFile.ifPresent(file -> lines.put("init_file", file.toString()));
        settings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(setting -> lines.put(setting.getKey(), setting.getValue()));
        StringBuilder text = new StringBuilder()
                .append("# Written by Relève for ")
                .append(version)
                .append(" at each start of the server; changes made here are lost.\n[mysqld]\n");
        lines.forEach((name, value) ->
                text.append(name).append(value.isEmpty() ? "" : "=" + value).append('\n'));
        return text.toString();
    }

    private void identity(Map<String, String> lines) {
        systemUser.ifPresent(user -> lines.put("user", user));
        lines.put("basedir", baseDirectory.toString());
        lines.put("datadir", dataDirectory.toString());
        lines.put("port", Integer.toString(self.port()));
        lines.put("bind_address", bindAddress);
        lines.put("socket", socket.toString());
        lines.put("pid_file", pidFile.toString());
        lines.put("log_error", errorLog.toString());
        // A name server that is slow or down must not stand between the application and its database.
        lines.put("skip_name_resolve", "ON");
        lines.put("report_host", self.host());
        lines.put("report_port", Integer.toString(self.port()));
        lines.put("server_id", Integer.toString(self.number()));
        if (servers.isRing()) {
            lines.put("auto_increment_increment", Integer.toString(servers.size()));
            lines.put("auto_increment_offset", Integer.toString(self.number()));
        }
    }

    /** Read-only from the first moment, able to wait for acknowledgements, and to close itself when its lease ends. */
    private void primaryOrReplica(Map<String, String> lines, ServerVersion version) {
        lines.put("event_scheduler", "ON");
        lines.put("performance_schema", "ON");
        lines.put("read_only", "ON");
        if (version.flavor() == Flavor.MARIADB) {
            lines.put("gtid_domain_id", Long.toString(STRAY_DOMAIN + self.number()));
            // Raised when the server follows a primary and has all of the epochs before it.
            lines.put("slave_parallel_threads", "0");
            // Following by GTID, it fetches anew after a restart whatever it has not applied; so it does not count for
            // what was acknowledged until it has, and a disk flush for each event would buy nothing.
            lines.put("sync_relay_log", "10000");
            lines.put("sync_master_info", "10000");
            lines.put("sync_relay_log_info", "10000");
            lines.put("rpl_semi_sync_master_timeout", FOR_EVER);
            lines.put("rpl_semi_sync_master_wait_no_slave", "ON");
            // How long a replica that stops receiving tries to tell a source without power; five by default, and none
            // means for ever.
            lines.put("rpl_semi_sync_slave_kill_conn_timeout", "1");
            if (rejoins) {
                lines.put("init_rpl_role", "SLAVE");
                lines.put("rpl_semi_sync_slave_enabled", "ON");
            }
        } else {
            lines.put("super_read_only", "ON");
            lines.put("plugin_load_add", "semisync_source.so;semisync_replica.so;mysql_clone.so");
            lines.put("loose_rpl_semi_sync_source_timeout", FOR_EVER);
            lines.put("loose_rpl_semi_sync_source_wait_no_replica", "ON");
        }
    }

    private void binaryLog(Map<String, String> lines, ServerVersion version) {
        lines.put("log_bin", "binlog");
        if (!(version.flavor() == Flavor.MYSQL && version.isAtLeast(8, 0, 34))) {
            // Deprecated later in MySQL, where rows have been the default for long.
            lines.put("binlog_format", "ROW");
        }
        lines.put("sync_binlog", "1");
        lines.put("innodb_flush_log_at_trx_commit", "1");
        lines.put("binlog_expire_logs_seconds", Long.toString(binlogRetention.toSeconds()));
    }

    /** What has been received is kept until it is applied, through a crash of the server and of the host. */
    private static void relayLog(Map<String, String> lines, ServerVersion version) {
        boolean mariaDb = version.flavor() == Flavor.MARIADB;
        lines.put("relay_log", "relay");
        lines.put("relay_log_recovery", "OFF");
        lines.put("sync_relay_log", "1");
        lines.put(mariaDb ? "log_slave_updates" : "log_replica_updates", "ON");
        // Replication starts when the agent has looked at what is there.
        lines.put(mariaDb ? "skip_slave_start" : "skip_replica_start", "ON");
        // A link that carries not even heartbeats for so long is broken.
        lines.put(mariaDb ? "slave_net_timeout" : "replica_net_timeout", "4");
    }

    private void mariaDb(Map<String, String> lines, ServerVersion version) {
        lines.put("gtid_domain_id", Integer.toString(self.number()));
        lines.put("gtid_strict_mode", "ON");
        lines.put("sync_master_info", "1");
        lines.put("sync_relay_log_info", "1");
        lines.put("master_retry_count", "4294967295");
        // In parallel a returning server catches up with writers that share their disk flushes. With three servers it
        // would apply two domains side by side, and so perhaps an update before the insert that it belongs to.
        lines.put("slave_parallel_threads", servers.size() == 2 ? "4" : "0");
        lines.put("rpl_semi_sync_master_wait_point", "AFTER_SYNC");
        lines.put("rpl_semi_sync_master_enabled", "OFF");
        lines.put("rpl_semi_sync_slave_enabled", "OFF");
        if (version.isAtLeast(11, 4, 0)) {
            // Otherwise the server would wait for a replica that is gone before it tidies up.
            lines.put("slave_connections_needed_for_purge", "0");
        }
    }

    private static void mySql(Map<String, String> lines, ServerVersion version) {
        lines.put("gtid_mode", "ON");
        lines.put("enforce_gtid_consistency", "ON");
        // loose: without the plugin the server starts all the same.
        lines.put("loose_rpl_semi_sync_source_wait_point", "AFTER_SYNC");
        lines.put("loose_rpl_semi_sync_source_enabled", "OFF");
        lines.put("loose_rpl_semi_sync_replica_enabled", "OFF");
        lines.put("loose_mysqlx", "OFF");
        // The directory compiled in as a default need not exist here, and then the server would not start.
        lines.put("secure_file_priv", "NULL");
        if (!version.isAtLeast(8, 4, 0)) {
            lines.put("master_info_repository", "TABLE");
            lines.put("relay_log_info_repository", "TABLE");
        }
    }

    private void tls(Map<String, String> lines, ServerVersion version) {
        if (tls instanceof Tls.Certificate files) {
            lines.put("ssl_ca", files.authority().toString());
            lines.put("ssl_cert", files.certificate().toString());
            lines.put("ssl_key", files.key().toString());
        } else if (tls instanceof Tls.Off) {
            if (version.flavor() == Flavor.MARIADB) {
                lines.put("skip_ssl", "");
            } else {
                lines.put("auto_generate_certs", "OFF");
            }
        }
    }
}
