package io.releve.coordination.zookeeper;

import io.releve.coordination.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what a fault of the ensemble costs the leases of its clients, for several settings of the servers. Run by hand:
 * {@code java … EnsembleBench RUNS}.
 */
final class EnsembleBench {

    private static final Logger log = LoggerFactory.getLogger(EnsembleBench.class);

    private EnsembleBench() {}

    public static void main(String[] arguments) {
        int runs = Integer.parseInt(arguments[0]);
        String fault = arguments[1];
        String[] setting = arguments[2].split(",");
        String[] properties = arguments.length > 3 ? arguments[3].split(",") : new String[0];
        Map<String, String> settings = Map.of("tickTime", setting[0], "syncLimit", setting[1], "initLimit", setting[2]);
        Ensemble ensemble = new Ensemble(3, settings, properties);
        ZooKeeperBench bench = new ZooKeeperBench(ensemble.clientPort(1), node -> {}, ensemble::close);
        List<Renewer> renewers = new ArrayList<>();
        for (int server = 1; server <= 3; server++) {
            int own = ensemble.clientPort(server);
            Peer peer = new Peer(
                    "serv" + server,
                    bench,
                    bench.coordinator(
                            ZooKeeperSettings.builder(ensemble.addresses(), "test")
                                    .build(),
                            address -> address.getPort() == own));
            bench.succeed(peer.start());
            bench.succeed(peer.coordinator().join(peer.info("1")));
            renewers.add(new Renewer(peer, bench));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(bench::close));
        List<Duration> ages = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            renewers.forEach(Renewer::restart);
            int leader = ensemble.awaitLeader();
            Consumer<Integer> undo = apply(fault, ensemble, leader);
            List<Long> line = new ArrayList<>();
            renewers.forEach(renewer -> renewer.awaitRenewals(3));
            for (Renewer renewer : renewers) {
                line.add(renewer.oldest().toMillis());
                ages.add(renewer.oldest());
            }
            log.info("{} leader {}: lease ages {} ms", fault, leader, line);
            undo.accept(leader);
            ensemble.awaitServing(leader);
        }
        List<Duration> sorted = ages.stream().sorted().toList();
        log.info(
                "{} {}: lease age median {} ms, p90 {} ms, max {} ms; sessions lost: {}",
                fault,
                String.join(",", setting),
                sorted.get(sorted.size() / 2).toMillis(),
                sorted.get(sorted.size() * 9 / 10).toMillis(),
                sorted.get(sorted.size() - 1).toMillis(),
                renewers.stream().filter(Renewer::lostItsSession).count());
        renewers.forEach(Renewer::close);
        System.exit(0);
    }

    private static Consumer<Integer> apply(String fault, Ensemble ensemble, int leader) {
        return switch (fault) {
            case "kill" -> {
                ensemble.kill(leader);
                yield ensemble::start;
            }
            case "freeze" -> {
                ensemble.freeze(leader);
                yield ensemble::thaw;
            }
            case "isolate" -> {
                ensemble.isolate(leader);
                yield ensemble::rejoin;
            }
            case "none" -> server -> {};
            default -> throw new IllegalArgumentException(fault);
        };
    }
}
