package io.releve.vip;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import java.util.List;

/** Makes a resource of an {@link AddressMover}. */
final class MoverAgent implements ResourceAgent {

    private final AgentContext context;
    private final AddressMover mover;

    MoverAgent(AgentContext context, AddressMover mover) {
        List<String> mistakes = mover.validate(context.parameters());
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException("address " + context.resourceId() + ": " + String.join("; ", mistakes));
        }
        this.context = context;
        this.mover = mover;
    }

    private AddressMover.Call call(OperationContext operation) {
        return new AddressMover.Call(
                context.resourceId(), context.nodeName(), context.parameters(), operation.remaining());
    }

    @Override
    public Outcome start(OperationContext operation) throws Exception {
        mover.take(call(operation));
        return Outcome.ok();
    }

    @Override
    public Outcome stop(OperationContext operation) throws Exception {
        if (mover.look(call(operation)) == AddressMover.Whereabouts.HERE) {
            mover.release(call(operation));
        }
        return Outcome.ok();
    }

    @Override
    public Outcome monitor(OperationContext operation) throws Exception {
        return mover.look(call(operation)) == AddressMover.Whereabouts.HERE
                ? Outcome.ok()
                : Outcome.notRunning("the address of " + context.resourceId() + " does not lead to this node");
    }
}
