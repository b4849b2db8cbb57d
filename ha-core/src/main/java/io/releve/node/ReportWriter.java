package io.releve.node;

import io.releve.codec.Codec;
import io.releve.codec.NodeReport;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes this node's report when it has changed: all changes of one turn of the loop in one write, and one write at a
 * time. All methods are called on the loop.
 */
final class ReportWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ReportWriter.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final Supplier<NodeReport> source;
    private boolean open;
    private boolean dirty;
    private boolean writing;
    private CompletableFuture<Void> settled = new CompletableFuture<>();

    ReportWriter(Coordinator coordinator, EventLoop loop, Supplier<NodeReport> source) {
        this.coordinator = coordinator;
        this.loop = loop;
        this.source = source;
    }

    /** From now on there is a membership under which to write. */
    void open() {
        open = true;
    }

    /** The membership is over: nothing is written any more. */
    void shut() {
        open = false;
        dirty = false;
    }

    /** The report has changed. */
    void changed() {
        if (!dirty) {
            dirty = true;
            loop.execute(this::flush);
        }
    }

    /** Ends when all changes so far have been written. Never ends if the membership ends first. */
    CompletionStage<Void> settled() {
        changed();
        settled = settled.isDone() ? new CompletableFuture<>() : settled;
        return settled;
    }

    private void flush() {
        if (!open || !dirty || writing) {
            return;
        }
        dirty = false;
        writing = true;
        coordinator
                .writeReport(Codec.write(source.get()))
                .whenComplete((done, failure) -> loop.execute(() -> written(failure)));
    }

    private void written(@org.jspecify.annotations.Nullable Throwable failure) {
        writing = false;
        if (failure == null) {
            if (dirty) {
                flush();
            } else {
                settled.complete(null);
            }
            return;
        }
        Throwable cause = Failures.of(failure);
        if (cause instanceof CoordinationException.NotAMember || !open) {
            return; // The lease keeper finds out, and ends this life.
        }
        LOG.warn("the report could not be written and is tried again: {}", cause.getMessage());
        dirty = true;
        loop.schedule(RETRY, this::flush);
    }
}
