package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnitRulesTest {

    private static final InstanceFiles FILES = new InstanceFiles(Path.of("/srv/mysql"), Path.of("/srv/mysql/data"));

    private static final Map<String, String> GOOD = Map.of(
            "LoadState",
            "loaded",
            "Restart",
            "no",
            "UnitFileState",
            "static",
            "User",
            "mysql",
            "ExecStart",
            "{ path=/usr/sbin/mariadbd ; argv[]=/usr/sbin/mariadbd --defaults-file=/srv/mysql/my.cnf ; ignore_errors=no }");

    private static List<String> problems(String... changes) {
        Map<String, String> properties = new HashMap<>(GOOD);
        for (int i = 0; i < changes.length; i += 2) {
            properties.put(changes[i], changes[i + 1]);
        }
        return UnitRules.problems("mysql@3306.service", FILES, "mysql", properties).stream()
                .map(Outcome::reason)
                .toList();
    }

    @Test
    void shouldTakeAUnitThatLeavesEverythingToTheCluster() {
        assertThat(problems()).isEmpty();
        assertThat(problems("UnitFileState", "disabled")).isEmpty();
    }

    @Test
    void shouldNameAllThatIsWrongAtOnce() {
        assertThat(problems(
                        "Restart",
                        "on-failure",
                        "UnitFileState",
                        "enabled",
                        "User",
                        "",
                        "ExecStart",
                        "{ path=/usr/bin/mysqld_safe ; argv[]=/usr/bin/mysqld_safe ; ignore_errors=no }"))
                .hasSize(5)
                .anyMatch(text -> text.contains("Restart=on-failure") && text.contains("set Restart=no"))
                .anyMatch(text -> text.contains("systemctl disable mysql@3306.service"))
                .anyMatch(text -> text.contains("set User=mysql"))
                .anyMatch(text -> text.contains("does not run a server with --defaults-file=/srv/mysql/my.cnf"))
                .anyMatch(
                        text -> text.contains("mysqld_safe, which starts") || text.contains("run mariadbd or mysqld"));
    }

    @Test
    void shouldSayThatThereIsNoUnit() {
        assertThat(problems("LoadState", "not-found"))
                .singleElement()
                .satisfies(text -> assertThat(text).contains("no unit mysql@3306.service", "LoadState=not-found"));
    }
}
