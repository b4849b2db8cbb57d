package io.releve.lab.measure;

import io.releve.ClusterObserver;
import io.releve.examples.lab.Secrets;
import io.releve.lab.cluster.Declaration;
import io.releve.lab.cluster.Topology;
import io.releve.mysql.config.Tls;
import io.releve.mysql.datasource.FailoverDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * An application of the cluster on trial: several threads write rows through a {@link FailoverDataSource}, and print what
 * they were told. Begins with a run when it reads {@code run NUMBER}, ends it at {@code stop}, and itself when its input
 * ends.
 */
@Command(name = "ledger", description = "Writes rows, and says which were acknowledged.")
public final class LedgerProgram implements Callable<Integer> {

    @Option(names = "--zookeeper", required = true)
    private String zooKeeper = "";

    @Option(names = "--session-millis", required = true)
    private long sessionMillis;

    @Option(names = "--topology", required = true)
    private Topology topology = Topology.PRIMARY;

    @Option(names = "--server", required = true)
    private Map<String, String> servers = Map.of();

    @Option(names = "--secrets", required = true)
    private Path secretsFile = Path.of("");

    @Option(names = "--threads", required = true)
    private int threads;

    @Option(names = "--pace-millis", required = true)
    private long paceMillis;

    private LedgerProgram() {}

    /** Runs until its input ends. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LedgerProgram()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Secrets secrets = new Secrets(secretsFile);
        try (ClusterObserver cluster =
                        ClusterObserver.connect(zooKeeper, Declaration.NAME, Duration.ofMillis(sessionMillis));
                FailoverDataSource source = FailoverDataSource.builder()
                        .cluster(cluster)
                        .follow(topology.followed())
                        .servers(topology.servers(servers))
                        .database(Declaration.SCHEMA)
                        .user(Declaration.USER)
                        .password(secrets.password(Secrets.APPLICATION))
                        .tls(Tls.off())
                        .minimumIdle(threads)
                        .maximumPoolSize(threads + 2)
                        .build()) {
            LedgerWriters writers =
                    new LedgerWriters(source, threads, Duration.ofMillis(paceMillis), LedgerProgram::say);
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                if (line.startsWith("run ")) {
                    writers.begin(Integer.parseInt(line.substring("run ".length())));
                } else if (line.equals("stop")) {
                    writers.end();
                }
            }
        }
        return 0;
    }

    private static void say(LedgerLine line) {
        System.out.println(line.encode());
    }
}
