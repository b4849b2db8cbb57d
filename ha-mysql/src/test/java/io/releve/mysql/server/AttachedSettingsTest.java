package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.server.Finding.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttachedSettingsTest {

    private static final MySqlServer SELF = new MySqlServer(2, "serv2", "10.0.0.2", 3306);
    private static final ServerVersion MARIADB = ServerVersion.parse("11.4.5-MariaDB");

    private static List<String> broken(Map<String, String> variables, String... changed) {
        return AttachedSettings.judge(
                        ServerFacts.ofVariables("serv2", MARIADB, variables), SELF, Durability.async(), Set.of(changed))
                .stream()
                .filter(finding -> finding.severity() == Severity.BREAKS)
                .map(Finding::setting)
                .toList();
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> all = new HashMap<>(Map.of("server_id", "2", "gtid_domain_id", "4000000002"));
        all.put(name, value);
        return all;
    }

    @Test
    void shouldTakeAServerWithItsOwnNumberAndDomain() {
        assertThat(broken(with("rpl_semi_sync_slave_enabled", "OFF"))).isEmpty();
    }

    @Test
    void shouldRefuseAnotherServersNumber() {
        assertThat(broken(with("server_id", "1"))).containsExactly("server_id");
    }

    @Test
    void shouldRefuseADomainThatAPrimaryCouldHave() {
        assertThat(broken(with("gtid_domain_id", "0"))).containsExactly("gtid_domain_id");
    }

    @Test
    void shouldRefuseToTakeACrashedPrimaryForAReplica() {
        assertThat(broken(with("rpl_semi_sync_slave_enabled", "ON"))).containsExactly("rpl_semi_sync_slave_enabled");
    }

    /** A promotion has set them, and the server has been stopped and is started again in the same life. */
    @Test
    void shouldNotJudgeWhatTheAgentItselfHasSet() {
        assertThat(broken(with("gtid_domain_id", "7"), "gtid_domain_id")).isEmpty();
        assertThat(broken(with("rpl_semi_sync_slave_enabled", "ON"), "rpl_semi_sync_slave_enabled"))
                .isEmpty();
    }

    @Test
    void shouldAskNothingOfARelayLogThatMariaDbThrowsAway() {
        assertThat(broken(with("sync_relay_log", "10000"))).isEmpty();
    }

    @Test
    void shouldRefuseWhatBreaksAPromise() {
        assertThat(broken(with("event_scheduler", "OFF"))).containsExactly("event_scheduler");
    }
}
