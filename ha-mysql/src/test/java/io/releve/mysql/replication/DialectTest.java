package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.config.Tls;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DialectTest {

    private static final MySqlServer SOURCE = new MySqlServer(2, "serv2", "10.77.0.2", 3306);

    private static Dialect of(String version) {
        return Dialect.of(ServerVersion.parse(version));
    }

    @Test
    void shouldSpeakMySql() {
        Dialect dialect = of("9.7.4 (Debian)");
        assertThat(dialect.follow(SOURCE, "replica", "o'hara\\", Tls.off()))
                .startsWith("CHANGE REPLICATION SOURCE TO SOURCE_HOST='10.77.0.2', SOURCE_PORT=3306")
                .contains("SOURCE_PASSWORD='o''hara\\'", "SOURCE_AUTO_POSITION=1", "GET_SOURCE_PUBLIC_KEY=1");
        assertThat(dialect.waitFor(
                        MySqlGtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"), Duration.ofMillis(1500)))
                .isEqualTo("SELECT WAIT_FOR_EXECUTED_GTID_SET('3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5', 1.5)");
        assertThat(dialect.showReplicaStatus()).isEqualTo("SHOW REPLICA STATUS");
    }

    @Test
    void shouldSpeakMariaDb() {
        Dialect dialect = of("11.4.5-MariaDB-log");
        assertThat(dialect.follow(SOURCE, "replica", "secret", Tls.off()))
                .startsWith("CHANGE MASTER TO MASTER_HOST='10.77.0.2', MASTER_PORT=3306")
                .contains("MASTER_USE_GTID=slave_pos", "MASTER_SSL=0");
        assertThat(dialect.waitFor(MariaDbGtidSet.parse("2-2-5"), Duration.ofSeconds(2)))
                .isEqualTo("SELECT MASTER_GTID_WAIT('2-2-5', 2.0)");
    }

    @Test
    void shouldKnowWhatAServerWillNeverGetBack() {
        MySqlServer two = SOURCE;
        assertThat(of("11.4.5-MariaDB").unreceivable(MariaDbGtidSet.parse("1-1-9,2-2-5"), two))
                .hasToString("2-2-5");
    }

    @Test
    void shouldRefuseServersThatItDoesNotKnow() {
        assertThatThrownBy(() -> of("5.7.44-log"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("MySQL 5.7.44", "8.0.26", "10.6.1");
        assertThatThrownBy(() -> of("10.5.9-MariaDB")).hasMessageContaining("MariaDB 10.5.9");
    }

    @Test
    void shouldNotRepeatAPasswordThatCannotBeUsed() {
        assertThatThrownBy(() -> of("9.7.4").follow(SOURCE, "replica", "line\nbreak", Tls.off()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("break");
    }

    @Test
    void shouldQuoteInTheFirstStatements() {
        AccountStatements statements = new AccountStatements();
        statements.administrator("releve", "127.0.0.1", "a'b\\c;--");
        statements.lock("root", "localhost");
        assertThat(statements.text().lines())
                .containsExactly(
                        "SET SESSION sql_log_bin=0;",
                        "SET SESSION sql_mode='NO_BACKSLASH_ESCAPES';",
                        "CREATE USER IF NOT EXISTS 'releve'@'127.0.0.1' IDENTIFIED BY 'a''b\\c;--';",
                        "ALTER USER 'releve'@'127.0.0.1' IDENTIFIED BY 'a''b\\c;--';",
                        "GRANT ALL PRIVILEGES ON *.* TO 'releve'@'127.0.0.1' WITH GRANT OPTION;",
                        "ALTER USER 'root'@'localhost' ACCOUNT LOCK;");
    }
}
