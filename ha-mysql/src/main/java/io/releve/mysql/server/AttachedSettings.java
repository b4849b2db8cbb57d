package io.releve.mysql.server;

import static io.releve.mysql.server.Finding.Severity.BREAKS;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServerConfig;
import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.server.ServerValidator.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a server must be set up like whose {@code my.cnf} is somebody else's, before the agent takes it on. Pure. */
final class AttachedSettings {

    /** What the agent itself sets, and changes, while it has the server. */
    private static final Set<String> OF_THE_AGENT = Set.of(
            "rpl_semi_sync_source_enabled",
            "rpl_semi_sync_master_enabled",
            "rpl_semi_sync_replica_enabled",
            "rpl_semi_sync_slave_enabled",
            "rpl_semi_sync_source_wait_for_replica_count");

    private AttachedSettings() {}

    /**
     * Judges a server.
     *
     * @param changed settings that were changed since the server's start, in lower case: what they were then cannot be seen
     */
    static List<Finding> judge(ServerFacts facts, MySqlServer self, Durability durability, Set<String> changed) {
        boolean mariaDb = facts.version().flavor() == Flavor.MARIADB;
        List<Finding> findings = new ArrayList<>();
        identity(facts, self, findings);
        if (mariaDb) {
            mariaDb(facts, self, changed, findings);
        }
        ServerValidator.validate(List.of(facts), durability.isSync() ? Purpose.SYNCHRONOUS_PRIMARY : Purpose.PRIMARY)
                .stream()
                .filter(finding -> !OF_THE_AGENT.contains(finding.setting()))
                .forEach(findings::add);
        return findings;
    }

    private static void identity(ServerFacts facts, MySqlServer self, List<Finding> findings) {
        String id = facts.variables().getOrDefault("server_id", "");
        if (!facts.version().isSupported() || !id.matches("\\d{1,18}")) {
            // The validator says so.
            return;
        }
        if (Dialect.of(facts.version()).numberOf(Long.parseLong(id)) != self.number()) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "server_id",
                    id,
                    "is not the number of this server among those declared: it is another one, or would be taken for it",
                    "set server_id=" + self.number() + " in my.cnf, or correct the host and port of " + self));
        }
    }

    private static void mariaDb(ServerFacts facts, MySqlServer self, Set<String> changed, List<Finding> findings) {
        long wanted = MySqlServerConfig.STRAY_DOMAIN + self.number();
        String domain = facts.variables().getOrDefault("gtid_domain_id", "");
        if (!changed.contains("gtid_domain_id") && !domain.equals(Long.toString(wanted))) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "gtid_domain_id",
                    domain,
                    "what is written to it while it is not the primary cannot be told from what a primary wrote",
                    "set gtid_domain_id=" + wanted + " in my.cnf"));
        }
        String acknowledges = facts.variables().getOrDefault("rpl_semi_sync_slave_enabled", "");
        if (!changed.contains("rpl_semi_sync_slave_enabled")
                && SettingRule.is("ON").test(acknowledges)) {
            findings.add(new Finding(
                    BREAKS,
                    facts.server(),
                    "rpl_semi_sync_slave_enabled",
                    acknowledges,
                    "a former primary that crashed would take acknowledged transactions out of its log as if it were a"
                            + " replica, and a replica that has not caught up would acknowledge",
                    "set rpl_semi_sync_slave_enabled=OFF in my.cnf; the agent switches it on"));
        }
    }
}
