package io.releve.mysql.server;

import static io.releve.mysql.server.Finding.Severity.BREAKS;
import static io.releve.mysql.server.Finding.Severity.UNKNOWN;
import static io.releve.mysql.server.Finding.Severity.WEAKENS;
import static io.releve.mysql.server.SettingRule.is;
import static io.releve.mysql.server.SettingRule.number;

import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.config.ServerVersion.Flavor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Names every setting of a running server that breaks one of Relève's promises, with the reason and the remedy. Pure: it
 * judges {@link ServerFacts}, which {@link ServerFacts#of(String, java.sql.Connection)} reads.
 *
 * <p>Servers that Relève configures have nothing to fear from it; it is for those that somebody else runs, and for what was
 * changed at run time.
 */
public final class ServerValidator {

    /** What the servers are for. */
    public enum Purpose {
        /** Every server takes writes: circular replication. */
        RING,
        /** One primary; its writes reach the replicas later. */
        PRIMARY,
        /** One primary; a write is acknowledged when a replica has it. */
        SYNCHRONOUS_PRIMARY
    }

    private static final String LOST = "a crash can lose transactions that were acknowledged";

    /** For every server, whatever it is for. */
    private static final List<SettingRule> ALWAYS = List.of(
            rule(BREAKS, is("ON"), "nothing can be replicated", "ON", "log_bin"),
            rule(
                    BREAKS,
                    number(n -> n == 1),
                    LOST + " from the binary log, so that replicas have what the source lacks",
                    "1",
                    "sync_binlog"),
            rule(BREAKS, number(n -> n == 1), LOST, "1", "innodb_flush_log_at_trx_commit"),
            rule(
                    BREAKS,
                    value -> !is("OFF").test(value) && !is("DETECT_ONLY").test(value),
                    "a crash can tear pages apart, and the data with them",
                    "ON",
                    "innodb_doublewrite"),
            rule(
                    BREAKS,
                    is("ROW"),
                    "statements can have other effects on a replica than on their source",
                    "ROW",
                    "binlog_format"),
            rule(
                    WEAKENS,
                    is("FULL"),
                    "conflicts and transactions that only one server has cannot be shown row by row",
                    "FULL",
                    "binlog_row_image"),
            rule(
                    BREAKS,
                    is("ON"),
                    "a replica's binary log lacks what it applied: it can be nobody's source after a promotion",
                    "ON",
                    "log_replica_updates",
                    "log_slave_updates"),
            rule(BREAKS, is("ON"), "what one server has and another lacks cannot be told", "ON", "gtid_mode"),
            rule(
                    BREAKS,
                    is("ON"),
                    "statements that GTIDs cannot name are let through",
                    "ON",
                    "enforce_gtid_consistency"),
            rule(
                    BREAKS,
                    is("ON"),
                    "numbers out of order get into the binary log, and sets cannot be compared",
                    "ON",
                    "gtid_strict_mode"),
            rule(
                    BREAKS,
                    is("OFF"),
                    "a restart throws away transactions that were received, and acknowledged for that",
                    "OFF",
                    "relay_log_recovery"),
            rule(WEAKENS, is("ON"), "relay logs pile up until the disk is full", "ON", "relay_log_purge"),
            rule(
                    BREAKS,
                    is("TABLE"),
                    "after a crash the applier begins at a wrong place",
                    "TABLE",
                    "relay_log_info_repository"),
            rule(
                    BREAKS,
                    is("ON"),
                    "replication starts by itself, before anybody has looked at what the server has",
                    "ON",
                    "skip_replica_start",
                    "skip_slave_start"),
            rule(
                    BREAKS,
                    is("OFF"),
                    "the applier steps over errors in silence, and the data drift apart",
                    "OFF",
                    "replica_skip_errors",
                    "slave_skip_errors"),
            rule(
                    BREAKS,
                    is("STRICT"),
                    "the applier steps over missing and double rows in silence, and the data drift apart",
                    "STRICT",
                    "replica_exec_mode",
                    "slave_exec_mode"),
            rule(
                    BREAKS,
                    number(n -> n == 0),
                    "the applier steps over transactions",
                    "0",
                    "sql_replica_skip_counter",
                    "sql_slave_skip_counter"),
            rule(
                    WEAKENS,
                    number(n -> n <= 10),
                    "a link that has gone silent is noticed late",
                    "4",
                    "replica_net_timeout",
                    "slave_net_timeout"),
            rule(
                    WEAKENS,
                    is("ON"),
                    "a name server that is slow or down keeps every new connection waiting",
                    "ON",
                    "skip_name_resolve"),
            rule(
                    WEAKENS,
                    number(n -> n == 0 || n >= 3600),
                    "a replica that was away for a while cannot catch up",
                    "2592000",
                    "binlog_expire_logs_seconds"),
            rule(
                    BREAKS,
                    is("ABORT_SERVER"),
                    "when the binary log cannot be written, writes go on without it",
                    "ABORT_SERVER",
                    "binlog_error_action"),
            rule(
                    BREAKS,
                    number(n -> n > 0),
                    "a server without a number takes no part in replication",
                    "a number of its own",
                    "server_id"));

    /** For every server whose acknowledgement means that it has something. */
    private static final SettingRule RECEIVED = rule(
            BREAKS,
            number(n -> n == 1),
            "a crash of the host loses transactions that were received, and acknowledged for that",
            "1",
            "sync_relay_log");

    private static final SettingRule APPLIED = rule(
            WEAKENS,
            number(n -> n == 1),
            "after a crash of the host the applier begins at a wrong place",
            "1",
            "sync_relay_log_info");

    /** For every server that may be the one primary. */
    private static final List<SettingRule> ONE_WRITER = List.of(
            rule(
                    BREAKS,
                    is("ON"),
                    "the server cannot see the end of its lease: a frozen or killed JVM would keep it writable",
                    "ON",
                    "performance_schema"),
            rule(
                    BREAKS,
                    is("ON"),
                    "the server does not look at its lease: a frozen or killed JVM would keep it writable",
                    "ON",
                    "event_scheduler"),
            rule(
                    BREAKS,
                    is("ON"),
                    "transactions are committed in another order than on the primary: what a replica has received and applied are two different histories",
                    "ON",
                    "replica_preserve_commit_order",
                    "slave_preserve_commit_order"),
            rule(WEAKENS, number(n -> n == 1), "numbers are skipped for nothing", "1", "auto_increment_increment"));

    private static final List<SettingRule> SEMI_SYNC = List.of(
            rule(
                    BREAKS,
                    is("AFTER_SYNC"),
                    "others see a row that no replica has yet, and miss it after a failover",
                    "AFTER_SYNC",
                    "rpl_semi_sync_source_wait_point",
                    "rpl_semi_sync_master_wait_point"),
            rule(
                    BREAKS,
                    number(n -> n >= 86_400_000),
                    "after that many milliseconds without a replica writes are acknowledged all the same, and lost with the primary",
                    "4294967295",
                    "rpl_semi_sync_source_timeout",
                    "rpl_semi_sync_master_timeout"),
            rule(
                    BREAKS,
                    is("ON"),
                    "with no replica connected writes are acknowledged all the same, and lost with the primary",
                    "ON",
                    "rpl_semi_sync_source_wait_no_replica",
                    "rpl_semi_sync_master_wait_no_slave"),
            rule(
                    BREAKS,
                    number(n -> n >= 1),
                    "no replica is waited for",
                    "1",
                    "rpl_semi_sync_source_wait_for_replica_count",
                    "rpl_semi_sync_master_wait_for_slave_count"));

    private ServerValidator() {}

    private static SettingRule rule(
            Finding.Severity severity, Predicate<String> holds, String reason, String wanted, String... names) {
        return new SettingRule(List.of(names), severity, holds, reason, wanted);
    }

    /**
     * Judges servers, each by itself and all together.
     *
     * @param servers all servers that replicate with each other
     * @param purpose what they are for
     * @return what was found, the worst first; empty if all is well
     */
    public static List<Finding> validate(List<ServerFacts> servers, Purpose purpose) {
        List<Finding> findings = new ArrayList<>();
        servers.forEach(server -> judge(server, purpose, findings));
        together(servers, purpose, findings);
        findings.sort(Comparator.comparing(Finding::severity));
        return List.copyOf(findings);
    }

    private static void judge(ServerFacts facts, Purpose purpose, List<Finding> findings) {
        apply(ALWAYS, facts, findings);
        if (!facts.version().isSupported()) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "version",
                    facts.version().toString(),
                    "Relève does not know it",
                    "use MySQL 8.0.26 or later, or MariaDB 10.6.1 or later"));
        }
        relayLog(facts, purpose, findings);
        if (purpose != Purpose.RING) {
            apply(ONE_WRITER, facts, findings);
            readOnly(facts, findings);
        }
        if (purpose == Purpose.SYNCHRONOUS_PRIMARY) {
            semiSync(facts, findings);
        }
        contents(facts, purpose, findings);
        encryption(facts, findings);
    }

    /**
     * What has been received must outlive a crash of the host, but for two. A MariaDB replica throws it away at each start and
     * fetches it anew, and does not count for anything before; and a MySQL replica that does not acknowledge, because it
     * catches up, is made to receive in haste.
     */
    private static void relayLog(ServerFacts facts, Purpose purpose, List<Finding> findings) {
        boolean fetchesAnew = facts.version().flavor() == Flavor.MARIADB && purpose != Purpose.RING;
        boolean catchesUp = purpose == Purpose.SYNCHRONOUS_PRIMARY
                && is("OFF").test(facts.variables().getOrDefault("rpl_semi_sync_replica_enabled", "ON"));
        if (!fetchesAnew) {
            APPLIED.judge(facts).ifPresent(findings::add);
        }
        if (!fetchesAnew && !catchesUp) {
            RECEIVED.judge(facts).ifPresent(findings::add);
        }
    }

    private static void apply(List<SettingRule> rules, ServerFacts facts, List<Finding> findings) {
        rules.forEach(rule -> rule.judge(facts).ifPresent(findings::add));
    }

    private static void readOnly(ServerFacts facts, List<Finding> findings) {
        boolean mariaDb = facts.version().flavor() == Flavor.MARIADB;
        String name = mariaDb ? "read_only" : "super_read_only";
        String value = facts.variables().getOrDefault(name, "");
        String remedy = "set " + name + "=ON in my.cnf; Relève opens the primary";
        String origin = facts.readOnlyFrom().orElse("");
        if (origin.equals("COMPILED") || origin.equals("COMPILE-TIME")) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    name,
                    value,
                    "the server starts open to writes, before anybody knows whether it is the primary",
                    remedy));
        } else if (origin.equals("DYNAMIC") || origin.equals("SQL")) {
            findings.add(new Finding(
                    UNKNOWN,
                    facts.server(),
                    name,
                    value,
                    "was changed at run time, so what the server starts with cannot be seen",
                    remedy));
        } else if (!origin.isEmpty() && is("OFF").test(value)) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    name,
                    value,
                    "the server starts open to writes, before anybody knows whether it is the primary",
                    remedy));
        }
        for (String account : facts.exempt()) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "READ_ONLY ADMIN",
                    account,
                    "this account writes although the server is read_only: a former primary would take its writes",
                    "REVOKE READ_ONLY ADMIN ON *.* FROM " + account));
        }
    }

    private static void semiSync(ServerFacts facts, List<Finding> findings) {
        Map<String, String> all = facts.variables();
        boolean source =
                all.containsKey("rpl_semi_sync_source_enabled") || all.containsKey("rpl_semi_sync_master_enabled");
        boolean replica =
                all.containsKey("rpl_semi_sync_replica_enabled") || all.containsKey("rpl_semi_sync_slave_enabled");
        if (!source || !replica) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "semi-synchronous replication",
                    source ? "source only" : replica ? "replica only" : "absent",
                    "the server cannot wait for replicas, or cannot acknowledge",
                    "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'; INSTALL PLUGIN rpl_semi_sync_replica"
                            + " SONAME 'semisync_replica.so'"));
            return;
        }
        apply(SEMI_SYNC, facts, findings);
        if (facts.follows()) {
            apply(
                    List.of(
                            rule(
                                    BREAKS,
                                    is("ON"),
                                    "this replica does not acknowledge: the primary waits for others, or for ever",
                                    "ON",
                                    "rpl_semi_sync_replica_enabled",
                                    "rpl_semi_sync_slave_enabled"),
                            rule(
                                    WEAKENS,
                                    is("OFF"),
                                    "the applier of a replica itself waits for acknowledgements that nobody gives; enable it at the promotion",
                                    "OFF",
                                    "rpl_semi_sync_source_enabled",
                                    "rpl_semi_sync_master_enabled")),
                    facts,
                    findings);
        } else {
            apply(
                    List.of(rule(
                            BREAKS,
                            is("ON"),
                            "a write is acknowledged before any replica has it",
                            "ON",
                            "rpl_semi_sync_source_enabled",
                            "rpl_semi_sync_master_enabled")),
                    facts,
                    findings);
        }
    }

    private static void contents(ServerFacts facts, Purpose purpose, List<Finding> findings) {
        facts.filters()
                .forEach(filter -> findings.add(new Finding(
                        BREAKS,
                        facts.server(),
                        "filter",
                        filter,
                        "a part of the data is not replicated, and is missing after a failover",
                        "remove the filter")));
        if (!facts.nonTransactional().isEmpty()) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "tables",
                    String.join(", ", facts.nonTransactional()),
                    "no transaction protects them: a crash leaves other rows on the replica than here",
                    "ALTER TABLE … ENGINE=InnoDB"));
        }
        if (!facts.withoutKey().isEmpty()) {
            findings.add(new Finding(
                    WEAKENS,
                    facts.server(),
                    "tables",
                    String.join(", ", facts.withoutKey()),
                    "they have no primary key: replicas search the whole table for each row and fall behind",
                    "give each a primary key"));
        }
        boolean parallel = number(n -> n > 1).test(facts.variables().getOrDefault("slave_parallel_threads", "0"));
        boolean domains = number(n -> n > 0).test(facts.variables().getOrDefault("slave_domain_parallel_threads", "0"));
        if (purpose == Purpose.RING && parallel && domains) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "slave_domain_parallel_threads",
                    facts.variables().getOrDefault("slave_domain_parallel_threads", ""),
                    "two servers' transactions overtake each other: an update can come before its insert",
                    "set slave_domain_parallel_threads=0"));
        }
    }

    private static void encryption(ServerFacts facts, List<Finding> findings) {
        String have = facts.variables().getOrDefault("have_ssl", "");
        boolean certificate = !facts.variables().getOrDefault("ssl_cert", "").isEmpty();
        boolean possible = have.isEmpty() ? certificate : is("ON").test(have);
        if (!possible) {
            findings.add(new Finding(
                    WEAKENS,
                    facts.server(),
                    "ssl_cert",
                    "",
                    "whoever listens on the network reads passwords and data",
                    "give the server a certificate, unless nobody else can listen to the network"));
        }
    }

    /** What only shows between servers. */
    private static void together(List<ServerFacts> servers, Purpose purpose, List<Finding> findings) {
        unique(servers, "server_id", "each throws away the other's transactions as its own", findings);
        unique(
                servers,
                "server_uuid",
                "each throws away the other's transactions as its own; remove auto.cnf from the copied data directory",
                findings);
        same(servers, "lower_case_table_names", "a table is found on one server and not on the other", findings);
        if (purpose == Purpose.RING) {
            unique(servers, "gtid_domain_id", "two servers number their transactions alike", findings);
            unique(servers, "auto_increment_offset", "two servers give out the same keys", findings);
            for (ServerFacts server : servers) {
                String step = server.variables().getOrDefault("auto_increment_increment", "");
                if (!number(n -> n >= servers.size()).test(step)) {
                    findings.add(new Finding(
                            BREAKS,
                            server.server(),
                            "auto_increment_increment",
                            step,
                            "two servers give out the same keys",
                            "set auto_increment_increment=" + servers.size() + " in my.cnf"));
                }
            }
        } else {
            same(
                    servers,
                    "gtid_domain_id",
                    "a position of one primary says nothing about the history of another",
                    findings);
        }
        versions(servers, findings);
    }

    private static void unique(List<ServerFacts> servers, String name, String reason, List<Finding> findings) {
        Map<String, String> seen = new TreeMap<>();
        for (ServerFacts server : servers) {
            String value = server.variables().get(name);
            String other = value == null ? null : seen.putIfAbsent(value, server.server());
            if (other != null && value != null) {
                findings.add(new Finding(
                        BREAKS,
                        server.server(),
                        name,
                        value,
                        "is also that of " + other + ": " + reason,
                        "give each server its own"));
            }
        }
    }

    private static void same(List<ServerFacts> servers, String name, String reason, List<Finding> findings) {
        Map<String, String> values = new TreeMap<>();
        servers.forEach(server -> {
            String value = server.variables().get(name);
            if (value != null) {
                values.put(server.server(), value);
            }
        });
        if (Set.copyOf(values.values()).size() > 1) {
            findings.add(new Finding(BREAKS, "all", name, values.toString(), "differs: " + reason, "make it the same"));
        }
    }

    private static void versions(List<ServerFacts> servers, List<Finding> findings) {
        if (servers.stream().map(server -> server.version().flavor()).distinct().count() > 1) {
            findings.add(new Finding(
                    BREAKS,
                    "all",
                    "version",
                    "MySQL and MariaDB",
                    "they do not understand each other's GTIDs",
                    "use one make"));
        }
        long releases = servers.stream()
                .map(ServerFacts::version)
                .map(ServerValidator::release)
                .distinct()
                .count();
        if (releases > 1) {
            findings.add(new Finding(
                    WEAKENS,
                    "all",
                    "version",
                    String.join(
                            ", ",
                            servers.stream()
                                    .map(s -> s.version().toString())
                                    .distinct()
                                    .toList()),
                    "a server of an older release may not be able to follow a newer one: after a failover to the newer there"
                            + " may be no way back",
                    "upgrade the older ones"));
        }
    }

    private static String release(ServerVersion version) {
        return version.flavor() + " " + version.major() + "." + version.minor();
    }
}
