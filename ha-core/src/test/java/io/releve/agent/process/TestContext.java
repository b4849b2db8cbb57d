package io.releve.agent.process;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import io.releve.agent.OperationContext;
import io.releve.agent.SharedRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A resource's surroundings without a cluster. */
final class TestContext implements AgentContext {

    /** The reasons for which monitors were asked for. */
    final BlockingQueue<String> monitors = new LinkedBlockingQueue<>();

    private final String id;
    private final Map<String, String> parameters;

    TestContext(String id, Map<String, String> parameters) {
        this.id = id;
        this.parameters = parameters;
    }

    @Override
    public String resourceId() {
        return id;
    }

    @Override
    public String nodeName() {
        return "serv1";
    }

    @Override
    public Map<String, String> parameters() {
        return parameters;
    }

    @Override
    public Lease lease() {
        return new Unlimited();
    }

    @Override
    public void monitorNow(String reason) {
        monitors.add(reason);
    }

    @Override
    public void setNodeAttribute(String name, Optional<String> value) {
        throw new IllegalStateException("these agents have no attributes");
    }

    @Override
    public SharedRecord record(String key) {
        throw new IllegalStateException("these agents share nothing");
    }

    /** An operation that begins now. */
    static OperationContext operation(String name, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        return new OperationContext() {
            @Override
            public String operation() {
                return name;
            }

            @Override
            public Duration interval() {
                return Duration.ZERO;
            }

            @Override
            public Duration remaining() {
                return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            }

            @Override
            public long deadline() {
                return deadline;
            }

            @Override
            public Lease lease() {
                return new Unlimited();
            }

            @Override
            public Map<String, Map<String, String>> onlineNodes() {
                return Map.of("serv1", Map.of());
            }
        };
    }

    private static final class Unlimited implements Lease {
        @Override
        public Duration length() {
            return Duration.ofHours(1);
        }

        @Override
        public Duration remaining() {
            return Duration.ofHours(1);
        }

        @Override
        public Registration onRenewal(Runnable action) {
            return () -> {};
        }
    }
}
