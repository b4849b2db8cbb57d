package io.releve.examples.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The demonstration's table, row by row. */
final class Scenario implements AutoCloseable {

    private static final String FIRST = "serv1";
    private static final String SECOND = "serv2";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration REPLICATION = Duration.ofSeconds(20);
    private static final Duration WITHIN_SECONDS = Duration.ofSeconds(10);
    private static final int WARM = 50;
    private static final int ROWS = 4;

    private final Stage stage;
    private final Console console;
    private final ResultTable table = new ResultTable();
    private final AckLog acks = new AckLog(this::acknowledged);
    private final ReportClient client;
    private final ReportClient person;
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private volatile String lastNode = "";
    private volatile long missingAtReturn = -1;
    private Duration failover = Duration.ZERO;
    private Duration failback = Duration.ZERO;

    Scenario(Stage stage, Console console) {
        this.stage = stage;
        this.console = console;
        this.client = new ReportClient(stage.entrances(), acks);
        this.person = new ReportClient(stage.entrances(), acks);
    }

    /** Runs all rows, as far as they can be run, and prints the table. Returns whether all of it is OK. */
    boolean run() throws InterruptedException {
        try {
            begin();
            row(
                    "The resources are on serv1; enter an expense report",
                    "stored, and present on both servers",
                    () -> enterOn(FIRST));
            row(
                    "serv1 is stopped: its JVM and its database server are killed, while a client keeps entering"
                            + " reports",
                    "the group runs on serv2, the client goes on within seconds",
                    this::killFirst);
            row("The resources are on serv2; enter another report", "stored", () -> enterOn(SECOND));
            row(
                    "serv1 is started again",
                    "it rejoins, catches up, and only then the group returns; every acknowledged report is on both"
                            + " servers, each exactly once",
                    this::startFirst);
        } catch (DemoFailure failure) {
            // The row that failed is in the table; those after it make no sense without it.
            console.error(String.valueOf(failure.getMessage()));
        }
        if (table.rows().isEmpty()) {
            return false; // The nodes did not even start: there is nothing to sum up.
        }
        boolean accounted = summary();
        return table.allOk() && table.rows().size() == ROWS && accounted;
    }

    private void begin() throws InterruptedException {
        console.step("Starting both nodes: a JVM and a database server each");
        stage.nodes().forEach(NodeProcess::start);
        stage.board()
                .await(
                        "both nodes are online with their database servers, and the group is on serv1",
                        PATIENCE,
                        status -> status.online().size() == 2
                                && status.databasesOn().size() == 2
                                && status.groupOn().equals(FIRST));
    }

    /** One row's work. */
    @FunctionalInterface
    private interface Work {
        /** What was obtained; begins with "not OK: " if it is not what is expected. */
        Obtained run() throws InterruptedException, SQLException;
    }

    private record Obtained(boolean ok, String text) {}

    private void row(String action, String expected, Work work) throws InterruptedException {
        console.step(action);
        try {
            Obtained obtained = work.run();
            table.add(new ResultTable.Row(action, expected, obtained.text(), obtained.ok()));
            console.line("  expected: " + expected);
            console.line("  obtained: " + obtained.text() + "  " + console.verdict(obtained.ok()));
        } catch (DemoFailure | SQLException failure) {
            String reason = String.valueOf(failure.getMessage());
            table.add(new ResultTable.Row(
                    action, expected, reason.lines().findFirst().orElse(reason), false));
            throw failure instanceof DemoFailure known ? known : new DemoFailure(reason, failure);
        } finally {
            printStatus();
        }
    }

    private void printStatus() {
        console.line("");
        console.line(stage.board()
                .any()
                .map(StatusLine::text)
                .orElse("No node is running.")
                .indent(2)
                .stripTrailing());
    }

    private Obtained enterOn(String node) throws InterruptedException, SQLException {
        stage.board()
                .await(
                        "the group is on " + node,
                        PATIENCE,
                        status -> status.groupOn().equals(node));
        UUID id = person.enterOne(PATIENCE);
        StringBuilder text = new StringBuilder("group on " + node + "; stored");
        boolean ok = true;
        for (NodeProcess each : stage.nodes()) {
            if (each.isRunning()) {
                boolean there = stage.database(each.name())
                        .awaitAll(Set.of(id), REPLICATION)
                        .isExact();
                text.append(there ? "; present on " : "; MISSING on ").append(each.name());
                ok &= there;
            }
        }
        return new Obtained(ok, text.toString());
    }

