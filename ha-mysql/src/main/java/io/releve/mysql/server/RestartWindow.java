package io.releve.mysql.server;

import io.releve.agent.Lease;
import io.releve.agent.OperationContext;
import java.time.Duration;
import java.util.Map;

/** The time that a start has which is no operation of the cluster's, but a part of a longer piece of work. */
final class RestartWindow implements OperationContext {

    private final long deadline;
    private final Lease lease;

    RestartWindow(Duration limit, Lease lease) {
        this.deadline = System.nanoTime() + limit.toNanos();
        this.lease = lease;
    }

    @Override
    public String operation() {
        return "start";
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
        return lease;
    }

    @Override
    public Map<String, Map<String, String>> onlineNodes() {
        return Map.of();
    }
}
