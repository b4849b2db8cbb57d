package io.releve.mysql.testing;

import io.releve.agent.Lease;
import io.releve.agent.SharedRecord;
import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** Records that the contexts of several nodes share. Everything happens at once, on the caller's thread. */
public final class FakeRecords {

    private final Map<String, FakeRecord> records = new ConcurrentHashMap<>();
    private final AtomicReference<Optional<Reason>> fault = new AtomicReference<>(Optional.empty());

    /** From now on reads and writes fail so; empty: they work. */
    public void failWith(Optional<Reason> reason) {
        fault.set(reason);
    }

    SharedRecord of(String key) {
        return records.computeIfAbsent(key, FakeRecord::new);
    }

    private final class FakeRecord implements SharedRecord {
        private final String key;
        private final AtomicReference<Optional<Version>> version = new AtomicReference<>(Optional.empty());
        private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

        private FakeRecord(String key) {
            this.key = key;
        }

        @Override
        public Optional<Version> current() {
            return version.get();
        }

        @Override
        public CompletionStage<Optional<Version>> read() {
            return fault.get()
                    .<CompletionStage<Optional<Version>>>map(this::failed)
                    .orElseGet(() -> CompletableFuture.completedFuture(current()));
        }

        @Override
        public CompletionStage<Version> write(String text, int expectedNumber) {
            if (fault.get().isPresent()) {
                return failed(fault.get().get());
            }
            Optional<Version> there = current();
            Version next = new Version(text, expectedNumber + 1);
            if (there.map(Version::number).orElse(NONE) != expectedNumber
                    || !version.compareAndSet(there, Optional.of(next))) {
                return failed(Reason.CONFLICT);
            }
            listeners.forEach(Runnable::run);
            return CompletableFuture.completedFuture(next);
        }

        @Override
        public Lease.Registration onChange(Runnable action) {
            listeners.add(action);
            return () -> listeners.remove(action);
        }

        private <T> CompletionStage<T> failed(Reason reason) {
            return CompletableFuture.failedFuture(
                    new SharedRecordException(reason, "record " + key + ": " + reason, null));
        }
    }
}
