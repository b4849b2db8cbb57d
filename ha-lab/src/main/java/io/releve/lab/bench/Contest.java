package io.releve.lab.bench;

import io.releve.lab.bench.DataSourceBenchmark.Below;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured of every contender.
 *
 * @param below what the DataSource is over
 * @param operation what is done with the connection, the benchmark's method
 * @param threads how many threads do so
 * @param mostTimes how many times as long as HikariCP alone a {@code FailoverDataSource} may take at most
 */
record Contest(Below below, String operation, int threads, double mostTimes) {

    /** Without a statement there is nothing but what the libraries do: some hundred nanoseconds. */
    private static final double MOST_ALONE = 1.10;

    /** With a statement nearly all of it is the server's. */
    private static final double MOST_WITH_STATEMENT = 1.02;

    static final List<Contest> ALL = List.of(
            new Contest(Below.STUB, "borrow", 1, MOST_ALONE),
            new Contest(Below.STUB, "borrow", 8, MOST_ALONE),
            new Contest(Below.SERVER, "borrow", 1, MOST_ALONE),
            new Contest(Below.SERVER, "select", 1, MOST_WITH_STATEMENT),
            new Contest(Below.SERVER, "insert", 1, MOST_WITH_STATEMENT));

    /** Who can take part. */
    List<Contender> contenders() {
        return Stream.of(Contender.values())
                .filter(contender ->
                        below == Below.SERVER || contender.notOverStub().isEmpty())
                .toList();
    }

    /** How often those that are judged run: oftener where the disk and the other process have their say. */
    int rounds() {
        return operation.equals("borrow") ? 4 : 6;
    }

    /** Whether memory is judged: without a statement, whose objects are the driver's. */
    boolean isMemoryJudged() {
        return operation.equals("borrow");
    }

    /** In the form of {@link Measured#parameters()}. */
    String parameters(Contender contender) {
        return "below=" + below + ",contender=" + contender + ",threads=" + threads;
    }

    /** For people. */
    String title() {
        return operation + ", " + (below == Below.STUB ? "stub driver" : "real server") + ", " + threads
                + (threads == 1 ? " thread" : " threads");
    }
}
