package io.releve.node;

import io.releve.agent.Outcome;
import io.releve.scheduler.Action;
import io.releve.state.OperationResult;
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
}
