package io.releve.mysql.testing;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.Tether;
import io.releve.state.Notification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** A real agent that also lets a test wait for what its operations answer. */
final class WatchedAgent implements ResourceAgent {

    private final ResourceAgent real;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Outcome> all = new ArrayList<>();

    WatchedAgent(ResourceAgent real) {
        this.real = real;
    }

    /** Waits for an answer; returns the last one. */
    Optional<Outcome> await(Predicate<Outcome> wanted, Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (nanos > 0 && last().filter(wanted).isEmpty()) {
                nanos = changed.awaitNanos(nanos);
            }
            return last();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Outcome> last() {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Whether there was such an answer. */
    boolean has(Predicate<Outcome> wanted) {
        lock.lock();
        try {
            return all.stream().anyMatch(wanted);
        } finally {
            lock.unlock();
        }
    }

    private Outcome answered(Outcome outcome) {
        lock.lock();
        try {
            all.add(outcome);
            changed.signalAll();
            return outcome;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<String> validate() {
        return real.validate();
    }

    @Override
    public Outcome start(OperationContext operation) throws Exception {
        return answered(real.start(operation));
    }

    @Override
    public Outcome stop(OperationContext operation) throws Exception {
        return answered(real.stop(operation));
    }

    @Override
    public Outcome monitor(OperationContext operation) throws Exception {
        return answered(real.monitor(operation));
    }

    @Override
    public Outcome promote(OperationContext operation) throws Exception {
        return answered(real.promote(operation));
    }

    @Override
    public Outcome demote(OperationContext operation) throws Exception {
        return answered(real.demote(operation));
    }

    @Override
    public Outcome notify(Notification notification, OperationContext operation) throws Exception {
        return real.notify(notification, operation);
    }

    @Override
    public Tether tether() {
        return real.tether();
    }

    @Override
    public void close() {
        real.close();
    }
}
