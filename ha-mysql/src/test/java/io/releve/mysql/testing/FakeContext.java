package io.releve.mysql.testing;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import io.releve.agent.SharedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** A cluster as an agent sees it: remembers what the agent said, and lets a test wait for it. */
public final class FakeContext implements AgentContext {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final String node;
    private final Map<String, String> attributes = new HashMap<>();
    private final List<String> requests = new ArrayList<>();

    private final FakeRecords records;

    public FakeContext(String node) {
        this(node, new FakeRecords());
    }

    /** A node of a cluster whose records others share. */
    public FakeContext(String node, FakeRecords records) {
        this.node = node;
        this.records = records;
    }

    @Override
    public String resourceId() {
        return "serviceMySQL";
    }

    @Override
    public String nodeName() {
        return node;
    }

    @Override
    public Map<String, String> parameters() {
        return Map.of();
    }

    @Override
    public Lease lease() {
        return new EndlessLease();
    }

    @Override
    public void monitorNow(String reason) {
        change(() -> requests.add(reason));
    }

    @Override
    public void setNodeAttribute(String name, Optional<String> value) {
        change(() -> {
            if (value.isPresent()) {
                attributes.put(name, value.get());
            } else {
                attributes.remove(name);
            }
        });
    }

    @Override
    public SharedRecord record(String name) {
        return records.of(resourceId() + ":" + name);
    }

    private void change(Runnable what) {
        lock.lock();
        try {
            what.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The attribute that gates the return: 1, 0, or "none". */
    public String caughtUp() {
        lock.lock();
        try {
            return attributes.getOrDefault("caught-up-serviceMySQL", "none");
        } finally {
            lock.unlock();
        }
    }

    public Map<String, String> attributes() {
        lock.lock();
        try {
            return Map.copyOf(attributes);
        } finally {
            lock.unlock();
        }
    }

    public boolean awaitCaughtUp(Duration limit) {
        return await(
                () -> attributes.getOrDefault("caught-up-serviceMySQL", "none").equals("1"), limit);
    }

    /** Waits for the agent to ask for a monitor; returns what it said. */
    public String awaitRequest(Duration limit) {
        await(() -> !requests.isEmpty(), limit);
        lock.lock();
        try {
            return requests.isEmpty() ? "nothing asked for" : requests.get(0);
        } finally {
            lock.unlock();
        }
    }

    private boolean await(BooleanSupplier condition, Duration limit) {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** A lease that always has a minute to run. */
    static final class EndlessLease implements Lease {
        @Override
        public Duration length() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Duration remaining() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Registration onRenewal(Runnable action) {
            return () -> {};
        }
    }
}
