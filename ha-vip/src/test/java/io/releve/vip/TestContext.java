package io.releve.vip;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import io.releve.agent.OperationContext;
import io.releve.agent.SharedRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/** What an agent knows in a test. */
record TestContext(Map<String, String> parameters, TestLease lease, LinkedBlockingQueue<String> monitorsAskedFor)
        implements AgentContext {

    TestContext(Map<String, String> parameters, TestLease lease) {
        this(parameters, lease, new LinkedBlockingQueue<>());
    }

    @Override
    public String resourceId() {
        return "IPFailover";
    }

    @Override
    public String nodeName() {
        return "serv1";
    }

    @Override
    public void monitorNow(String reason) {
        monitorsAskedFor.add(reason);
    }

    @Override
    public void setNodeAttribute(String name, Optional<String> value) {
        throw new UnsupportedOperationException("a virtual IP publishes no attributes");
    }

    @Override
    public SharedRecord record(String name) {
        throw new UnsupportedOperationException("a virtual IP shares no records");
    }

    /** An operation with the given name that has five seconds. */
    TestOperation operation(String name, Duration interval) {
        return new TestOperation(name, interval, System.nanoTime() + 5_000_000_000L, lease, Optional.empty());
    }

    TestOperation start() {
        return operation("start", Duration.ZERO);
    }

    /** A start a while after a node was evicted. */
    TestOperation startAfterEviction(Duration since) {
        return new TestOperation("start", Duration.ZERO, System.nanoTime() + 5_000_000_000L, lease, Optional.of(since));
    }

    TestOperation stop() {
        return operation("stop", Duration.ZERO);
    }

    TestOperation probe() {
        return operation("monitor", Duration.ZERO);
    }

    TestOperation monitor() {
        return operation("monitor", Duration.ofSeconds(2));
    }

    record TestOperation(
            String operation, Duration interval, long deadline, Lease lease, Optional<Duration> sinceEviction)
            implements OperationContext {

        @Override
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        }

        @Override
        public Map<String, Map<String, String>> onlineNodes() {
            return Map.of();
        }
    }
}
