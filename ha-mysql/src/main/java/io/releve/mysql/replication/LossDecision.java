package io.releve.mysql.replication;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.PromotionDecision.Report;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a promotion would lose more than it may of what the last primary published, where commits do not wait for replicas.
 * Pure.
 *
 * <p>What a primary executed after its last publication, which is up to a second or two, nobody knows; it is not counted.
 */
public sealed interface LossDecision {

    /** One readable sentence. */
    String text();

    /**
     * It may go on.
     *
     * @param transactions how many of the published transactions are lost
     * @param text on what grounds
     */
    record Within(long transactions, String text) implements LossDecision {}

    /**
     * It needs the operator's word.
     *
     * @param epoch the epoch of what was published, for {@link AcceptedLoss}
     * @param transactions how many would be lost, for {@link AcceptedLoss}
     * @param text what would be lost, and what can be done
     */
    record Exceeds(long epoch, long transactions, String text) implements LossDecision {}

    /**
     * The decision.
     *
     * @param self the server to be promoted; it takes what others have before it opens
     * @param reports of all servers that answered, its own included
     * @param published what the last primary told; empty if nothing ever was
     * @param accepted the operator's last word
     * @param budget what may be lost without it
     */
    static LossDecision decide(
            MySqlServer self,
            List<Report> reports,
            Optional<Published> published,
            Optional<AcceptedLoss> accepted,
            LossBudget budget) {
        if (published.isEmpty()) {
            return new Within(0, "no primary has published anything yet");
        }
        GtidSet held = reports.stream()
                .map(Report::received)
                .reduce(GtidSet::union)
                .orElseThrow(() -> new IllegalArgumentException("there is no report, not even of " + self));
        Published last = published.get();
        GtidSet known = held.read(last.last().gtids());
        long missing = known.countWithout(held);
        if (missing == 0) {
            return new Within(0, "nothing that " + last.node() + " published is missing");
        }
        Optional<Duration> age = last.age(held, held::read);
        String loss = missing + " transactions that " + last.node() + " had executed in epoch " + last.epoch() + " ("
                + known.minus(held) + "); "
                + names(reports)
                + age.map(behind -> " are " + Published.seconds(behind) + " behind what it last published, at ")
                        .orElseGet(() -> " lack even what it had " + Published.seconds(last.reach())
                                + " before what it last published, at ")
                + last.last().at();
        if (missing <= budget.transactions()
                && age.filter(behind -> behind.compareTo(budget.age()) <= 0).isPresent()) {
            return new Within(missing, "loses " + loss + "; the loss budget is " + budget);
        }
        if (accepted.filter(word -> word.epoch() == last.epoch() && word.transactions() >= missing)
                .isPresent()) {
            return new Within(missing, "loses, as the operator has accepted, " + loss);
        }
        return new Exceeds(
                last.epoch(),
                missing,
                self + " is not promoted by itself: it would lose " + loss
                        + ". What " + last.node() + " executed after that nobody knows. The loss budget is " + budget
                        + ". Start the server of " + last.node() + ", or accept the loss: PrimaryControl.acceptLoss("
                        + last.epoch() + ", " + missing + ")");
    }

    private static String names(List<Report> reports) {
        return reports.stream().map(report -> report.server().node()).sorted().collect(Collectors.joining(", "));
    }
}
