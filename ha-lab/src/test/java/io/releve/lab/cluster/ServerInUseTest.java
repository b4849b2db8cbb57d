package io.releve.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.examples.lab.DatabaseBinaries;
import io.releve.examples.lab.LabException;
import io.releve.mysql.config.ServerVersion;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerInUseTest {

    @Test
    void shouldNameTheServerThatWasChosenAndNotWhereItLies() {
        ServerInUse server = new ServerInUse(
                new DatabaseBinaries(Path.of("/home/me/mysqld"), Optional.empty(), "/home/me/mysqld, named by me"),
                ServerVersion.parse("/home/me/mysqld  Ver 9.7.4-Debian for Linux on x86_64"));

        assertThat(server).hasToString("MySQL 9.7.4");
        assertThat(server.isMariaDb()).isFalse();
    }

    @Test
    void shouldKnowMariaDbByItsWordAndNotByItsProgramsName() {
        ServerInUse server = new ServerInUse(
                new DatabaseBinaries(Path.of("/usr/sbin/mysqld"), Optional.empty(), "installed"),
                ServerVersion.parse("/usr/sbin/mysqld  Ver 10.11.18-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64"));

        assertThat(server).hasToString("MariaDB 10.11.18");
        assertThat(server.isMariaDb()).isTrue();
    }

    @Test
    void shouldSayWhereTheBundledServerComesFrom() {
        ServerInUse server = new ServerInUse(
                new DatabaseBinaries(
                        Path.of("/cache/bin/mariadbd"),
                        Optional.of(Path.of("/cache")),
                        "MariaDB 11.4.5 from Maven Central"),
                ServerVersion.parse("11.4.5-MariaDB"));

        assertThat(server).hasToString("MariaDB 11.4.5 from Maven Central");
    }

    @Test
    void shouldRefuseAServerThatIsNotThere() {
        DatabaseBinaries nowhere = new DatabaseBinaries(Path.of("/nowhere/mysqld"), Optional.empty(), "nowhere");

        assertThatThrownBy(() -> ServerInUse.of(nowhere))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("/nowhere/mysqld");
    }
}
