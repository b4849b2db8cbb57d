package io.releve.node;

import io.releve.agent.Lease;
import io.releve.agent.SharedRecord;
import io.releve.agent.SharedRecord.Version;
import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Document;
import io.releve.runtime.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records that this node's agents share with those of other nodes.
 *
 * <p>{@link #see} is called on the loop, everything else from any thread.
 */
final class SharedRecords {

    private static final Logger LOG = LoggerFactory.getLogger(SharedRecords.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,79}");

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final Map<String, Shared> open = new ConcurrentHashMap<>();
    private volatile Map<String, Document> seen = Map.of();

    SharedRecords(Coordinator coordinator, EventLoop loop) {
        this.coordinator = coordinator;
        this.loop = loop;
    }

    /** There is a new view. */
    void see(Map<String, Document> records) {
        Map<String, Document> before = seen;
        seen = records;
        open.forEach((key, record) -> {
            Document now = records.get(key);
            if (now != null && !now.equals(before.get(key))) {
                record.tell();
            }
        });
    }

    /** What this node has written itself is known even if the connection broke before a view showed it. */
    private void written(String key, Document document) {
        Document known = seen.get(key);
        if (known == null || known.version() < document.version()) {
            Map<String, Document> records = new HashMap<>(seen);
            records.put(key, document);
            see(Map.copyOf(records));
        }
    }

    /**
     * The record of a resource.
     *
     * @param resource the primitive's id, without an instance's number
     */
    SharedRecord of(String resource, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("The record name \"" + name + "\" of the resource " + resource
                    + " cannot be used: 1 to 80 letters, digits, '_', '.' and '-', the first a letter or digit.");
        }
        return open.computeIfAbsent(resource + ":" + name, Shared::new);
    }

    private final class Shared implements SharedRecord {
        private final String key;
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

        private Shared(String key) {
            this.key = key;
        }

        @Override
        public Optional<Version> current() {
            return Optional.ofNullable(seen.get(key)).map(SharedRecords::version);
        }

        @Override
        public CompletionStage<Optional<Version>> read() {
            return onLoop(coordinator.readRecord(key), read -> read.map(SharedRecords::version));
        }

        @Override
        public CompletionStage<Version> write(String text, int expectedNumber) {
            if (expectedNumber < NONE) {
                throw new IllegalArgumentException("The expected number of the record " + key + " is " + expectedNumber
                        + "; give that of the version which was read, or NONE (-1).");
            }
            return onLoop(coordinator.writeRecord(key, text, expectedNumber), done -> {
                written(key, new Document(text, expectedNumber + 1));
                return new Version(text, expectedNumber + 1);
            });
        }

        @Override
        public Lease.Registration onChange(Runnable action) {
            listeners.add(action);
            return () -> listeners.remove(action);
        }

        private void tell() {
            for (Runnable listener : listeners) {
                try {
                    listener.run();
                } catch (RuntimeException broken) {
                    LOG.error("a listener of the record {} failed; it goes on being called", key, broken);
                }
            }
        }

        @Override
        public String toString() {
            return "record " + key;
        }
    }

    /** By way of the loop: views that came before the stage ended have been seen by then. */
    private <A, B> CompletionStage<B> onLoop(CompletionStage<A> stage, Function<A, B> answer) {
        CompletableFuture<B> told = new CompletableFuture<>();
        stage.whenComplete((done, failure) -> loop.execute(() -> {
            if (failure == null) {
                told.complete(answer.apply(done));
            } else {
                told.completeExceptionally(translated(Failures.of(failure)));
            }
        }));
        return told.minimalCompletionStage();
    }

    private static Version version(Document document) {
        return new Version(document.text(), document.version());
    }

    private static Throwable translated(Throwable failure) {
        if (!(failure instanceof CoordinationException known)) {
            return failure;
        }
        Reason reason = Reason.REFUSED;
        if (known instanceof CoordinationException.Conflict) {
            reason = Reason.CONFLICT;
        } else if (known instanceof CoordinationException.NotAMember) {
            reason = Reason.NOT_A_MEMBER;
        } else if (known instanceof CoordinationException.Unreachable) {
            reason = Reason.UNREACHABLE;
        }
        return new SharedRecordException(reason, String.valueOf(known.getMessage()), known);
    }
}
