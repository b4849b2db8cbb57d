package io.releve.lab.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.util.ListStatistics;

/** What came of a {@link Contest} so far. Not for use by several threads. */
final class Standing {

    /** The connection that {@code FailoverDataSource} hands out: a header of 12 bytes, a reference, a flag; rounded up to eights. */
    static final double PROXY_BYTES = 24;

    /** Less than any object: what threads in the background add to the count. */
    private static final double SMALLEST_BYTES = 8;

    private static final double CONFIDENCE = 0.999;

    /**
     * One run of one contender, in a JVM of its own.
     *
     * @param nanos of each iteration, a mean
     * @param bytes allocated for each operation
     */
    record Run(List<Double> nanos, double bytes) {

        private double mean() {
            return statistics(nanos).getMean();
        }
    }

    private final Contest contest;
    private final Map<Contender, List<Run>> runs = new EnumMap<>(Contender.class);

    Standing(Contest contest) {
        this.contest = contest;
    }

    Contest contest() {
        return contest;
    }

    /** Adds a contender's next run: the first of each belong together, and so on. */
    void add(Contender contender, Run run) {
        runs.computeIfAbsent(contender, nobody -> new ArrayList<>()).add(run);
    }

    private static ListStatistics statistics(List<Double> values) {
        return new ListStatistics(
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private List<Run> of(Contender contender) {
        return runs.getOrDefault(contender, List.of());
    }

    private ListStatistics nanos(Contender contender) {
        return statistics(
                of(contender).stream().flatMap(run -> run.nanos().stream()).toList());
    }

    private double bytes(Contender contender) {
        return statistics(of(contender).stream().map(Run::bytes).toList()).getMean();
    }

    /** How many times as long as HikariCP alone it takes, by the means over all runs. */
    double times(Contender contender) {
        return nanos(contender).getMean() / nanos(Contender.HIKARICP).getMean();
    }

    /** The same for each pair of runs that followed each other. */
    private ListStatistics timesOfEachRound(Contender contender) {
        List<Double> times = new ArrayList<>();
        for (int i = 0;
                i < Math.min(of(contender).size(), of(Contender.HIKARICP).size());
                i++) {
            times.add(
                    of(contender).get(i).mean() / of(Contender.HIKARICP).get(i).mean());
        }
        return statistics(times);
    }

    /** What a {@code FailoverDataSource} has missed; nothing if it was within its bounds. */
    List<String> missed() {
        List<String> missed = new ArrayList<>();
        double times = times(Contender.FAILOVER);
        if (!(times <= contest.mostTimes())) {
            missed.add(String.format(
                    Locale.ROOT,
                    "%s: FailoverDataSource takes %.4f times as long as HikariCP, more than %.2f",
                    contest.title(),
                    times,
                    contest.mostTimes()));
        }
        double more = bytes(Contender.FAILOVER) - bytes(Contender.HIKARICP);
        if (contest.isMemoryJudged() && !(more < PROXY_BYTES + SMALLEST_BYTES)) {
            missed.add(String.format(
                    Locale.ROOT,
                    "%s: FailoverDataSource allocates %.2f bytes more than HikariCP, not only the %.0f of its connection",
                    contest.title(),
                    more,
                    PROXY_BYTES));
        }
        return missed;
    }

    /** Three for each contender: the time, the bytes, and how many times as long as HikariCP. */
    List<Measured> measured() {
        List<Measured> all = new ArrayList<>();
        for (Contender contender : contest.contenders()) {
            String name = "DataSourceBenchmark." + contest.operation();
            String parameters = contest.parameters(contender);
            ListStatistics nanos = nanos(contender);
            ListStatistics times = timesOfEachRound(contender);
            ListStatistics bytes =
                    statistics(of(contender).stream().map(Run::bytes).toList());
            all.add(new Measured(name, parameters, nanos.getMean(), "ns/op", nanos.getMeanErrorAt(CONFIDENCE)));
            all.add(new Measured(name, parameters, bytes.getMean(), "B/op", bytes.getMeanErrorAt(CONFIDENCE)));
            all.add(new Measured(name, parameters, times(contender), "x", times.getMeanErrorAt(CONFIDENCE)));
        }
        return all;
    }

    /** A table for people. */
    String text() {
        StringBuilder text = new StringBuilder(contest.title()).append('\n');
        text.append(String.format(
                Locale.ROOT, "  %-26s %24s %10s %12s  %s%n", "", "ns/op", "B/op", "x HikariCP", "round by round"));
        for (Contender contender : contest.contenders()) {
            ListStatistics nanos = nanos(contender);
            ListStatistics times = timesOfEachRound(contender);
            text.append(String.format(
                    Locale.ROOT,
                    "  %-26s %12.1f ± %9.1f %10.1f %12.4f  %.4f to %.4f%n",
                    contender.label(),
                    nanos.getMean(),
                    nanos.getMeanErrorAt(CONFIDENCE),
                    bytes(contender),
                    times(contender),
                    times.getMin(),
                    times.getMax()));
        }
        for (Contender contender : Contender.values()) {
            if (!contest.contenders().contains(contender)) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %-26s takes no part: %s%n",
                        contender.label(),
                        contender.notOverStub().orElse("")));
            }
        }
        return text.toString();
    }
}
