package io.releve.node;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;

/** Stands for an agent that cannot be made: nothing runs, and starting says why. */
record BrokenAgent(Outcome why) implements ResourceAgent {

    @Override
    public Outcome start(OperationContext operation) {
        return why;
    }

    @Override
    public Outcome stop(OperationContext operation) {
        return Outcome.ok();
    }

    @Override
    public Outcome monitor(OperationContext operation) {
        return operation.isProbe() ? Outcome.notRunning(why.reason()) : why;
    }
}
