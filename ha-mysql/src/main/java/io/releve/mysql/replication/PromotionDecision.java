package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether a server can be promoted without losing anything that was acknowledged, and what it lacks for it. Pure. */
public sealed interface PromotionDecision {

    /** One readable sentence. */
    String text();

    /**
     * It has received everything; it must apply it.
     *
     * @param everything all transactions that are to be there
     * @param text on what grounds
     */
    record Promote(GtidSet everything, String text) implements PromotionDecision {}

    /**
     * Another one has more.
     *
     * @param source the one that has everything
     * @param everything all transactions that are to be there
     * @param text what is missing
     */
    record FetchFirst(MySqlServer source, GtidSet everything, String text) implements PromotionDecision {}

    /**
     * It would lose what was acknowledged, or nobody knows.
     *
     * @param text what is missing, and what would help
     */
    record Refuse(String text) implements PromotionDecision {}

    /**
     * What a server answered after it had stopped receiving.
     *
     * @param server the server
     * @param received all transactions that it has received or executed
     * @param counts whether it has all that it ever acknowledged: not so for a MariaDB replica that lost its relay log in
     *     a restart
     * @param closed for the former primary: whether it surely takes no writes any more, so that its set is final
     */
    record Report(MySqlServer server, GtidSet received, boolean counts, boolean closed) {}

    /**
     * The decision.
     *
     * @param self the server to be promoted
     * @param reports of all servers that answered, its own included
     * @param record the primary so far; empty before the first promotion
     * @param set who may hold what was acknowledged; empty in asynchronous mode and before the first promotion
     */
    static PromotionDecision decide(
            MySqlServer self, List<Report> reports, Optional<PrimaryRecord> record, Optional<PromotableSet> set) {
        Report own = reports.stream()
                .filter(report -> report.server().equals(self))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no report of " + self + " itself"));
        Optional<String> obstacle = set.flatMap(known -> obstacle(reports, record, known));
        if (obstacle.isPresent()) {
            return new Refuse(self + " cannot be promoted without losing what was acknowledged: " + obstacle.get());
        }
        List<Report> trusted = reports.stream()
                .filter(report -> report.equals(own)
                        || set.isEmpty()
                        || set.get().contains(report.server().node()))
                .toList();
        GtidSet everything = trusted.stream().map(Report::received).reduce(own.received(), GtidSet::union);
        if (own.received().contains(everything)) {
            return new Promote(everything, "has everything of " + names(trusted));
        }
        for (Report report : trusted) {
            if (report.received().contains(everything)) {
                return new FetchFirst(
                        report.server(),
                        everything,
                        "lacks " + everything.minus(own.received()) + ", which " + report.server() + " has");
            }
        }
        return new Refuse(self + " cannot be promoted: no server has everything that the others have ("
                + trusted.stream()
                        .map(report -> report.server().node() + " lacks " + everything.minus(report.received()))
                        .collect(Collectors.joining("; "))
                + "); their histories differ. Look at the transactions, and rebuild the server that is wrong");
    }

    /** Two reigns may count: the one that the set was written in, and one that began after that and has not said more. */
    private static Optional<String> obstacle(List<Report> reports, Optional<PrimaryRecord> record, PromotableSet set) {
        Optional<String> then = uncovered(reports, set.primary(), set.replicas(), set.acknowledgements());
        if (then.isPresent() || record.isEmpty() || record.get().epoch() <= set.epoch()) {
            return then;
        }
        String later = record.get().node();
        Set<String> rest = new TreeSet<>(set.replicas());
        rest.remove(later);
        return uncovered(reports, later, rest, Math.max(1, set.acknowledgements()));
    }

    /** Why it is not certain that all that a primary acknowledged is in the reports; empty if it is. */
    private static Optional<String> uncovered(
            List<Report> reports, String primary, Set<String> replicas, int acknowledgements) {
        boolean primaryHeard = reports.stream()
                .anyMatch(report -> report.closed() && report.server().node().equals(primary));
        if (primaryHeard) {
            return Optional.empty();
        }
        Set<String> heard = reports.stream()
                .filter(Report::counts)
                .map(report -> report.server().node())
                .filter(replicas::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        if (acknowledgements == 0 || replicas.size() < acknowledgements) {
            return Optional.of("only " + primary + " has it, and does not answer; start that server");
        }
        int needed = replicas.size() - acknowledgements + 1;
        if (heard.size() >= needed) {
            return Optional.empty();
        }
        Set<String> silent = new TreeSet<>(replicas);
        silent.removeAll(heard);
        return Optional.of("it is on " + primary + " and on " + acknowledgements + " of " + replicas + ", so " + needed
                + " of these must answer if " + primary + " does not; "
                + (heard.isEmpty() ? "none" : "only " + heard) + " did. Start the server of " + primary + " or of "
                + String.join(" or ", silent));
    }

    private static String names(List<Report> reports) {
        return reports.stream().map(report -> report.server().node()).sorted().collect(Collectors.joining(", "));
    }
}