    private Obtained killFirst() throws InterruptedException {
        client.begin();
        acks.awaitSentAfter(System.nanoTime(), WARM, "the client has entered some reports", PATIENCE);
        long killed = System.nanoTime();
        stage.node(FIRST).powerOff();
        acks.awaitSentAfter(killed, 1, "the client goes on", PATIENCE);
        long wentOn = System.nanoTime();
        stage.board()
                .await(
                        "the group is on serv2 and serv1 is gone",
                        PATIENCE,
                        status -> status.groupOn().equals(SECOND)
                                && !status.online().contains(FIRST));
        acks.awaitSentAfter(wentOn, WARM, "the client enters reports as before", PATIENCE);
        failover = acks.longestGap(killed, wentOn);
        boolean ok = failover.compareTo(WITHIN_SECONDS) <= 0;
        return new Obtained(ok, "group on serv2; the client went on, write outage " + Console.millis(failover));
    }

    private Obtained startFirst() throws InterruptedException, SQLException {
        long start = System.nanoTime();
        stage.node(FIRST).start();
        stage.board()
                .await(
                        "serv1 is online again",
                        PATIENCE,
                        status -> status.online().contains(FIRST));
        Duration rejoined = Duration.ofNanos(System.nanoTime() - start);
        stage.board()
                .await(
                        "serv1 has caught up and the group is back on it",
                        PATIENCE,
                        status -> status.groupOn().equals(FIRST)
                                && status.databasesOn().size() == 2);
        long back = System.nanoTime();
        acks.awaitSentAfter(back, WARM, "the client enters reports on serv1 again", PATIENCE);
        failback = acks.longestGap(start, System.nanoTime());
        client.end(PATIENCE);
        Set<UUID> all = acks.ids();
        DatabaseView.Comparison first = stage.database(FIRST).awaitAll(all, REPLICATION);
        DatabaseView.Comparison second = stage.database(SECOND).awaitAll(all, REPLICATION);
        boolean ok = first.isExact() && second.isExact() && missingAtReturn == 0;
        return new Obtained(
                ok,
                "rejoined after " + Console.millis(rejoined) + "; group back on serv1 after "
                        + Console.millis(Duration.ofNanos(back - start)) + " with " + missingAtReturn
                        + " reports missing there at that moment; pause " + Console.millis(failback) + "; " + all.size()
                        + " acknowledged, " + describe(FIRST, first) + ", " + describe(SECOND, second));
    }

    private static String describe(String node, DatabaseView.Comparison found) {
        return found.isExact()
                ? "all on " + node
                : node + " lacks " + found.missing() + " and has " + found.duplicates() + " twice";
    }

    /**
     * On the client's thread, before it goes on: when another node begins to answer that was away before, what does its
     * server lack of all that was acknowledged up to now?
     */
    private void acknowledged(AckLog.Ack ack) {
        boolean moved = !ack.node().equals(lastNode);
        lastNode = ack.node();
        boolean known = !answered.add(ack.node());
        if (moved && known) {
            try {
                missingAtReturn = stage.database(ack.node()).compare(acks.ids()).missing();
            } catch (SQLException e) {
                acks.broken("the server on " + ack.node() + " cannot be read: " + e.getMessage());
            }
        }
    }

    private boolean summary() throws InterruptedException {
        Set<UUID> all = acks.ids();
        long lost = -1;
        long duplicates = -1;
        try {
            DatabaseView.Comparison first = stage.database(FIRST).compare(all);
            DatabaseView.Comparison second = stage.database(SECOND).compare(all);
            lost = Math.max(first.missing(), second.missing());
            duplicates = Math.max(first.duplicates(), second.duplicates());
        } catch (SQLException e) {
            console.error("The reports cannot be counted, a server does not answer: " + e.getMessage());
        }
        console.line("");
        console.line(table.render().stripTrailing());
        console.line("");
        console.line("Write outage, as the client saw it : " + Console.millis(failover) + " when serv1 was killed, "
                + Console.millis(failback) + " when the group returned");
        console.line("Acknowledged reports               : " + all.size());
        console.line("Acknowledged reports lost          : " + (lost < 0 ? "unknown" : Long.toString(lost)));
        console.line(
                "Reports stored twice               : " + (duplicates < 0 ? "unknown" : Long.toString(duplicates)));
        return lost == 0 && duplicates == 0;
    }

    @Override
    public void close() {
        client.close();
        person.close();
    }
}
