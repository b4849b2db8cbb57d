package io.releve.mysql.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RingTest {

    private static MySqlServers ring(int size) {
        MySqlServers.Builder builder = MySqlServers.builder();
        for (int i = 1; i <= size; i++) {
            builder.server("n" + i, "10.0.0." + i, 3306);
        }
        return builder.build();
    }

    private static Optional<String> source(int size, String node, Set<String> inUse) {
        return Ring.sourceOf(ring(size), node, server -> inUse.contains(server.node()))
                .map(MySqlServer::node);
    }

    @Test
    void shouldFollowTheServerBefore() {
        Set<String> all = Set.of("n1", "n2", "n3");
        assertThat(source(3, "n2", all)).contains("n1");
        assertThat(source(3, "n3", all)).contains("n2");
        assertThat(source(3, "n1", all)).contains("n3");
    }

    @Test
    void shouldCloseAroundServersThatAreDown() {
        assertThat(source(4, "n1", Set.of("n2"))).contains("n2");
        assertThat(source(4, "n1", Set.of("n2", "n3"))).contains("n3");
        assertThat(source(2, "n1", Set.of("n2"))).contains("n2");
    }

    @Test
    void shouldWaitForItsPredecessorWhenNobodyIsInUse() {
        assertThat(source(3, "n1", Set.of())).contains("n3");
    }

    @Test
    void shouldFollowNobodyWhenAlone() {
        assertThat(source(1, "n1", Set.of("n1"))).isEmpty();
        assertThat(source(3, "stranger", Set.of("n1"))).isEmpty();
    }
}
