package io.releve.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.codec.Codec;
import io.releve.codec.Plan;
import io.releve.scheduler.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbesFirstTest {

    @Test
    void shouldLeaveAPlanAloneThatFits() {
        List<Action> actions = cluster(3, 10);

        assertThat(ProbesFirst.of(actions, 40)).isSameAs(actions);
    }

    @Test
    void shouldPublishProbesOnlyWhereThereAreTooManySteps() {
        List<Action> fitting = ProbesFirst.of(cluster(3, 10), 20);

        assertThat(fitting).hasSize(20).allMatch(action -> action.operation().equals("monitor"));
        for (int i = 0; i < fitting.size(); i++) {
            assertThat(fitting.get(i).id()).isEqualTo(i);
        }
        assertThat(fitting.get(3)).hasToString("monitor db1 on node0");
    }

    @Test
    void shouldNotCutWhatIsNoProbe() {
        List<Action> starts = cluster(3, 10).stream()
                .filter(action -> action.operation().equals("start"))
                .toList();

        assertThat(ProbesFirst.of(starts, 5)).isSameAs(starts);
    }

    /** Compressed to a twentieth it fits into a znode three times. */
    @Test
    void shouldKeepTheDocumentOfALargeClusterSmall() {
        List<Action> fitting = ProbesFirst.of(cluster(100, 300));
        Map<String, String> incarnations = new HashMap<>();
        for (int node = 0; node < 100; node++) {
            incarnations.put("node" + node, Integer.toHexString(node * 0x9E3779B9));
        }

        String text = Codec.write(new Plan(1, 1, false, incarnations, fitting, ""));

        assertThat(fitting).hasSize(ProbesFirst.MOST_STEPS);
        assertThat(text.length()).isBetween(4_000_000, 10_000_000);
    }

    private static List<Action> cluster(int nodes, int resources) {
        List<Action> actions = new ArrayList<>();
        for (int resource = 0; resource < resources; resource++) {
            Map<String, String> parameters =
                    Map.of("port", "" + (3000 + resource), "datadir", "/var/lib/db" + resource);
            List<Integer> probes = new ArrayList<>();
            for (int node = 0; node < nodes; node++) {
                probes.add(actions.size());
                actions.add(action(actions.size(), "monitor", resource, node, parameters, List.of()));
            }
            actions.add(action(actions.size(), "start", resource, resource % nodes, parameters, probes));
        }
        return actions;
    }

    private static Action action(
            int id, String operation, int resource, int node, Map<String, String> parameters, List<Integer> after) {
        return new Action(
                id,
                Action.Kind.OPERATION,
                operation,
                "db" + resource,
                Optional.of("node" + node),
                Duration.ZERO,
                Duration.ofSeconds(20),
                operation.equals("monitor") ? 7 : 0,
                parameters,
                Map.of("digest", Integer.toHexString(resource * 0x9E3779B9)),
                after);
    }
}
