package io.releve.mysql.testing;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import io.releve.agent.SharedRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A real context that also tells a test which attributes the agent has set. */
final class WatchedContext implements AgentContext {

    private final AgentContext real;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, String> attributes = new HashMap<>();

    WatchedContext(AgentContext real) {
        this.real = real;
    }

    /** Waits for an attribute to have a value; returns the value that it has at the end. */
    Optional<String> await(String name, String value, Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (nanos > 0 && !value.equals(attributes.get(name))) {
                nanos = changed.awaitNanos(nanos);
            }
            return Optional.ofNullable(attributes.get(name));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String resourceId() {
        return real.resourceId();
    }

    @Override
    public String nodeName() {
        return real.nodeName();
    }

    @Override
    public Map<String, String> parameters() {
        return real.parameters();
    }

    @Override
    public Lease lease() {
        return real.lease();
    }

    @Override
    public void monitorNow(String reason) {
        real.monitorNow(reason);
    }

    @Override
    public void setNodeAttribute(String name, Optional<String> value) {
        lock.lock();
        try {
            value.ifPresentOrElse(text -> attributes.put(name, text), () -> attributes.remove(name));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        real.setNodeAttribute(name, value);
    }

    @Override
    public SharedRecord record(String name) {
        return real.record(name);
    }
}
