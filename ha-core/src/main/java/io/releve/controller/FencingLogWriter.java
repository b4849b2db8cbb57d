package io.releve.controller;

import io.releve.codec.Codec;
import io.releve.codec.FencingLog;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Document;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Reign;
import io.releve.node.Sight;
import io.releve.runtime.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the record of fencing, one change after another, as long as a reign lasts. All methods are called on the loop. */
final class FencingLogWriter {

    private static final Logger LOG = LoggerFactory.getLogger(FencingLogWriter.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    private record Change(UnaryOperator<FencingLog> change, Optional<MemberInfo> ends, Runnable then) {}

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final Sight sight;
    private final Deque<Change> waiting = new ArrayDeque<>();
    private Optional<Reign> reign = Optional.empty();
    private boolean writing;

    FencingLogWriter(Coordinator coordinator, EventLoop loop, Sight sight) {
        this.coordinator = coordinator;
        this.loop = loop;
        this.sight = sight;
    }

    /** From now on changes are written under this reign; what an earlier one had begun is forgotten. */
    void under(Optional<Reign> newReign) {
        reign = newReign;
        waiting.clear();
        writing = false;
    }

    /**
     * Changes the record.
     *
     * @param ends the life that is over with it, if one is
     * @param then called once a majority has it; never if the reign ends first
     */
    void write(UnaryOperator<FencingLog> change, Optional<MemberInfo> ends, Runnable then) {
        waiting.addLast(new Change(change, ends, then));
        next();
    }

    private void next() {
        Change change = waiting.peekFirst();
        if (writing || change == null || reign.isEmpty()) {
            return;
        }
        writing = true;
        Reign under = reign.get();
        Optional<Document> known = Optional.ofNullable(sight.view().records().get(FencingLog.KEY));
        int version = known.map(Document::version).orElse(-1);
        String text = Codec.write(change.change.apply(sight.fencing()));
        CompletionStage<Void> write = change.ends
                .map(life -> coordinator.endLife(under, life, FencingLog.KEY, text, version))
                .orElseGet(() -> coordinator.writeRecord(FencingLog.KEY, text, version));
        write.whenComplete((done, failure) -> loop.execute(() -> {
            if (reign.equals(Optional.of(under))) {
                written(change, failure);
            }
        }));
    }

    private void written(Change change, @Nullable Throwable failure) {
        writing = false;
        if (failure == null) {
            waiting.remove(change);
            change.then.run();
            next();
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean over =
                cause instanceof CoordinationException.Deposed || cause instanceof CoordinationException.NotAMember;
        if (over) {
            waiting.clear();
            return;
        }
        // A view that shows what stands there now is on its way, or was there before the failure.
        LOG.info("the record of fencing was not written and is tried again: {}", cause.getMessage());
        loop.schedule(RETRY, this::next);
    }
}
