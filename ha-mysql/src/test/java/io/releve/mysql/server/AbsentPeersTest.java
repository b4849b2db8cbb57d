package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbsentPeersTest {

    private static final Set<String> PEERS = Set.of("serv2", "serv3");

    @TempDir
    Path directory;

    private AbsentPeers memory() throws Exception {
        return AbsentPeers.read(new InstanceFiles(directory, directory.resolve("data")));
    }

    @Test
    void shouldRememberWhoLeftWhileThisServerHadEverything() throws Exception {
        memory().observe(PEERS, Set.of("serv1", "serv3"), true);
        assertThat(memory().nodes()).containsExactly("serv2");
    }

    @Test
    void shouldNoteReturnsAtOnceAndAbsenceOnlyWithEverything() throws Exception {
        memory().observe(PEERS, Set.of("serv1"), true);
        AbsentPeers later = memory();
        later.observe(PEERS, Set.of("serv1", "serv3"), false);
        assertThat(memory().nodes()).containsExactly("serv2");
        later.observe(PEERS, Set.of("serv1"), false);
        assertThat(memory().nodes())
                .as("serv3 left while this server was behind")
                .containsExactly("serv2");
    }

    @Test
    void shouldWriteOnlyWhatChanged() throws Exception {
        AbsentPeers memory = memory();
        memory.observe(PEERS, Set.of("serv1", "serv2", "serv3"), true);
        assertThat(Files.exists(directory.resolve("absent-peers"))).isFalse();
    }
}
