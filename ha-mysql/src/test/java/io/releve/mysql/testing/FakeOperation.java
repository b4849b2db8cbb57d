package io.releve.mysql.testing;

import io.releve.agent.Lease;
import io.releve.agent.OperationContext;
import java.time.Duration;
import java.util.Map;

/** One operation with a real deadline. */
public record FakeOperation(
        String operation, Duration interval, long deadline, Map<String, Map<String, String>> onlineNodes)
        implements OperationContext {

    public static FakeOperation of(String operation, Duration timeout, Map<String, Map<String, String>> online) {
        Duration interval = operation.equals("monitor") ? Duration.ofSeconds(1) : Duration.ZERO;
        return new FakeOperation(operation, interval, System.nanoTime() + timeout.toNanos(), online);
    }

    @Override
    public Duration remaining() {
        long left = deadline - System.nanoTime();
        return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
    }

    @Override
    public Lease lease() {
        return new FakeContext.EndlessLease();
    }
}
