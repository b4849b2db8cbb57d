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
 * Writes this node's report when it has changed: all changes of one turn of the loop in one write. The next write does not wait
 * for the answer to the one before: others wait for what it says. They arrive in their order, as long as the document is there.
 * All methods are called on the loop.
 */
final class ReportWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ReportWriter.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    /** Writes on their way at the same time; what changes beyond that waits, and is written together. */
    private static final int MOST_UNDER_WAY = 4;

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final Supplier<NodeReport> source;
    private boolean open;
    private boolean dirty;
    private int underWay;
    /** Whether a write of this membership was taken: before that, the first one may still have to make the document. */
    private boolean there;

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
        there = false;
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
        if (!open || !dirty || underWay >= (there ? MOST_UNDER_WAY : 1)) {
            return;
        }
        dirty = false;
        underWay++;
        coordinator
                .writeReport(Codec.write(source.get()))
                .whenComplete((done, failure) -> loop.execute(() -> written(failure)));
    }

    private void written(@org.jspecify.annotations.Nullable Throwable failure) {
        underWay--;
        if (failure == null) {
            there = open;
            if (dirty) {
                flush();
            } else if (underWay == 0) {
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
