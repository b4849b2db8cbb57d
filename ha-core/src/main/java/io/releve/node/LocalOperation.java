package io.releve.node;

import io.releve.agent.Lease;
import io.releve.agent.OperationContext;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * One call of one operation on this node.
 *
 * @param end when its time is over; later than at first if the node has stood still meanwhile
 */
record LocalOperation(
        OperationRequest request,
        LongSupplier end,
        EventLoop loop,
        Lease lease,
        Map<String, Map<String, String>> onlineNodes,
        OptionalLong evictionSeen)
        implements OperationContext {

    @Override
    public String operation() {
        // Giving up is a stop of a special kind; agents that know no difference need not learn its name.
        return request.isStop() ? "stop" : request.operation();
    }

    @Override
    public Duration interval() {
        return request.interval();
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, deadline() - loop.nanoTime()));
    }

    @Override
    public Optional<Duration> sinceEviction() {
        return evictionSeen.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(loop.nanoTime() - evictionSeen.getAsLong()));
    }

    @Override
    public long deadline() {
        return end.getAsLong();
    }
}
