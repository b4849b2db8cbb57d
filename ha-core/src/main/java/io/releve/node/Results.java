package io.releve.node;

import io.releve.agent.Outcome;
import io.releve.scheduler.Action;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.time.Instant;

/** Turns what an agent returned into an entry of the history. */
final class Results {

    private Results() {}

    static OperationResult of(Action action, OperationRequest.Ended ended, int callId, Instant at) {
        Outcome outcome = ended.outcome();
        return new OperationResult(
                action.resourceId(),
                action.operation(),
                action.interval(),
                callId,
                ended.timedOut() ? OperationResult.Status.TIMED_OUT : OperationResult.Status.DONE,
                outcome.code().ocf(),
                action.expectedCode(),
                at,
                ended.took(),
                action.meta().getOrDefault("digest", ""),
                outcome.reason());
    }

    /** What stands in the history of an instance that has declined to be promoted: as if it had been demoted just now. */
    static OperationResult unpromoted(Action promotion, OperationRequest.Ended ended, int callId, Instant at) {
        return new OperationResult(
                promotion.resourceId(),
                "demote",
                Duration.ZERO,
                callId,
                OperationResult.Status.DONE,
                Outcome.Code.OK.ocf(),
                Outcome.Code.OK.ocf(),
                at,
                ended.took(),
                "",
                ended.outcome().reason());
    }
}
