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
        // What is not installed here is tried elsewhere without a start that fails first. A configuration that an agent
        // refuses would be taken for wrong everywhere: that is for a start to find out.
        boolean tellsProbe = why.code() == Outcome.Code.INSTALLED;
        return operation.isProbe() && !tellsProbe ? Outcome.notRunning(why.reason()) : why;
    }
}
