package io.releve.lab.measure;

import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.LogTail;
import io.releve.examples.lab.ManagedProcess;
import io.releve.lab.cluster.Declaration;
import io.releve.lab.cluster.TrialCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The application that writes, on a host of its own, seen from outside. Used by one thread. */
public final class LedgerClient implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int HEAP_MEGABYTES = 96;
    private static final Duration LAST_ATTEMPT = Duration.ofSeconds(75);

    private final ManagedProcess process;
    private final Path log;
    private volatile Ledger current = new Ledger(0);

    /**
     * Starts it; it writes nothing yet.
     *
     * @param pace the time from one write of a thread to its next
     */
    public LedgerClient(TrialCluster cluster, Duration pace) {
        log = cluster.directory().resolve("client.log");
        List<String> arguments = new ArrayList<>(List.of(
                "--zookeeper", cluster.zooKeeper(),
                "--topology", cluster.topology().name(),
                "--session-millis",
                        Long.toString(
                                Declaration.watchersSession(cluster.lease()).toMillis()),
                "--secrets", cluster.secrets().file().toString(),
                "--threads", Integer.toString(THREADS),
                "--pace-millis", Long.toString(pace.toMillis())));
        cluster.servers().forEach((name, address) -> arguments.addAll(List.of("--server", name + "=" + address)));
        process = ManagedProcess.start(
                "client",
                cluster.clientHost()
                        .command(JavaCommand.of(
                                LedgerProgram.class,
                                HEAP_MEGABYTES,
                                List.of(
                                        "org.slf4j.simpleLogger.showDateTime=true",
                                        "org.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                                        "org.slf4j.simpleLogger.log.io.releve=info",
                                        "org.slf4j.simpleLogger.log.org.apache=error",
                                        "org.slf4j.simpleLogger.log.com.zaxxer=warn"),
                                arguments)),
                log,
                line -> LedgerLine.decode(line).ifPresent(said -> current.add(said)));
    }

    /** Begins to write rows of a run. */
    public Ledger begin(int run) {
        Ledger ledger = new Ledger(run);
        current = ledger;
        send("run " + run);
        return ledger;
    }

    /** Ends the run; waits until each writer's last attempt has come to an end. */
    public void end(Ledger ledger) throws InterruptedException {
        send("stop");
        if (!ledger.awaitEnd(LAST_ATTEMPT)) {
            throw new LabException("the client's last attempts did not end within " + LAST_ATTEMPT.toSeconds() + " s: "
                    + ledger + "; " + LogTail.of(log, 5));
        }
    }

    private void send(String line) {
        if (!process.send(line)) {
            throw new LabException("the client has ended; its last words: " + LogTail.of(log, 10));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
