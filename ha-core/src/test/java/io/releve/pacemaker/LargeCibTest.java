package io.releve.pacemaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.state.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The largest configurations that are promised to be read. */
class LargeCibTest {

    @Test
    void shouldReadAHundredNodesAndTenThousandResourcesWithinSeconds(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("large.xml");
        new LargeCib(100, 10_000, false).write(file);
        long begin = System.nanoTime();
        Cib cib = CibReader.read(file);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(cib.config().primitives()).hasSize(10_000);
        assertThat(cib.config().constraints()).hasSize(3_000);
        assertThat(cib.state().nodes().values().stream()
                        .map(NodeState::history)
                        .mapToInt(java.util.Map::size)
                        .sum())
                .isEqualTo(10_000);
        assertThat(cib.notCarriedOver()).isEmpty();
        // Promised are 3 s on a machine of its own; a shared one gets more, and quadratic growth would still show.
        assertThat(took).isLessThan(Duration.ofSeconds(10));
    }

    /** For measurements: nodes, resources, whether all nodes have probed all resources, and a file to write. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[3]);
        new LargeCib(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Boolean.parseBoolean(args[2])).write(file);
        System.out.println(file.toFile().length() / 1_000_000 + " MB");
        for (int i = 0; i < 5; i++) {
            long begin = System.nanoTime();
            int nodes = CibReader.read(file).state().nodes().size();
            System.out.println(nodes + " nodes, " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        }
    }
}
