package io.releve.mysql.config;

import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Collects what one server is told. Not for use by several threads. */
public final class MySqlServerConfigBuilder {

    /** The length of an address of a Unix socket, less its closing zero. */
    private static final int SOCKET_PATH_LIMIT = 107;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.]*");

    /** Quotes, backslashes and hashes mean something in an option file; control characters would start a new line. */
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cntrl}\"'\\\\#]");

    /** What the promises rest on, or what Relève writes from what it knows; with or without loose_, skip_, old words. */
    private static final Set<String> OWNED = Set.of(
            "server_id",
            "port",
            "bind_address",
            "socket",
            "pid_file",
            "datadir",
            "basedir",
            "log_error",
            "user",
            "init_file",
            "log_bin",
            "binlog_format",
            "sync_binlog",
            "innodb_flush_log_at_trx_commit",
            "binlog_expire_logs_seconds",
            "expire_logs_days",
            "gtid_mode",
            "enforce_gtid_consistency",
            "gtid_domain_id",
            "gtid_strict_mode",
            "gtid_ignore_duplicates",
            "log_replica_updates",
            "log_slave_updates",
            "relay_log",
            "relay_log_recovery",
            "relay_log_purge",
            "sync_relay_log",
            "replica_start",
            "slave_start",
            "auto_increment_increment",
            "auto_increment_offset",
            "replicate_same_server_id",
            "slave_skip_errors",
            "replica_skip_errors",
            "slave_exec_mode",
            "replica_exec_mode",
            "slave_parallel_threads",
            "slave_domain_parallel_threads",
            "rpl_semi_sync_source_enabled",
            "rpl_semi_sync_source_timeout",
            "rpl_semi_sync_source_wait_point",
            "rpl_semi_sync_source_wait_no_replica",
            "rpl_semi_sync_source_wait_for_replica_count",
            "rpl_semi_sync_replica_enabled",
            "rpl_semi_sync_master_enabled",
            "rpl_semi_sync_master_timeout",
            "rpl_semi_sync_master_wait_point",
            "rpl_semi_sync_master_wait_no_slave",
            "rpl_semi_sync_slave_enabled");

    /** Of a primary and its replicas in addition. */
    private static final Set<String> OWNED_WITH_A_PRIMARY =
            Set.of("read_only", "super_read_only", "offline_mode", "event_scheduler", "performance_schema");

    final MySqlServers servers;
    private final String node;
    private final Path directory;
    Path baseDirectory = Path.of("/usr");
    Path dataDirectory;
    Path socket;
    Path pidFile;
    Path errorLog;
    Optional<String> bindAddress = Optional.empty();
    Tls tls = Tls.automatic();
    Duration binlogRetention = Duration.ofDays(30);
    Optional<String> systemUser = Optional.empty();
    Optional<Path> initFile = Optional.empty();
    boolean rejoins;
    final Map<String, String> settings = new LinkedHashMap<>();

    MySqlServerConfigBuilder(MySqlServers servers, String node, Path directory) {
        this.servers = servers;
        this.node = node;
        this.directory = directory;
        this.dataDirectory = directory.resolve("data");
        this.socket = directory.resolve("mysqld.sock");
        this.pidFile = directory.resolve("mysqld.pid");
        this.errorLog = directory.resolve("error.log");
    }

    /** Where the server's own files are: the directory above {@code bin} or {@code sbin}. Default: {@code /usr}. */
    public MySqlServerConfigBuilder baseDirectory(Path directory) {
        this.baseDirectory = directory;
        return this;
    }

    /** Where the data is. Default: {@code data} in the instance's directory. */
    public MySqlServerConfigBuilder dataDirectory(Path directory) {
        this.dataDirectory = directory;
        return this;
    }

    /** The Unix socket, at most 107 bytes long. Default: {@code mysqld.sock} in the instance's directory. */
    public MySqlServerConfigBuilder socket(Path socket) {
        this.socket = socket;
        return this;
    }

    /** The address that the server listens on. Default: the server's host. {@code *} means all. */
    public MySqlServerConfigBuilder bindAddress(String address) {
        this.bindAddress = Optional.of(address);
        return this;
    }

    /** Encryption. Default: {@link Tls#automatic()}. */
    public MySqlServerConfigBuilder tls(Tls tls) {
        this.tls = tls;
        return this;
    }

    /**
     * How long binary logs are kept. A peer that was away for longer cannot catch up and must be rebuilt from a copy.
     * Default: 30 days.
     */
    public MySqlServerConfigBuilder binlogRetention(Duration duration) {
        this.binlogRetention = duration;
        return this;
    }

    /** The system user that the server runs as; servers refuse to run as root unless told so. Default: unset. */
    public MySqlServerConfigBuilder systemUser(String user) {
        this.systemUser = Optional.of(user);
        return this;
    }

    /** A file of SQL statements that the server runs at its start. Default: none. */
    public MySqlServerConfigBuilder initFile(Path file) {
        this.initFile = Optional.of(file);
        return this;
    }

    /**
     * Whether another server was promoted since this one was last the primary, with everything that this one ever
     * acknowledged: what this one had in its binary log and not committed when it crashed was acknowledged to nobody.
     * MariaDB rolls it back then, which lets the server follow. Default: {@code false}.
     */
    public MySqlServerConfigBuilder rejoins(boolean yes) {
        this.rejoins = yes;
        return this;
    }

    /**
     * A further setting of the server, for example {@code innodb_buffer_pool_size}, {@code 1G}.
     *
     * @param name the name; dashes and underscores are the same
     * @param value the value; empty for a switch
     */
    public MySqlServerConfigBuilder setting(String name, String value) {
        settings.put(name.toLowerCase(Locale.ROOT).replace('-', '_'), value);
        return this;
    }

    /**
     * The configuration.
     *
     * @throws InvalidConfigurationException if something is wrong with it; lists every mistake
     */
    public MySqlServerConfig build() {
        List<ConfigProblem> problems = new ArrayList<>();
        Optional<MySqlServer> self = servers.onNode(node);
        if (self.isEmpty()) {
            problems.add(new ConfigProblem(
                    "servers",
                    "no server is on node " + node + "; the servers are " + servers + ". Add it or correct its node"));
        }
        check(problems, "directory", directory);
        check(problems, "baseDirectory", baseDirectory);
        check(problems, "dataDirectory", dataDirectory);
        check(problems, "socket", socket);
        initFile.ifPresent(file -> check(problems, "initFile", file));
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > SOCKET_PATH_LIMIT) {
            problems.add(new ConfigProblem(
                    "socket",
                    socket + " is " + length + " bytes long and the system allows " + SOCKET_PATH_LIMIT
                            + "; choose a shorter path"));
        }
        bindAddress.ifPresent(address -> check(problems, "bindAddress", address));
        systemUser.ifPresent(user -> check(problems, "systemUser", user));
        if (tls instanceof Tls.Certificate files) {
            check(problems, "tls/authority", files.authority());
            check(problems, "tls/certificate", files.certificate());
            check(problems, "tls/key", files.key());
        }
        if (binlogRetention.toSeconds() < 3600) {
            problems.add(new ConfigProblem(
                    "binlogRetention",
                    binlogRetention + " is less than an hour: a peer that restarts could not catch up"));
        }
        settings.forEach((name, value) -> checkSetting(problems, name, value));
        if (self.isEmpty() || !problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
        return new MySqlServerConfig(this, self.get());
    }

    private void checkSetting(List<ConfigProblem> problems, String name, String value) {
        String path = "settings/" + name;
        if (!NAME.matcher(name).matches()) {
            problems.add(new ConfigProblem(path, "is not the name of a setting"));
            return;
        }
        String plain = name.replaceFirst("^(loose_|skip_|disable_|enable_|maximum_)+", "");
        if (OWNED.contains(plain) || (!servers.isRing() && OWNED_WITH_A_PRIMARY.contains(plain))) {
            problems.add(new ConfigProblem(path, "is Relève's own: replication and recovery rest on it. Leave it out"));
        }
        check(problems, path, value);
    }

    private static void check(List<ConfigProblem> problems, String path, Path value) {
        if (!value.isAbsolute()) {
            problems.add(new ConfigProblem(path, "'" + value + "' is not an absolute path"));
        }
        check(problems, path, value.toString());
    }

    private static void check(List<ConfigProblem> problems, String path, String value) {
        if (UNSAFE.matcher(value).find() || !value.equals(value.strip())) {
            problems.add(new ConfigProblem(
                    path,
                    "has a quote, a backslash, a hash, a control character or outer blanks, which my.cnf cannot hold"));
        }
    }
}
