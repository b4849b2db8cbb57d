package io.releve.mysql.server;

import io.releve.agent.SharedRecord;
import io.releve.agent.SharedRecord.Version;
import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Says on which node the primary is wanted; the cluster moves it there as soon as that server may be promoted. A wish, not an
 * order: it outlives restarts, and does not keep another server from being promoted while the wanted one is away.
 *
 * <p>Given to the agent's builder, on the nodes where it is to be used; any node will do.
 *
 * <p>Thread-safety: all methods may be called from any thread, and none blocks.
 */
public final class PrimaryControl {

    private volatile @Nullable SharedRecord record;

    /** A control that works once the agent of this JVM has been made. */
    public PrimaryControl() {}

    void attach(SharedRecord wanted) {
        record = wanted;
    }

    /**
     * Wants the primary on a node.
     *
     * @return ends when the wish is recorded, which is before the move; fails with {@link SharedRecordException}
     */
    public CompletionStage<Void> moveTo(String node) {
        return write(node);
    }

    /** Takes the wish back: the primary stays where it is. */
    public CompletionStage<Void> stayAnywhere() {
        return write("");
    }

    /** Where the primary is wanted, as far as this node has seen. */
    public Optional<String> wanted() {
        SharedRecord known = record;
        return known == null
                ? Optional.empty()
                : known.current().map(Version::text).filter(text -> !text.isEmpty());
    }

    private CompletionStage<Void> write(String text) {
        SharedRecord known = record;
        if (known == null) {
            return CompletableFuture.failedFuture(new SharedRecordException(
                    Reason.NOT_A_MEMBER, "the agent has not been made yet: start the cluster first", null));
        }
        return known.read()
                .thenCompose(now -> known.write(text, now.map(Version::number).orElse(SharedRecord.NONE)))
                .thenAccept(written -> {});
    }
}
