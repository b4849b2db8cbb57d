package io.releve.mysql.server;

import io.releve.mysql.replication.AcceptedLoss;
import io.releve.mysql.replication.LossDecision;
import io.releve.mysql.replication.PromotionDecision.Report;
import io.releve.mysql.replication.Published;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether promoting this server would lose more than the loss budget allows. Says nothing in synchronous mode, where nothing
 * acknowledged is lost.
 *
 * @param published what the last primary published
 * @param accepted the operator's last word
 */
record LossCheck(ServerState state, Optional<Published> published, Optional<AcceptedLoss> accepted) {

    private static final Logger LOG = LoggerFactory.getLogger(LossCheck.class);

    /** With what this node last saw: for telling people, not for promoting. */
    static LossCheck known(ServerState state) {
        return new LossCheck(state, state.records.lastPublished().value(), state.records.acceptedLoss());
    }

    /** With what stands in the records now. */
    static LossCheck read(ServerState state, Duration limit) {
        return state.settings.durability().isSync()
                ? new LossCheck(state, Optional.empty(), Optional.empty())
                : new LossCheck(
                        state, state.records.readPublished(limit).value(), state.records.readAcceptedLoss(limit));
    }

    /**
     * Whether a replica is compared with what was published all the time, not only when its primary is lost: a promotion that
     * fails has its server restarted, and that costs time.
     */
    static boolean appliesTo(ServerState state) {
        return !state.settings.durability().isSync();
    }

    /** Why the server is not promoted without the operator's word; empty if it may be. */
    Optional<String> refusal(List<Report> reports) {
        if (state.settings.durability().isSync()) {
            return Optional.empty();
        }
        LossDecision decision = LossDecision.decide(
                state.self,
                reports,
                published,
                accepted,
                state.settings.durability().lossBudget());
        if (decision instanceof LossDecision.Exceeds exceeds) {
            return Optional.of(exceeds.text());
        }
        if (decision instanceof LossDecision.Within within && within.transactions() > 0) {
            LOG.warn("the promotion of {} {}", state.self, within.text());
        }
        return Optional.empty();
    }
}
